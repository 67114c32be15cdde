package io.zeal.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.Message;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Publish and subscribe inside one process, with faults. */
class ChaosMessagesTest {

  private static final String GAP = "gap";

  private final Chaos chaos = Chaos.seeded(42);
  private final List<Zeal> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Zeal::close);
  }

  private PubSub pubSub() {
    return pubSub(chaos);
  }

  private PubSub pubSub(Chaos chaos) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder().set("zeal.backend", "table").instance(Chaos.class, chaos).build());
    opened.add(zeal);
    return zeal.pubSub();
  }

  /** What a subscriber hears, gaps too. */
  private static final class Ear implements Consumer<Message> {

    final List<String> heard = new CopyOnWriteArrayList<>();
    Subscription subscription;

    static Ear on(PubSub pubSub, String channel) {
      Ear ear = new Ear();
      ear.subscription = pubSub.subscribe(channel, ear.options(), ear);
      return ear;
    }

    SubscribeOptions options() {
      return SubscribeOptions.defaults()
          .withQueue(10_000, SubscribeOptions.WhenFull.DROP_OLDEST)
          .withOnGap(() -> heard.add(GAP));
    }

    @Override
    public void accept(Message message) {
      heard.add(message.text());
    }

    List<String> messages() {
      return heard.stream().filter(one -> !one.equals(GAP)).toList();
    }

    long gaps() {
      return heard.stream().filter(GAP::equals).count();
    }
  }

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static void publish(PubSub pubSub, String channel, int from, int to) {
    numbers(from, to).forEach(number -> pubSub.publish(channel, number));
  }

  /** A message meets what is switched on when it comes, which may be after its publication. */
  private static void awaitThrough(Chaos chaos, Ear ear, int published) {
    Await.until(
        "all are through",
        () ->
            ear.heard.size() - chaos.injected(Fault.DUPLICATE) + chaos.injected(Fault.SILENT_DROP)
                == published);
  }

  @Test
  void nothingSwitchedOnChangesNothing() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    publish(pubSub, "c", 0, 1_000);
    Await.until("all arrive", () -> ear.heard.size() == 1_000);
    assertThat(ear.heard).isEqualTo(numbers(0, 1_000));
  }

  @Test
  void droppedMessageLeavesAGapInItsPlace() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.drops(0.3);
    publish(pubSub, "c", 0, 2_000);
    Await.until("all are through", () -> ear.heard.size() == 2_000);

    long gaps = ear.gaps();
    assertThat(gaps).isBetween(500L, 700L).isEqualTo(chaos.injected(Fault.DROP));
    for (int i = 0; i < 2_000; i++) {
      assertThat(ear.heard.get(i)).isIn(GAP, Integer.toString(i));
    }
    assertThat(ear.subscription.numbers())
        .containsEntry("received", 2_000 - gaps)
        .containsEntry("gaps", gaps)
        .containsEntry("failed", 0L);
  }

  @Test
  void silentDropIsToldToNobody() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.silentDrops(0.5);
    publish(pubSub, "c", 0, 1_000);
    awaitThrough(chaos, ear, 1_000);
    chaos.calm();
    publish(pubSub, "c", 1_000, 1_001);
    Await.until("the last arrives", () -> ear.heard.contains("1000"));
    assertThat(ear.gaps()).isZero();
    assertThat(ear.heard)
        .hasSize(1_001 - (int) chaos.injected(Fault.SILENT_DROP))
        .isSubsetOf(numbers(0, 1_001));
    assertThat(chaos.injected(Fault.SILENT_DROP)).isBetween(420L, 580L);
  }

  @Test
  void duplicatesArriveTwiceEachWithBytesOfItsOwn() {
    PubSub pubSub = pubSub();
    List<byte[]> arrays = new CopyOnWriteArrayList<>();
    var _ = pubSub.subscribe("c", message -> arrays.add(message.payload()));
    chaos.duplicates(1);
    publish(pubSub, "c", 0, 10);
    Await.until("all arrive twice", () -> arrays.size() == 20);
    List<String> expected = new ArrayList<>();
    numbers(0, 10).forEach(number -> expected.addAll(List.of(number, number)));
    assertThat(arrays.stream().map(String::new)).isEqualTo(expected);
    assertThat(arrays.get(0)).isNotSameAs(arrays.get(1));
    assertThat(chaos.injected(Fault.DUPLICATE)).isEqualTo(10);
  }

  @Test
  void duplicatesAreAsManyAsAskedFor() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.duplicates(0.2);
    publish(pubSub, "c", 0, 5_000);
    Await.until("the last arrives", () -> ear.heard.contains("4999"));
    Await.until(
        "all are through", () -> ear.heard.size() == 5_000 + chaos.injected(Fault.DUPLICATE));
    assertThat(chaos.injected(Fault.DUPLICATE)).isBetween(850L, 1_150L);
    assertThat(ear.subscription.numbers())
        .containsEntry("received", 5_000 + chaos.injected(Fault.DUPLICATE));
  }

  @Test
  void reorderedMessageComesBehindTheNextAndNoneIsLost() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.reorders(0.2);
    publish(pubSub, "c", 0, 2_000);
    Await.until("all arrive", () -> ear.heard.size() == 2_000);

    assertThat(ear.heard).containsExactlyInAnyOrderElementsOf(numbers(0, 2_000));
    List<Integer> order = ear.heard.stream().map(Integer::valueOf).toList();
    long overtaken =
        IntStream.range(1, order.size()).filter(i -> order.get(i) < order.get(i - 1)).count();
    assertThat(overtaken).isEqualTo(chaos.injected(Fault.REORDER)).isBetween(300L, 500L);
    assertThat(ear.gaps()).isZero();
  }

  @Test
  void messageThatWaitsForANextOneThatNeverComesArrives() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.reorders(1);
    publish(pubSub, "c", 0, 1);
    Await.until("it arrives", () -> ear.heard.equals(List.of("0")));
    assertThat(chaos.injected(Fault.REORDER)).isZero();
  }

  @Test
  void allReorderedArriveAllTheSame() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.reorders(1);
    publish(pubSub, "c", 0, 100);
    Await.until("all arrive", () -> ear.heard.size() == 100);
    assertThat(ear.heard).containsExactlyInAnyOrderElementsOf(numbers(0, 100));
  }

  @Test
  void onlyReorderingBreaksTheOrder() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos
        .drops(0.1)
        .silentDrops(0.1)
        .duplicates(0.1)
        .messageLatency(Duration.ZERO, Duration.ofNanos(300_000));
    publish(pubSub, "c", 0, 2_000);
    awaitThrough(chaos, ear, 2_000);
    assertThat(ear.messages().stream().map(Integer::valueOf)).isSorted();
  }

  @Test
  void latencyHoldsMessagesBackInTheirOrder() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.messageLatency(Duration.ofMillis(30), Duration.ZERO);
    long start = System.nanoTime();
    publish(pubSub, "c", 0, 100);
    Await.until("the first arrives", () -> !ear.heard.isEmpty());
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(30_000_000);
    Await.until("all arrive", () -> ear.heard.size() == 100);
    assertThat(ear.heard).isEqualTo(numbers(0, 100));
  }

  @Test
  void sameSeedHasTheSameFaults() {
    assertThat(heardWith(7)).isEqualTo(heardWith(7)).isNotEqualTo(heardWith(8));
  }

  private List<String> heardWith(long seed) {
    Chaos chaos = Chaos.seeded(seed);
    PubSub pubSub = pubSub(chaos);
    Ear ear = Ear.on(pubSub, "c");
    chaos.drops(0.2).duplicates(0.2);
    publish(pubSub, "c", 0, 300);
    awaitThrough(chaos, ear, 300);
    return List.copyOf(ear.heard);
  }

  @Test
  void partitionSilencesSubscribersAndHealingTellsThemOfAGap() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    Ear pattern = new Ear();
    pattern.subscription = pubSub.subscribePattern("c*", pattern.options(), pattern);
    publish(pubSub, "c", 0, 1);
    Await.until("the first arrives", () -> ear.heard.size() == 1 && pattern.heard.size() == 1);

    chaos.partition();
    var error =
        catchThrowableOfType(BackendUnavailableException.class, () -> pubSub.publish("c", "x"));
    assertThat(error.outcome()).contains(Outcome.NOT_SENT);
    assertThatThrownBy(() -> pubSub.subscribe("d", message -> {}))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(ear.subscription.isActive()).isFalse();

    chaos.heal();
    assertThat(ear.subscription.isActive()).isTrue();
    Await.until("gaps", () -> ear.gaps() == 1 && pattern.gaps() == 1);
    publish(pubSub, "c", 1, 2);
    Await.until("the next arrives", () -> ear.heard.size() == 3 && pattern.heard.size() == 3);
    assertThat(ear.heard).containsExactly("0", GAP, "1");
    assertThat(ear.subscription.numbers()).containsEntry("gaps", 1L).containsEntry("received", 2L);
  }

  @Test
  void whatIsPublishedDuringAOneWayPartitionArrivesNowhereAndTheGapComesBeforeTheNext() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.partitionOneWay();
    for (int i = 0; i < 10; i++) {
      var error =
          catchThrowableOfType(BackendUnavailableException.class, () -> pubSub.publish("c", "x"));
      assertThat(error.outcome()).contains(Outcome.UNKNOWN);
    }
    Await.until("all are lost", () -> chaos.injected(Fault.DROP) == 10);
    chaos.heal();
    publish(pubSub, "c", 0, 100);
    Await.until("all arrive", () -> ear.heard.size() == 101);
    assertThat(ear.heard.getFirst()).isEqualTo(GAP);
    assertThat(ear.messages()).isEqualTo(numbers(0, 100));
  }

  @Test
  void nothingIsLeftOfASubscriptionWhoseAnswerWasLost() {
    PubSub pubSub = pubSub();
    chaos.partitionOneWay();
    assertThatThrownBy(() -> pubSub.subscribe("c", message -> {}))
        .isInstanceOf(BackendUnavailableException.class);
    assertThat(chaos.repliesLost()).as("a subscription is no change").isZero();
    chaos.heal();
    assertThat(pubSub.publish("c", "x")).as("receivers").isZero();
  }

  @Test
  void queueOfWhoMayNotWaitIsBounded() {
    chaos.messageLatency(Duration.ofHours(1), Duration.ZERO);
    Lines lines = new Lines(chaos, task -> Thread.ofVirtual().start(task));
    SubscribeOptions options =
        SubscribeOptions.defaults().withQueue(16, SubscribeOptions.WhenFull.DROP_OLDEST);
    MessageLine line = new MessageLine(lines, new MessageLine.Ends(options, _ -> {}, false), 1);
    for (int i = 0; i < 1_000; i++) {
      line.arrive(new Message("c", new byte[] {1}));
    }
    assertThat(line.waiting()).as("what waits of a thousand").isEqualTo(16);
    line.end();
  }

  @Test
  void interruptThatAHandlerLeavesBehindDisturbsNoOther() {
    PubSub pubSub = pubSub();
    List<String> heard = new CopyOnWriteArrayList<>();
    var _ =
        pubSub.subscribe(
            "c",
            message -> {
              heard.add(message.text());
              Thread.currentThread().interrupt();
            });
    chaos.messageLatency(Duration.ofMillis(2), Duration.ofMillis(2)).reorders(0.2);
    publish(pubSub, "c", 0, 100);
    Await.until("all arrive", () -> heard.size() == 100);
  }

  @Test
  void handlersNeverRunAtTheSameTime() {
    PubSub pubSub = pubSub();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<String> heard = new CopyOnWriteArrayList<>();
    Consumer<String> handler =
        text -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          heard.add(text);
          running.decrementAndGet();
        };
    var _ =
        pubSub.subscribe(
            "c",
            SubscribeOptions.defaults()
                .withQueue(10_000, SubscribeOptions.WhenFull.DROP_OLDEST)
                .withOnGap(() -> handler.accept(GAP)),
            message -> handler.accept(message.text()));
    chaos
        .drops(0.1)
        .duplicates(0.1)
        .reorders(0.2)
        .messageLatency(Duration.ZERO, Duration.ofNanos(100_000));
    for (int i = 0; i < 1_000; i++) {
      if (i % 100 == 50) {
        chaos.messageLatency(
            Duration.ZERO, i % 200 == 50 ? Duration.ofNanos(100_000) : Duration.ZERO);
      }
      pubSub.publish("c", Integer.toString(i));
    }
    chaos.calm();
    pubSub.publish("c", "end");
    Await.until("the end", () -> heard.contains("end"));
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void handlersThatThrowAreCountedAndGoOnReceiving() {
    PubSub pubSub = pubSub();
    AtomicInteger calls = new AtomicInteger();
    Subscription subscription =
        pubSub.subscribe(
            "c",
            message -> {
              calls.incrementAndGet();
              throw new IllegalStateException("as the test says");
            });
    chaos.duplicates(0.5).messageLatency(Duration.ZERO, Duration.ofNanos(100_000));
    publish(pubSub, "c", 0, 200);
    Await.until(
        "all are through",
        () -> calls.get() == 200 + chaos.injected(Fault.DUPLICATE) && calls.get() > 250);
    Await.until("all are counted", () -> subscription.numbers().get("failed") == calls.get());
  }

  @Test
  void nothingIsHandedOverOnceClosed() {
    PubSub pubSub = pubSub();
    Ear ear = Ear.on(pubSub, "c");
    chaos.messageLatency(Duration.ofMillis(20), Duration.ZERO).reorders(0.5);
    publish(pubSub, "c", 0, 100);
    ear.subscription.close();
    int heard = ear.heard.size();
    publish(pubSub, "c", 100, 200);
    Ear other = Ear.on(pubSub, "c");
    chaos.calm();
    publish(pubSub, "c", 200, 201);
    Await.until("another hears", () -> other.heard.contains("200"));
    assertThat(ear.heard).hasSize(heard);
    assertThat(ear.subscription.isActive()).isFalse();
  }

  @Test
  void closingWaitsForAHandlerOfALateMessageAndOneMayCloseItself() throws Exception {
    PubSub pubSub = pubSub();
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Subscription slow =
        pubSub.subscribe(
            "c",
            message -> {
              begun.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              ended.incrementAndGet();
            });
    chaos.messageLatency(Duration.ofMillis(1), Duration.ZERO);
    pubSub.publish("c", "x");
    begun.await();
    Thread closer = Thread.ofVirtual().start(slow::close);
    goOn.countDown();
    closer.join();
    assertThat(ended.get()).isEqualTo(1);

    CountDownLatch closedItself = new CountDownLatch(1);
    List<Subscription> own = new CopyOnWriteArrayList<>();
    own.add(
        pubSub.subscribe(
            "d",
            message -> {
              own.getFirst().close();
              closedItself.countDown();
            }));
    long start = System.nanoTime();
    pubSub.publish("d", "x");
    closedItself.await();
    assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(4).toNanos());
  }

  @Test
  void closingTheInstanceLeavesNoThread() {
    PubSub pubSub = pubSub();
    Set<Thread> handling = java.util.concurrent.ConcurrentHashMap.newKeySet();
    for (int i = 0; i < 20; i++) {
      var _ = pubSub.subscribe("c", message -> handling.add(Thread.currentThread()));
    }
    chaos.messageLatency(Duration.ofNanos(1), Duration.ofMillis(50)).reorders(0.3);
    publish(pubSub, "c", 0, 50);
    Await.until("some were handed over", () -> handling.size() >= 20);
    opened.removeFirst().close();
    Await.until("all threads have ended", () -> handling.stream().noneMatch(Thread::isAlive));
    chaos.partition().heal(); // nobody is left to be told
  }

  @Test
  void aroundAPubSubOfOnesOwn() {
    Zeal zeal = Zeal.open(ZealConfig.builder().set("zeal.backend", "table").build());
    opened.add(zeal);
    PubSub pubSub = new ChaosPubSub(zeal.pubSub(), chaos);
    Ear ear = Ear.on(pubSub, "c");
    Ear raw = Ear.on(pubSub.raw(), "c");
    chaos.duplicates(1);
    publish(pubSub, "c", 0, 1);
    Await.until("both hear it twice", () -> ear.heard.size() == 2 && raw.heard.size() == 2);
  }
}
