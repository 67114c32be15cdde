package io.zeal.pubsub.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
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
    Consumption consumption =
        Consumption.start(
            new Consuming("s", "g", ConsumeOptions.defaults(), delivery -> Ack.done()),
            Member::new,
            executor,
            ended -> {});
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
