package io.zeal.pubsub.spi;

import static io.zeal.pubsub.spi.FakeGroup.again;
import static io.zeal.pubsub.spi.FakeGroup.fresh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.Delivery;
import io.zeal.ZealClosedException;
import io.zeal.pubsub.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What throws where nobody expects it: the threads of a consumption go on, or say that it ends. */
class ConsumptionTroubleTest {

  private static final ConsumeOptions OPTIONS =
      ConsumeOptions.defaults().withCloseTimeout(Duration.ofSeconds(5));

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicBoolean threadless = new AtomicBoolean();
  private final Executor executor =
      task -> {
        if (threadless.get()) {
          throw new RejectedExecutionException("expected by the test");
        }
        threads.execute(task);
      };
  private final FakeGroup group = new FakeGroup();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger left = new AtomicInteger();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final LogCapture log = new LogCapture();

  @AfterEach
  void stop() {
    threads.shutdownNow();
    log.close();
  }

  private Consumption start(Function<Delivery, Ack> handler) {
    return start(OPTIONS, handler);
  }

  private Consumption start(ConsumeOptions options, Function<Delivery, Ack> handler) {
    return Consumption.start(
        new Consuming("orders", "billing", options, handler),
        group::join,
        executor,
        _ -> left.incrementAndGet(),
        nanos::get);
  }

  private Ack hear(Delivery delivery) {
    heard.add(delivery.id() + "/" + delivery.deliveryCount());
    return Ack.done();
  }

  private static Error error() {
    return new NoClassDefFoundError("expected by the test");
  }

  private void pass(Consumption consumption, Duration time) {
    nanos.addAndGet(time.toNanos());
    consumption.look();
  }

  private void awaitLine(String part) {
    Await.until(part, () -> log.lines().stream().anyMatch(line -> line.contains(part)));
  }

  @Test
  void anErrorOfTheVirtualMachineWhileTakingIsTriedAgain() {
    group.failTakesWith(error());
    Consumption consumption = start(this::hear);
    awaitLine("is held up at taking messages");
    group.failTakesWith(null);

    group.put(fresh("1"));

    Await.until("it is recorded", () -> group.recorded().contains("Done 1"));
    consumption.close();
    assertThat(left).hasValue(1);
  }

  @Test
  void anErrorOfTheVirtualMachineWhileRecordingIsTriedAgain() {
    group.failSettlesWith(error());
    Consumption consumption = start(this::hear);
    group.put(fresh("1"));
    awaitLine("is held up at recording answers");
    group.failSettlesWith(null);

    Await.until("it is recorded", () -> group.recorded().contains("Done 1"));
    consumption.close();
    assertThat(heard).containsExactly("1/1");
  }

  @Test
  void anErrorOfTheVirtualMachineWhileBeatingIsTriedAgainAndClosingDoesNotWaitForThatBeat() {
    group.failBeatsWith(error());
    Consumption consumption = start(this::hear);
    pass(consumption, Duration.ofSeconds(10));
    awaitLine("is held up at saying that this consumer lives");
    group.failBeatsWith(null);
    Await.until(
        "it beats again",
        () -> {
          pass(consumption, Duration.ofMillis(10));
          return group.beats() > 0;
        });

    consumption.close();
    assertThat(left).hasValue(1);
  }

  @Test
  void anErrorOfTheVirtualMachineBeforeAHandlerMakesTheMessageComeAgain() {
    group.failBeginsWith(error());
    Consumption consumption = start(this::hear);
    group.put(again("1", 1));
    Await.until("another delivery is asked for", () -> group.recorded().contains("Retry 1"));
    group.failBeginsWith(null);

    group.put(again("1", 1), fresh("2"));

    Await.until("both are recorded", () -> group.recorded().size() == 3);
    assertThat(heard).containsExactly("1/2", "2/1");
    consumption.close();
    assertThat(consumption.numbers()).containsEntry("lost", 0L);
  }

  @Test
  void answersToWhichTooFewWereAnsweredAreTriedAgain() {
    group.shortenReplies(true);
    Consumption consumption = start(this::hear);
    group.put(fresh("1"));
    awaitLine("is held up at recording answers");
    group.shortenReplies(false);

    Await.until("it is recorded", () -> group.recorded().contains("Done 1"));
    consumption.close();
    assertThat(consumption.numbers()).containsEntry("lost", 0L);
  }

