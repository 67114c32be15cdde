package io.zeal.pubsub.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Message;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.pubsub.Await;
import io.zeal.pubsub.spi.Mailbox.Handover;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger left = new AtomicInteger();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private Mailbox open(SubscribeOptions options, Consumer<Message> handler) {
    return Mailbox.open("news", options, handler, executor, _ -> left.incrementAndGet());
  }

  private Mailbox openWithoutHop(SubscribeOptions options, Consumer<Message> handler) {
    return Mailbox.openWithoutHop("news", options, handler, executor, _ -> left.incrementAndGet());
  }

  private static Handover deliver(Mailbox mailbox, String text) {
    return deliver(mailbox, text, Duration.ZERO);
  }

  private static Handover deliver(Mailbox mailbox, String text, Duration patience) {
    try {
      return mailbox.deliver(new Message("news", Values.utf8(text)), patience);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private SubscribeOptions full(int capacity, WhenFull whenFull) {
    return SubscribeOptions.defaults()
        .withQueue(capacity, whenFull)
        .withOnGap(() -> heard.add("gap"));
  }

  /** A handler that notes what it hears, and stops at "wait" until it is let go. */
  private static class Held implements Consumer<Message> {
    private final List<String> heard;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch go = new CountDownLatch(1);

    Held(List<String> heard) {
      this.heard = heard;
    }

    @Override
    public void accept(Message message) {
      heard.add(message.text());
      if (message.text().equals("wait")) {
        reached.countDown();
        Await.latch(go);
      }
    }
  }

  private Held held(Mailbox[] made, SubscribeOptions options) {
    Held held = new Held(heard);
    made[0] = open(options, held);
    deliver(made[0], "wait");
    Await.latch(held.reached);
    return held;
  }

  @Test
  void messagesAreHandledOneAfterAnotherInTheirOrder() {
    Mailbox mailbox = open(SubscribeOptions.defaults(), message -> heard.add(message.text()));

    for (int i = 0; i < 500; i++) {
      deliver(mailbox, "" + i);
    }

    Await.until("all are heard", () -> heard.size() == 500);
    assertThat(heard)
        .isEqualTo(java.util.stream.IntStream.range(0, 500).mapToObj(i -> "" + i).toList());
    assertThat(mailbox.numbers())
        .containsOnly(
            java.util.Map.entry("received", 500L),
            java.util.Map.entry("failed", 0L),
            java.util.Map.entry("dropped", 0L),
            java.util.Map.entry("gaps", 0L));
  }

  @Test
  void aLoggerThatFailsDoesNotEndTheSubscription() {
    try (LogCapture log = new LogCapture()) {
      log.fail();
      Mailbox mailbox =
          open(
              SubscribeOptions.defaults(),
              message -> {
                heard.add(message.text());
                throw new IllegalStateException("expected by the test");
              });

      deliver(mailbox, "a");
      deliver(mailbox, "b");

      Await.until("both are heard", () -> heard.equals(List.of("a", "b")));
      assertThat(log.lines()).hasSize(1);
      mailbox.close();
    }
  }

  @Test
  void theOldestAreDroppedAndTheGapComesBeforeWhatFollows() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(2, WhenFull.DROP_OLDEST));

    for (String text : List.of("a", "b", "c", "d")) {
      assertThat(deliver(made[0], text)).isEqualTo(Handover.TAKEN);
    }
    held.go.countDown();

    Await.until("the last is heard", () -> heard.contains("d"));
    assertThat(heard).containsExactly("wait", "gap", "c", "d");
    assertThat(made[0].numbers()).containsEntry("dropped", 2L).containsEntry("gaps", 1L);
  }

  @Test
  void theOldestIsDroppedAlsoAmongThoseTheRunnerHasFetched() {
    Mailbox[] made = new Mailbox[1];
    CountDownLatch second = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Held held =
        new Held(heard) {
          @Override
          public void accept(Message message) {
            super.accept(message);
            if (message.text().equals("a")) {
              second.countDown();
              Await.latch(go);
            }
          }
        };
    made[0] = open(full(3, WhenFull.DROP_OLDEST), held);
    deliver(made[0], "wait");
    Await.latch(held.reached);
    List.of("a", "b", "c").forEach(text -> deliver(made[0], text));
    held.go.countDown();
    Await.latch(second); // now b and c are fetched and wait

    List.of("d", "e", "f", "g").forEach(text -> deliver(made[0], text));
    go.countDown();

    Await.until("the last is heard", () -> heard.contains("g"));
    assertThat(heard).containsExactly("wait", "a", "gap", "e", "f", "g");
    assertThat(made[0].numbers()).containsEntry("dropped", 3L);
  }

  @Test
  void noCallbackRunsAfterTheEnd() {
    Mailbox mailbox = open(full(1, WhenFull.BLOCK), _ -> {});

    mailbox.close();
    mailbox.gap();
    mailbox.resume();

    assertThat(mailbox.numbers()).containsEntry("gaps", 0L);
    assertThat(heard).isEmpty();
  }

  @Test
  void theNewestAreDroppedAndTheGapRuns() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(2, WhenFull.DROP_NEWEST));

    assertThat(deliver(made[0], "a")).isEqualTo(Handover.TAKEN);
    assertThat(deliver(made[0], "b")).isEqualTo(Handover.TAKEN);
    assertThat(deliver(made[0], "c")).isEqualTo(Handover.DROPPED);
    held.go.countDown();

    Await.until("the last is heard", () -> heard.contains("b"));
    assertThat(heard).containsExactly("wait", "gap", "a", "b");
    assertThat(made[0].numbers()).containsEntry("dropped", 1L);
  }

  @Test
  void whoBlocksWaitsForRoom() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(1, WhenFull.BLOCK));
    deliver(made[0], "a");
    AtomicReference<Handover> late = new AtomicReference<>();

    executor.execute(() -> late.set(deliver(made[0], "b", Await.LIMIT)));
    held.go.countDown();

    Await.until("it is handed over", () -> late.get() == Handover.TAKEN);
    Await.until("it is heard", () -> heard.contains("b"));
    assertThat(heard).containsExactly("wait", "a", "b");
  }

  @Test
  void whoBlocksGivesUpWhenItsPatienceEndsAndTheSubscriberLearnsOfIt() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(1, WhenFull.BLOCK));
    deliver(made[0], "a");

    assertThat(deliver(made[0], "b", Duration.ofMillis(5))).isEqualTo(Handover.TIMED_OUT);
    held.go.countDown();

    Await.until("the other is heard", () -> heard.contains("a"));
    assertThat(heard).containsExactly("wait", "gap", "a");
  }

  @Test
  void theHandlerItselfNeverWaitsForRoom() {
    AtomicReference<Handover> third = new AtomicReference<>();
    AtomicReference<Mailbox> self = new AtomicReference<>();
    Mailbox mailbox =
        open(
            full(1, WhenFull.BLOCK),
            message -> {
              if (message.text().equals("start")) {
                Await.until("the mailbox is known", () -> self.get() != null);
                deliver(self.get(), "a", Await.LIMIT);
                third.set(deliver(self.get(), "b", Await.LIMIT));
              }
            });
    self.set(mailbox);

    deliver(mailbox, "start");

    Await.until("the third is decided", () -> third.get() != null);
    assertThat(third.get()).isEqualTo(Handover.TIMED_OUT);
  }

  @Test
  void anyErrorOfAHandlerIsCountedAndItGoesOn() {
    Mailbox mailbox =
        open(
            SubscribeOptions.defaults(),
            message -> {
              heard.add(message.text());
              if (message.text().equals("error")) {
                throw new AssertionError("an Error");
              }
              Thread.currentThread().interrupt(); // a handler that leaves its flag set
              throw new IllegalStateException("an exception");
            });

    deliver(mailbox, "a");
    deliver(mailbox, "error");
    deliver(mailbox, "c");

    Await.until("all failed", () -> mailbox.numbers().get("failed") == 3);
    assertThat(heard).containsExactly("a", "error", "c");
    assertThat(mailbox.isActive()).isTrue();
  }

  @Test
  void anOutageShowsAndEndsWithAGap() {
    Mailbox mailbox = open(full(1, WhenFull.BLOCK), _ -> {});

    mailbox.suspend();
    assertThat(mailbox.isActive()).isFalse();
    mailbox.resume();

    assertThat(mailbox.isActive()).isTrue();
    Await.until("the gap is heard", () -> heard.contains("gap"));
  }

  @Test
  void whoGaveUpIsNotActiveAnyMore() {
    Mailbox mailbox = open(full(1, WhenFull.BLOCK), _ -> {});

    mailbox.giveUp();
    mailbox.resume();

    assertThat(mailbox.isActive()).isFalse();
    Await.until("the gap is heard", () -> heard.contains("gap"));
  }

  @Test
  void closingWaitsForTheHandlerAndDeliversNothingMore() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(10, WhenFull.BLOCK));
    deliver(made[0], "a");
    AtomicBoolean closed = new AtomicBoolean();

    executor.execute(() -> {
      made[0].close();
      closed.set(true);
    });
    Await.until("closing began", () -> !made[0].isActive());
    assertThat(deliver(made[0], "b")).isEqualTo(Handover.CLOSED);
    assertThat(closed).isFalse();
    held.go.countDown();

    Await.until("closed", closed::get);
    assertThat(heard).containsExactly("wait");
    assertThat(left).hasValue(1);
  }

  @Test
  void aHandlerThatRunsTooLongIsInterrupted() {
    CountDownLatch reached = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Mailbox mailbox =
        open(
            SubscribeOptions.defaults().withCloseTimeout(Duration.ofMillis(1)),
            _ -> {
              reached.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                interrupted.countDown();
              }
            });
    deliver(mailbox, "a");
    Await.latch(reached);

    mailbox.close();

    Await.latch(interrupted);
  }

  @Test
  void aHandlerMayCloseItsOwnSubscription() {
    AtomicReference<Mailbox> self = new AtomicReference<>();
    CountDownLatch closed = new CountDownLatch(1);
    Mailbox mailbox =
        open(
            SubscribeOptions.defaults().withCloseTimeout(Duration.ofDays(1)),
            _ -> {
              Await.until("the mailbox is known", () -> self.get() != null);
              self.get().close();
              closed.countDown();
            });
    self.set(mailbox);

    deliver(mailbox, "a");

    Await.latch(closed);
    mailbox.close();
    assertThat(left).hasValue(1);
  }

  @Test
  void closingLetsThoseGoWhoWaitForRoom() {
    Mailbox[] made = new Mailbox[1];
    Held held = held(made, full(1, WhenFull.BLOCK));
    deliver(made[0], "a");
    AtomicReference<Handover> late = new AtomicReference<>();
    executor.execute(() -> late.set(deliver(made[0], "b", Await.LIMIT)));

    made[0].end();

    Await.until("it is let go", () -> late.get() == Handover.CLOSED);
    held.go.countDown();
  }

  @Test
  void withoutAHopWhoHandsOverHandles() {
    List<Thread> handlers = new ArrayList<>();
    Mailbox mailbox =
        openWithoutHop(
            SubscribeOptions.defaults(), message -> handlers.add(Thread.currentThread()));

    assertThat(deliver(mailbox, "one")).isEqualTo(Handover.TAKEN);

    assertThat(handlers).containsExactly(Thread.currentThread());
    assertThat(mailbox.numbers()).containsEntry("received", 1L);
    mailbox.close();
    assertThat(left).hasValue(1);
  }

  @Test
  void withoutAHopAGapComesBeforeWhatIsHandedOverNext() {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    SubscribeOptions options =
        SubscribeOptions.defaults()
            .withOnGap(() -> {
              begun.countDown();
              Await.latch(go);
              heard.add("gap");
            });
    Mailbox mailbox = openWithoutHop(options, message -> heard.add(message.text()));

    mailbox.gap();
    Await.latch(begun); // the mailbox says no longer that a gap is due; its callback runs
    deliver(mailbox, "after");
    go.countDown();

    Await.until("both are heard", () -> heard.size() == 2);
    assertThat(heard).containsExactly("gap", "after");
    mailbox.close();
  }

  @Test
  void withoutAHopAnErrorIsCountedAndNoInterruptIsTakenFromWhoHandsOver() {
    Mailbox mailbox =
        openWithoutHop(
            SubscribeOptions.defaults(),
            message -> {
              throw new AssertionError("a handler that fails; this is meant to be here");
            });
    Thread.currentThread().interrupt();

    assertThat(deliver(mailbox, "one")).isEqualTo(Handover.TAKEN);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(mailbox.numbers()).containsEntry("failed", 1L);
    mailbox.close();
  }

  @Test
  void withoutAHopClosingWaitsForWhoHandles() throws Exception {
    Held held = new Held(heard);
    Mailbox mailbox = openWithoutHop(SubscribeOptions.defaults(), held);
    Thread publisher = Thread.ofVirtual().start(() -> deliver(mailbox, "wait"));
    Await.latch(held.reached);
    AtomicBoolean closed = new AtomicBoolean();

    Thread closer =
        Thread.ofVirtual()
            .start(() -> {
              mailbox.close();
              closed.set(true);
            });
    Await.until("it is ending", () -> !mailbox.isActive());

    assertThat(closed).isFalse();
    assertThat(deliver(mailbox, "late")).isEqualTo(Handover.CLOSED);
    held.go.countDown();
    closer.join();
    publisher.join();
    assertThat(heard).containsExactly("wait");
  }

  @Test
  void withoutAHopAHandlerMayCloseAndMayHandOver() {
    AtomicReference<Mailbox> mailbox = new AtomicReference<>();
    mailbox.set(
        openWithoutHop(
            SubscribeOptions.defaults(),
            message -> {
              heard.add(message.text());
              if (message.text().equals("first")) {
                deliver(mailbox.get(), "second");
              } else {
                mailbox.get().close();
              }
            }));

    deliver(mailbox.get(), "first");

    Await.until("it has closed itself", () -> left.get() == 1);
    assertThat(heard).containsExactly("first", "second");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whateverIsHandedOverIsHeardOrCountedInTheOrderOfItsPublisher(long seed) throws Exception {
    Random random = new Random(seed);
    WhenFull whenFull = List.of(WhenFull.values()).get(random.nextInt(3));
    List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger within = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    Consumer<Message> handler =
        message -> {
          if (within.incrementAndGet() > 1) {
            overlaps.incrementAndGet();
          }
          numbers.add(Integer.parseInt(message.text()));
          within.decrementAndGet();
        };
    SubscribeOptions options =
        SubscribeOptions.defaults()
            .withQueue(1 + random.nextInt(8), whenFull)
            .withOnGap(() -> {
              if (within.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
              }
              within.decrementAndGet();
            });
    Mailbox mailbox = seed % 2 == 0 ? openWithoutHop(options, handler) : open(options, handler);
    int publishers = 1 + random.nextInt(4);
    int each = 2_000;

    List<Thread> threads = new ArrayList<>();
    for (int p = 0; p < publishers; p++) {
      int base = p * each;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < each; i++) {
                  deliver(mailbox, "" + (base + i), Await.LIMIT);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }

    Await.until(
        "all are heard or dropped",
        () ->
            mailbox.numbers().get("received") + mailbox.numbers().get("dropped")
                == (long) publishers * each);
    Await.until(
        "the gap is heard",
        () -> mailbox.numbers().get("gaps") > 0 || mailbox.numbers().get("dropped") == 0);
    mailbox.close();
    assertThat(overlaps).hasValue(0);
    assertThat(numbers).hasSize(mailbox.numbers().get("received").intValue());
    for (int p = 0; p < publishers; p++) {
      int publisher = p;
      assertThat(numbers.stream().filter(n -> n / each == publisher).toList()).isSorted();
    }
    if (whenFull == WhenFull.BLOCK) {
      assertThat(numbers).hasSize(publishers * each);
    } else {
      assertThat(mailbox.numbers().get("gaps") > 0).isEqualTo(mailbox.numbers().get("dropped") > 0);
    }
  }

  private static final class Values {
    static byte[] utf8(String text) {
      return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
  }
}
