package io.zeal.pubsub.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Order;
import io.zeal.pubsub.Await;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Some answers are recorded, another one is not: it alone is tried again. */
class PartlySettledTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Queue<Claimed> waiting = new ConcurrentLinkedQueue<>();
  private final List<String> recorded = new CopyOnWriteArrayList<>();
  private final AtomicBoolean refusing = new AtomicBoolean(true);
  private final AtomicBoolean stopped = new AtomicBoolean();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void anAnswerThatIsRefusedHoldsUpNoOtherAndIsTriedAgain() {
    Consumption consumption = consume(ConsumeOptions.defaults());
    put("bad");
    for (int i = 1; i <= 100; i++) {
      put("" + i);
      int enough = i;
      Await.until("it is recorded", () -> recorded.size() == enough);
    }
    assertThat(recorded).doesNotContain("bad");
    assertThat(consumption.isActive()).isTrue(); // it goes on
    refusing.set(false);
    Await.until("the refused one is recorded", () -> recorded.contains("bad"));
    assertThat(consumption.numbers()).containsEntry("received", 101L).containsEntry("lost", 0L);
    consumption.close();
    assertThat(recorded).hasSize(101).doesNotHaveDuplicates();
  }

  @Test
  void anAnswerThatIsRefusedForEverIsLostAtTheEndAloneAndKeepsNobodyFromClosing() { // R3.7, R7.1
    Consumption consumption =
        consume(ConsumeOptions.defaults().withCloseTimeout(Duration.ofMillis(50)));
    put("bad");
    put("1");
    Await.until("the other is recorded", () -> recorded.contains("1"));
    put("2");
    Await.until("what comes later is recorded", () -> recorded.contains("2"));

    consumption.close();

    assertThat(recorded).containsExactly("1", "2");
    assertThat(consumption.numbers())
        .containsEntry("received", 3L)
        .containsEntry("lost", 1L)
        .containsEntry("gaps", 0L);
  }

  @Test
  void anAnswerThatIsRefusedHoldsUpItsKeyAlone() { // R6.3
    consume(ConsumeOptions.defaults().withConcurrency(4, 8).withOrder(Order.BY_KEY));
    waiting.add(new Claimed("bad", new byte[0], "a", 1, true));
    waiting.add(new Claimed("behind", new byte[0], "a", 1, true));
    for (int i = 1; i <= 20; i++) {
      waiting.add(new Claimed("" + i, new byte[0], "b", 1, true));
    }
    Await.until("the other key's are recorded", () -> recorded.size() == 20);
    assertThat(recorded).doesNotContain("bad", "behind");

    refusing.set(false);

    Await.until("the key's next is recorded", () -> recorded.contains("behind"));
    assertThat(recorded.indexOf("bad")).isLessThan(recorded.indexOf("behind")).isPositive();
  }

  private Consumption consume(ConsumeOptions options) {
    return Consumption.start(
        new Consuming("s", "g", options, delivery -> Ack.done()),
        Member::new,
        executor,
        ended -> {});
  }

  private void put(String id) {
    waiting.add(new Claimed(id, new byte[0], null, 1, true));
  }

  private final class Member implements Membership {

    @Override
    public List<Claimed> take(int most, Duration wait) {
      while (waiting.isEmpty() && !stopped.get() && !wait.isZero()) {
        LockSupport.parkNanos(1_000_000);
      }
      Claimed one = waiting.poll();
      return one == null ? List.of() : List.of(one);
    }

    @Override
    public void stopTaking() {
      stopped.set(true);
    }

    @Override
    public OptionalLong begin(Claimed message) {
      return OptionalLong.of(message.count() + 1);
    }

    @Override
    public List<Boolean> settle(List<Settlement> answers) {
      List<Boolean> stood =
          answers.stream().map(answer -> isRefused(answer) ? null : Boolean.TRUE).toList();
      answers.stream()
          .filter(answer -> !isRefused(answer))
          .forEach(answer -> recorded.add(answer.message().id()));
      if (stood.contains(null)) {
        throw new PartlySettledException(stood, new IllegalStateException("refused"));
      }
      return stood;
    }

    private boolean isRefused(Settlement answer) {
      return refusing.get() && answer.message().id().equals("bad");
    }

    @Override
    public void beat() {}

    @Override
    public void close() {}
  }
}