  @Test
  void aLoggerThatFailsHoldsUpNothing() {
    log.fail();
    group.failStops();
    group.failTakesWith(error());
    Consumption consumption =
        start(delivery -> {
          hear(delivery);
          throw new IllegalStateException("expected by the test");
        });
    awaitLine("is held up at taking messages");
    group.failTakesWith(null);
    group.put(fresh("1"), fresh("2"));
    Await.until("both are recorded", () -> group.recorded().size() == 2);
    group.loseAllMembers();
    pass(consumption, Duration.ofSeconds(10));
    Await.until("it has joined anew", () -> group.joined() == 2);
    group.put(fresh("3"));
    Await.until("the third is recorded", () -> group.recorded().contains("Retry 3"));

    consumption.close();

    assertThat(left).hasValue(1);
    assertThat(group.isLeft()).isTrue();
  }

  @Test
  void withoutThreadsItEndsAndSaysSo() {
    Consumption consumption = start(this::hear);
    threadless.set(true);

    group.put(fresh("1"));

    Await.until("it has ended", () -> left.get() == 1);
    assertThat(consumption.isActive()).isFalse();
    assertThat(heard).isEmpty();
    assertThat(consumption.numbers()).containsEntry("lost", 1L);
    awaitLine("ends by itself: there are no threads for it any more");
  }

  @Test
  void withoutThreadsForHandlersNothingPassesTheMessageThatHasNone() throws Exception {
    CountDownLatch one = new CountDownLatch(1);
    CountDownLatch two = new CountDownLatch(1);
    ConsumeOptions options = OPTIONS.withOrder(ConsumeOptions.Order.BY_KEY).withConcurrency(2, 8);
    Consumption consumption =
        Consumption.start(
            new Consuming(
                "orders",
                "billing",
                options,
                delivery -> {
                  heard.add(delivery.id());
                  await(delivery.id().equals("1") ? one : two);
                  return Ack.done();
                }),
            group::join,
            threads,
            executor,
            _ -> left.incrementAndGet());
    group.put(
        FakeGroup.keyed("b", "1"),
        FakeGroup.keyed("a", "2"),
        FakeGroup.keyed("a", "3"),
        FakeGroup.keyed("a", "4"));
    Await.until("both run", () -> heard.size() == 2);
    threadless.set(true);

    two.countDown();
    Await.until("the second is recorded", () -> group.recorded().contains("Done 2"));
    one.countDown();
    Await.until("it has ended", () -> left.get() == 1 || heard.size() == 4);
    consumption.close();

    // The worker of the second may have gone on before it ended, and then handles the others too.
    List<String> unheard = new ArrayList<>(List.of("3", "4"));
    unheard.removeAll(heard);
    assertThat(heard.subList(2, heard.size()))
        .as("of the key, behind the second")
        .isEqualTo(List.of("3", "4").subList(0, 2 - unheard.size()));
    assertThat(group.recorded())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    heard.stream().map(id -> "Done " + id),
                    unheard.stream().map(id -> "Release " + id))
                .toList());
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whereNoThreadCanBeHadNothingIsLeft() {
    threadless.set(true);

    assertThatThrownBy(() -> start(this::hear)).isInstanceOf(RejectedExecutionException.class);

    assertThat(group.isLeft()).isTrue();
  }

  @Test
  void theEndOfTheExecutorIsSaidOnce() {
    Consumption consumption = start(this::hear);
    group.put(fresh("1"));
    Await.until("it is recorded", () -> group.recorded().size() == 1);

    threads.shutdownNow();

    Await.until("it has ended", () -> left.get() == 1);
    assertThat(log.lines())
        .containsExactly(
            "WARNING: Group 'billing' of stream 'orders' ends by itself: there are no threads for"
                + " it any more. Nothing more is delivered to its handler");
    consumption.close();
  }

  @Test
  void theEndOfTheBackendIsSaid() {
    start(this::hear);

    group.failTakesWith(new ZealClosedException("closed by the test"));
    group.put(fresh("1"));

    Await.until("it has ended", () -> left.get() == 1);
    awaitLine("ends by itself: its backend is closed");
  }

  @Test
  void lossesOfClaimsAreSaidAtOnceAndThenOnceAMinute() {
    Consumption consumption = start(OPTIONS.withClaimAfter(Duration.ofHours(1)), this::hear);
    for (int i = 1; i <= 5; i++) {
      int joined = i + 1;
      group.loseAllMembers(); // whoever takes finds out
      Await.until("it has joined anew", () -> group.joined() == joined);
    }
    assertThat(log.lines()).hasSize(1).first().asString().contains("lost its claims and joins");

    pass(consumption, Duration.ofMinutes(1));
    group.loseAllMembers();

    awaitLine("lost its claims (and 4 times more since this was said last)");
    consumption.close();
  }

  @Test
  void whoIsClosedEndsWithoutAWord() {
    Consumption consumption = start(this::hear);
    group.put(fresh("1"));
    Await.until("it is recorded", () -> group.recorded().size() == 1);

    consumption.close();

    assertThat(log.lines()).isEmpty();
  }
}
