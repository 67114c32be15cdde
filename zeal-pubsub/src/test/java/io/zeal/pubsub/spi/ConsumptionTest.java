package io.zeal.pubsub.spi;

import static io.zeal.pubsub.spi.FakeGroup.again;
import static io.zeal.pubsub.spi.FakeGroup.fresh;
import static io.zeal.pubsub.spi.FakeGroup.keyed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Ack;
import io.zeal.BackendUnavailableException;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Order;
import io.zeal.Delivery;
import io.zeal.pubsub.Await;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumptionTest {

  private static final ConsumeOptions DEFAULTS = ConsumeOptions.defaults();

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeGroup group = new FakeGroup();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger left = new AtomicInteger();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final List<Consumption> started = new ArrayList<>();

  @AfterEach
  void stop() {
    group.failWith(null);
    group.failBeatsWith(null);
    for (Consumption consumption : started) {
      consumption.end();
      nanos.addAndGet(Duration.ofHours(1).toNanos());
      consumption.look();
      consumption.close();
    }
    executor.shutdownNow();
  }

  private Consumption start(ConsumeOptions options, Function<Delivery, Ack> handler) {
    Consumption consumption =
        Consumption.start(
            new Consuming("orders", "billing", options, handler),
            group::join,
            executor,
            _ -> left.incrementAndGet(),
            nanos::get);
    started.add(consumption);
    return consumption;
  }

  private Ack hear(Delivery delivery) {
    heard.add(delivery.id() + "/" + delivery.deliveryCount());
    return Ack.done();
  }

  private void pass(Consumption consumption, Duration time) {
    nanos.addAndGet(time.toNanos());
    consumption.look();
  }

  // Handling

  @Test
  void messagesAreHandledInTheirOrderAndRecorded() {
    start(DEFAULTS, this::hear);

    group.put(fresh("1"), fresh("2"), fresh("3"));

    Await.until("all are recorded", () -> group.recorded().size() == 3);
    assertThat(heard).containsExactly("1/1", "2/1", "3/1");
    assertThat(group.recorded()).containsExactly("Done 1", "Done 2", "Done 3");
    assertThat(group.begun()).isEmpty();
  }

  @Test
  void theHandlerSeesTheMessage() {
    AtomicReference<Delivery> seen = new AtomicReference<>();
    start(
        DEFAULTS,
        delivery -> {
          assertThat(delivery.isClaimed()).isTrue();
          seen.set(delivery);
          return Ack.done();
        });

    group.put(keyed("k", "1"));

    Await.until("it is recorded", () -> group.recorded().contains("Done 1"));
    assertThat(seen.get().message().channel()).isEqualTo("orders");
    assertThat(seen.get().message().text()).isEqualTo("1");
    assertThat(seen.get().key()).contains("k");
  }

  @Test
  void neverAreMoreClaimedThanPrefetchAndHandlers() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger atOnce = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    start(
        DEFAULTS.withConcurrency(3, 7),
        delivery -> {
          most.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
          Await.latch(go);
          atOnce.decrementAndGet();
          return hear(delivery);
        });
    group.put(IntStream.range(0, 200).mapToObj(i -> fresh("" + i)).toArray(Claimed[]::new));

    Await.until("it is full", () -> group.waiting() == 190 && atOnce.get() == 3);
    go.countDown();

    Await.until("all are recorded", () -> group.recorded().size() == 200);
    assertThat(most).hasValue(3);
    assertThat(group.mostClaimed()).isEqualTo(10);
  }

  @Test
  void answersThatComeWhileATripIsUnderWayGoTogether() {
    CountDownLatch gate = new CountDownLatch(1);
    group.holdAnswers(gate);
    start(DEFAULTS, this::hear);

    group.put(fresh("1"));
    Await.until("the first trip is under way", () -> heard.size() == 1);
    group.put(IntStream.range(2, 40).mapToObj(i -> fresh("" + i)).toArray(Claimed[]::new));
    Await.until("all are handled", () -> heard.size() == 39);
    gate.countDown();

    Await.until("all are recorded", () -> group.recorded().size() == 39);
    assertThat(group.trips().size()).isLessThanOrEqualTo(3);
  }

  // Order by key

  @Test
  void aKeysNextMessageWaitsUntilTheFormerIsRecorded() {
    CountDownLatch gate = new CountDownLatch(1);
    group.holdAnswers(gate);
    start(DEFAULTS.withConcurrency(4, 8).withOrder(Order.BY_KEY), this::hear);

    group.put(keyed("a", "a1"), keyed("a", "a2"), keyed("b", "b1"), fresh("free"));

    Await.until("the others are handled", () -> heard.size() == 3);
    assertThat(heard).containsExactlyInAnyOrder("a1/1", "b1/1", "free/1");
    gate.countDown();
    Await.until("the next is handled", () -> heard.contains("a2/1"));
  }

  @Test
  void aKeysNextMessageDoesNotWaitForARetry() {
    start(
        DEFAULTS.withOrder(Order.BY_KEY),
        delivery -> {
          hear(delivery);
          return delivery.id().equals("a1") ? Ack.retry(Duration.ofHours(1)) : Ack.done();
        });

    group.put(keyed("a", "a1"), keyed("a", "a2"));

    Await.until("both are recorded", () -> group.recorded().size() == 2);
    assertThat(group.recorded()).containsExactly("Retry a1", "Done a2");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void messagesOfAKeyAreNeverHandledTogetherAndKeepTheirOrder(long seed) {
    Random random = new Random(seed);
    Map<String, AtomicBoolean> busy = new HashMap<>();
    Map<String, List<Integer>> order = new HashMap<>();
    for (String key : List.of("a", "b", "c")) {
      busy.put(key, new AtomicBoolean());
      order.put(key, Collections.synchronizedList(new ArrayList<>()));
    }
    AtomicBoolean together = new AtomicBoolean();
    start(
        DEFAULTS
            .withConcurrency(1 + random.nextInt(8), 1 + random.nextInt(40))
            .withOrder(Order.BY_KEY),
        delivery -> {
          String key = delivery.key().orElseThrow();
          if (!busy.get(key).compareAndSet(false, true)) {
            together.set(true);
          }
          java.util.concurrent.locks.LockSupport.parkNanos(1);
          order.get(key).add(Integer.parseInt(delivery.id()));
          busy.get(key).set(false);
          return Ack.done();
        });

    for (int i = 0; i < 600; i++) {
      group.put(keyed(List.of("a", "b", "c").get(random.nextInt(3)), "" + i));
    }

    Await.until("all are recorded", () -> group.recorded().size() == 600);
    assertThat(together).isFalse();
    order.values().forEach(numbers -> assertThat(numbers).isSorted());
  }

  // The count of deliveries, retries and dead letters

  @Test
  void whatComesAgainIsBegunAndRunsUnderTheCountOfThat() {
    start(DEFAULTS, this::hear);

    group.put(again("1", 2), again("released", 0));

    Await.until("both are recorded", () -> group.recorded().size() == 2);
    assertThat(heard).containsExactly("1/3", "released/1");
    assertThat(group.begun()).containsExactly("1", "released");
  }

  @Test
  void whatCannotBeBegunIsNotHandled() {
    group.takeClaimsAway();
    Consumption consumption = start(DEFAULTS, this::hear);

    group.put(again("1", 1));

    Await.until("it is dropped", () -> consumption.numbers().get("lost") == 1);
    assertThat(heard).isEmpty();
    assertThat(group.trips()).isEmpty();
  }

  @Test
  void whatWasDeliveredTooOftenIsBuriedWithoutAnotherDelivery() {
    start(DEFAULTS.withMaxDeliveries(3), this::hear);

    group.put(again("poison", 3), again("last", 2));

    Await.until("both are recorded", () -> group.recorded().size() == 2);
    assertThat(heard).containsExactly("last/3");
    assertThat(group.recorded()).containsExactlyInAnyOrder("Bury poison", "Done last");
    assertThat(group.answers())
        .filteredOn(Settlement.Bury.class::isInstance)
        .first()
        .satisfies(answer ->
            assertThat(((Settlement.Bury) answer).reason())
                .startsWith("Its consumers ended again and again: 3 deliveries"));
  }

  @Test
  void anErrorIsARetryAndTheLastOneADeadLetter() {
    start(
        DEFAULTS.withMaxDeliveries(2).withRetryDelay(Duration.ofSeconds(7)),
        _ -> {
          throw new IllegalStateException("secret");
        });

    group.put(fresh("1"), again("2", 1));

    Await.until("both are recorded", () -> group.recorded().size() == 2);
    assertThat(group.answers().get(0))
        .isEqualTo(new Settlement.Retry(group.answers().get(0).message(), Duration.ofSeconds(7)));
    Settlement.Bury bury = (Settlement.Bury) group.answers().get(1);
    assertThat(bury.message().id()).isEqualTo("2");
    assertThat(bury.reason()).isEqualTo("java.lang.IllegalStateException");
    assertThat(bury.stackHash()).matches("[0-9a-f]{16}");
  }

  @Test
  void anErrorOfTheVirtualMachineAndAMissingAnswerAreFailuresToo() {
    Consumption consumption =
        start(
            DEFAULTS,
            delivery -> {
              if (delivery.id().equals("1")) {
                throw new StackOverflowError();
              }
              return null;
            });

    group.put(fresh("1"), fresh("2"));

    Await.until("both are recorded", () -> group.recorded().size() == 2);
    assertThat(group.recorded()).containsExactly("Retry 1", "Retry 2");
    assertThat(consumption.numbers()).containsEntry("failed", 2L).containsEntry("received", 2L);
  }

  @Test
  void whatCannotBeDecodedIsBuriedAtOnce() {
    start(
        DEFAULTS,
        _ -> {
          throw new CodecException(io.zeal.ErrorCode.CODEC, "bad bytes");
        });

    group.put(fresh("1"));

    Await.until("it is recorded", () -> group.recorded().size() == 1);
    assertThat(group.recorded()).containsExactly("Bury 1");
    assertThat(((Settlement.Bury) group.answers().getFirst()).reason())
        .isEqualTo("io.zeal.CodecException");
  }

  @Test
  void aHandlerRejectsAndAsksForRetries() {
    start(
        DEFAULTS.withMaxDeliveries(3),
        delivery ->
            delivery.id().equals("no") ? Ack.reject("no use") : Ack.retry(Duration.ofMillis(3)));

    group.put(fresh("no"), fresh("again"), again("last", 2));

    Await.until("all are recorded", () -> group.recorded().size() == 3);
    assertThat(group.recorded()).containsExactly("Bury no", "Retry again", "Bury last");
    assertThat(((Settlement.Bury) group.answers().getFirst()).reason()).isEqualTo("no use");
    assertThat(((Settlement.Bury) group.answers().getLast()).reason())
        .isEqualTo("Asked for another delivery after the last one");
  }

  @Test
  void theSameTraceHasTheSameHash() {
    List<Throwable> errors = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      errors.add(new IllegalStateException("number " + i, new RuntimeException("cause " + i)));
    }
    Throwable other = new IllegalStateException("number 0");

    assertThat(StackHash.of(errors.get(0))).isEqualTo(StackHash.of(errors.get(1)));
    assertThat(StackHash.of(other)).isNotEqualTo(StackHash.of(errors.get(0)));
  }

  @Test
  void whatLiesBelowTheHandlerIsNotInTheHash() {
    List<Throwable> thrown = Collections.synchronizedList(new ArrayList<>());
    start(
        DEFAULTS.withMaxDeliveries(1),
        _ -> {
          IllegalStateException error = new IllegalStateException();
          thrown.add(error);
          throw error;
        });

    group.put(fresh("1"));

    Await.until("it is recorded", () -> group.recorded().size() == 1);
    Throwable handlersPart = new IllegalStateException();
    handlersPart.setStackTrace(Arrays.copyOf(thrown.getFirst().getStackTrace(), 1));
    assertThat(((Settlement.Bury) group.answers().getFirst()).stackHash())
        .isEqualTo(StackHash.of(handlersPart));
  }

  @Test
  void aChainOfCausesThatCirclesEnds() {
    RuntimeException first = new RuntimeException();
    first.initCause(new IllegalStateException(first));

    assertThat(StackHash.of(first)).hasSize(16);
  }

  // Trouble

  @Test
  void answersThatCannotBeRecordedAreTriedAgain() {
    CountDownLatch go = new CountDownLatch(1);
    Consumption consumption =
        start(
            DEFAULTS,
            delivery -> {
              Await.latch(go);
              return hear(delivery);
            });
    group.put(fresh("1"));
    Await.until("it is being handled", () -> consumption.numbers().get("received") == 1);

    group.failWith(new BackendUnavailableException("away", null, null));
    go.countDown();
    Await.until("it shows", () -> !consumption.isActive());
    group.failWith(null);

    Await.until("it is recorded", () -> group.recorded().contains("Done 1"));
    Await.until("it is active again", consumption::isActive);
    assertThat(heard).containsExactly("1/1");
  }

  @Test
  void aLostMembershipIsJoinedAnewAndNoAnswerUnderItIsSent() {
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Delivery> old = new AtomicReference<>();
    Consumption consumption =
        start(
            DEFAULTS.withConcurrency(1, 4),
            delivery -> {
              if (old.compareAndSet(null, delivery)) {
                Await.latch(go);
                assertThat(delivery.isClaimed()).isFalse();
              }
              return hear(delivery);
            });
    group.put(fresh("1"), fresh("2"), fresh("3"));
    Await.until("it is being handled", () -> old.get() != null && group.waiting() == 0);

    group.loseAllMembers();
    pass(consumption, Duration.ofSeconds(11)); // a beat finds out

    Await.until("it has joined anew", () -> group.joined() == 2);
    group.put(again("2", 1));
    go.countDown();
    Await.until("what comes again is handled", () -> group.recorded().size() == 1);
    assertThat(group.recorded()).containsExactly("Done 2");
    assertThat(heard).containsExactly("1/1", "2/2");
    assertThat(consumption.numbers()).containsEntry("gaps", 1L).containsEntry("lost", 3L);
    assertThat(consumption.isActive()).isTrue();
  }

  @Test
  void whoCannotSayThatItLivesDropsItsClaimsByItsOwnClock() {
    group.failBeatsWith(new BackendUnavailableException("away", null, null));
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Delivery> held = new AtomicReference<>();
    start(
        DEFAULTS.withClaimAfter(Duration.ofSeconds(30)),
        delivery -> {
          held.compareAndSet(null, delivery);
          Await.latch(go);
          return hear(delivery);
        });
    group.put(fresh("1"));
    Await.until("it is being handled", () -> held.get() != null);

    nanos.addAndGet(Duration.ofSeconds(29).toNanos());
    assertThat(held.get().isClaimed()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(held.get().isClaimed()).isFalse();
    go.countDown();

    Await.until("it has joined anew", () -> group.joined() == 2);
    assertThat(held.get().isClaimed()).isFalse();
    assertThat(group.recorded()).isEmpty();
  }

  @Test
  void noHandlerBeginsOnceTheClaimIsTooOldByTheClock() { // R3.1: others may be through with it
    CountDownLatch go = new CountDownLatch(1);
    start(
        DEFAULTS.withConcurrency(1, 4).withClaimAfter(Duration.ofSeconds(30)),
        delivery -> {
          Ack ack = hear(delivery);
          Await.latch(go);
          return ack;
        });
    group.put(fresh("1"), fresh("2"), fresh("3"));
    Await.until("one is handled and two wait", () -> heard.size() == 1 && group.waiting() == 0);

    nanos.addAndGet(Duration.ofSeconds(30).toNanos()); // and no thread that beats gets to run
    go.countDown();

    Await.until("it has joined anew", () -> group.joined() == 2);
    assertThat(heard).containsExactly("1/1");
  }

  @Test
  void itBeatsThreeTimesInTheTimeItMayBeSilent() {
    Consumption consumption = start(DEFAULTS.withClaimAfter(Duration.ofSeconds(30)), this::hear);

    for (int i = 1; i <= 5; i++) {
      int beats = i;
      pass(consumption, Duration.ofSeconds(10));
      Await.until("it beats", () -> group.beats() == beats);
    }
  }

  @Test
  void aGroupThatCannotBeJoinedIsAnErrorOfTheCall() {
    group.failWith(new BackendUnavailableException("away", null, null));

    assertThatThrownBy(() -> start(DEFAULTS, this::hear))
        .isInstanceOf(BackendUnavailableException.class);
  }

  // The end

  @Test
  void closingReleasesWhatWasNotBegunAndRecordsWhatWasAnswered() {
    CountDownLatch go = new CountDownLatch(1);
    Consumption consumption =
        start(
            DEFAULTS.withConcurrency(1, 10),
            delivery -> {
              Await.latch(go);
              return hear(delivery);
            });
    group.put(fresh("1"), fresh("2"), fresh("3"));
    Await.until("all are taken", () -> group.waiting() == 0);
    Await.until("one is handled", () -> consumption.numbers().get("received") == 1);

    consumption.end();
    Await.until("the others are released", () -> group.recorded().size() == 2);
    go.countDown();
    consumption.close();

    assertThat(group.recorded()).containsExactly("Release 2", "Release 3", "Done 1");
    assertThat(group.isLeft()).isTrue();
    assertThat(left).hasValue(1);
    assertThat(consumption.isActive()).isFalse();
    assertThat(heard).containsExactly("1/1");
  }

  @Test
  void answersUnderWayAreRecordedBeforeClosingReturns() {
    CountDownLatch gate = new CountDownLatch(1);
    group.holdAnswers(gate);
    Consumption consumption = start(DEFAULTS, this::hear);
    group.put(fresh("1"), fresh("2"));
    Await.until("both are handled", () -> heard.size() == 2);
    AtomicBoolean closed = new AtomicBoolean();

    executor.execute(() -> {
      consumption.close();
      closed.set(true);
    });
    Await.until("it is ending", () -> !consumption.isActive());
    assertThat(closed).isFalse();
    gate.countDown();

    Await.until("closed", closed::get);
    assertThat(group.recorded()).containsExactlyInAnyOrder("Done 1", "Done 2");
  }

  @Test
  void aHandlerThatRunsTooLongIsInterruptedAndItsAnswerDoesNotCount() {
    CountDownLatch interrupted = new CountDownLatch(1);
    AtomicReference<Delivery> held = new AtomicReference<>();
    Consumption consumption =
        start(
            DEFAULTS.withCloseTimeout(Duration.ofSeconds(5)),
            delivery -> {
              held.set(delivery);
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
              return hear(delivery);
            });
    group.put(fresh("1"));
    Await.until("it is handled", () -> held.get() != null);

    consumption.end();
    pass(consumption, Duration.ofSeconds(5));
    consumption.close();

    Await.latch(interrupted);
    Await.until("it has answered", () -> heard.size() == 1);
    assertThat(held.get().isClaimed()).isFalse();
    assertThat(group.recorded()).isEmpty();
    assertThat(group.isLeft()).isTrue();
  }

  @Test
  void aHandlerMayCloseItsOwnSubscription() {
    AtomicReference<Consumption> self = new AtomicReference<>();
    Consumption consumption =
        start(
            DEFAULTS,
            delivery -> {
              Await.until("it is known", () -> self.get() != null);
              self.get().close();
              return hear(delivery);
            });
    self.set(consumption);

    group.put(fresh("1"), fresh("2"));

    Await.until("it has ended", () -> left.get() == 1);
    assertThat(group.recorded()).containsExactlyInAnyOrder("Release 2", "Done 1");
  }

  @Test
  void aHandlerThatClosesEverythingIsGivenUpAndWaitsForAllOthers() { // R7.5
    Subscriptions all = new Subscriptions();
    CountDownLatch both = new CountDownLatch(2);
    AtomicReference<List<String>> recordedThen = new AtomicReference<>(List.of());
    AtomicReference<Delivery> mine = new AtomicReference<>();
    Consumption consumption =
        start(
            DEFAULTS.withConcurrency(2, 4),
            delivery -> {
              both.countDown();
              Await.latch(both);
              if (delivery.id().equals("1")) {
                mine.set(delivery);
                Await.until("all are taken", () -> group.waiting() == 0);
                all.close();
                recordedThen.set(group.recorded());
              } else {
                Await.until("it ends", () -> group.recorded().contains("Release 3"));
              }
              return hear(delivery);
            });
    all.add(consumption);

    group.put(fresh("1"), fresh("2"), fresh("3"));

    Await.until("the handler is through", () -> heard.contains("1/1"));
    assertThat(recordedThen.get()).containsExactlyInAnyOrder("Release 3", "Done 2");
    assertThat(left).hasValue(1);
    assertThat(mine.get().isClaimed()).isFalse();
    Await.until("its answer is dropped", () -> consumption.numbers().get("lost") == 1);
    assertThat(group.recorded()).hasSize(2);
  }

  @Test
  void closingDoesNotHangWhileTheBackendIsAway() {
    Consumption consumption = start(DEFAULTS, this::hear);
    CountDownLatch gate = new CountDownLatch(1);
    group.holdAnswers(gate);
    group.put(fresh("1"));
    Await.until("it is handled", () -> heard.size() == 1);
    group.failWith(new BackendUnavailableException("away", null, null));
    gate.countDown();

    consumption.end();
    pass(consumption, Duration.ofSeconds(5));
    consumption.close();

    assertThat(left).hasValue(1);
    assertThat(group.recorded()).isEmpty();
    assertThat(consumption.numbers()).containsEntry("lost", 1L);
  }

  @Test
  void theEndOfTheExecutorEndsIt() {
    Consumption consumption = start(DEFAULTS, this::hear);
    group.put(fresh("1"));
    Await.until("it is recorded", () -> group.recorded().size() == 1);

    executor.shutdownNow();

    Await.until("it has ended", () -> left.get() == 1);
    assertThat(consumption.isActive()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverWasAnsweredBeforeItEndsIsRecordedOnce(long seed) {
    Random random = new Random(seed);
    Consumption consumption =
        start(
            DEFAULTS
                .withConcurrency(1 + random.nextInt(6), 1 + random.nextInt(30))
                .withOrder(random.nextBoolean() ? Order.BY_KEY : Order.NONE),
            this::hear);
    int stopAfter = random.nextInt(300);
    for (int i = 0; i < 300; i++) {
      group.put(keyed("k" + random.nextInt(5), "" + i));
    }
    Await.until("some are handled", () -> heard.size() >= stopAfter);

    consumption.close();

    List<String> done =
        group.recorded().stream().filter(answer -> answer.startsWith("Done")).toList();
    assertThat(done).hasSameSizeAs(heard).doesNotHaveDuplicates();
    assertThat(group.recorded()).hasSize(300 - group.waiting()).doesNotHaveDuplicates();
  }

  // Durations without an end

  @ParameterizedTest
  @MethodSource("endless")
  void aConsumptionWithoutDeadlinesHandlesMessagesAndEnds(Duration endless) {
    Consumption consumption =
        start(
            DEFAULTS
                .withClaimAfter(endless)
                .withCloseTimeout(endless)
                .withRetryDelay(endless)
                .withConcurrency(1, 4),
            delivery -> {
              hear(delivery);
              if (delivery.id().equals("2")) {
                throw new IllegalStateException("expected by the test");
              }
              return Ack.done();
            });
    group.put(fresh("1"), fresh("2"), again("3", 1));
    Await.until("all are recorded", () -> group.recorded().size() == 3);

    consumption.close();

    assertThat(group.recorded()).containsExactly("Done 1", "Retry 2", "Done 3");
    assertThat(group.isLeft()).isTrue();
    assertThat(left).hasValue(1);
  }

  static List<Duration> endless() {
    return List.of(ChronoUnit.FOREVER.getDuration(), Duration.ofSeconds(Long.MAX_VALUE));
  }

  @Test
  void aWorkerThatIsInterruptedLateDoesNotEndTheSubscription() {
    AtomicReference<Thread> worker = new AtomicReference<>();
    group.failBeginsWith(new BackendUnavailableException("away", io.zeal.Outcome.NOT_SENT, null));
    start(
        DEFAULTS.withConcurrency(1, 8),
        delivery -> {
          worker.set(Thread.currentThread());
          return hear(delivery);
        });
    group.put(fresh("1"), again("2", 1));
    Await.until("the second waits to be begun", () -> group.beginFailures() > 3);

    worker.get().interrupt(); // somebody who watched over the handler, too late
    group.failBeginsWith(null);

    Await.until("the second is handled", () -> heard.contains("2/2"));
    group.put(fresh("3"));
    Await.until("the third is handled", () -> heard.contains("3/1"));
    assertThat(left).hasValue(0);
  }
}
