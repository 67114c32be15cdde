package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeartTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration SHORT = Duration.ofNanos(1);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger beats = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  private Heart heart(Executor executor, Runnable beat) {
    return heart(executor, SHORT, beat);
  }

  private Heart heart(Executor executor, Duration interval, Runnable beat) {
    return new Heart(
        executor,
        interval,
        () -> {
          beats.incrementAndGet();
          beat.run();
        },
        failures::incrementAndGet);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
      Thread.onSpinWait();
    }
  }

  /** Uses it once and waits for the beat of that. */
  private void useAndAwait(Heart heart) {
    int before = beats.get();
    heart.use();
    await(() -> beats.get() > before);
  }

  @Test
  void beatThatThrowsWhateverItLikesIsCountedAndTheNextComes() {
    Queue<Throwable> thrown = new ArrayDeque<>();
    thrown.add(new IllegalStateException("not of Zeal"));
    thrown.add(new OutOfMemoryError("not of a program"));
    Heart heart =
        heart(
            threads,
            () -> {
              switch (thrown.poll()) {
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case null, default -> {}
              }
            });
    for (int i = 0; i < 4; i++) {
      useAndAwait(heart);
    }
    assertThat(failures).hasValue(2);
  }

  @Test
  void executorThatRefusesIsAskedAgainByTheNextRead() {
    Queue<Throwable> thrown = new ArrayDeque<>();
    thrown.add(new OutOfMemoryError("unable to create a thread"));
    thrown.add(new java.util.concurrent.RejectedExecutionException("full"));
    Executor executor =
        task -> {
          switch (thrown.poll()) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> threads.execute(task);
          }
        };
    Heart heart = heart(executor, () -> {});
    heart.use();
    heart.use();
    assertThat(beats).hasValue(0);
    assertThat(failures).hasValue(2);
    useAndAwait(heart);
  }

  @Test
  void threadThatSomebodyInterruptsIsFollowedByAnother() {
    Heart heart = heart(threads, () -> Thread.currentThread().interrupt());
    for (int i = 0; i < 100; i++) {
      useAndAwait(heart);
    }
  }

  /**
   * Whenever a read comes: while it beats, while it sleeps, or between its last look and its end.
   */
  @Test
  void everyUseIsFollowedByABeat() throws Exception {
    Heart heart = heart(threads, () -> {});
    var others =
        threads.submit(() -> {
          for (int i = 0; i < 20_000; i++) {
            heart.use();
          }
        });
    for (int i = 0; i < 20_000; i++) {
      useAndAwait(heart);
    }
    others.get();
    useAndAwait(heart);
    assertThat(failures).hasValue(0);
  }

  @Test
  void useWhileItBeatsIsOneMoreBeatAndThenItEnds() {
    Queue<Runnable> during = new ArrayDeque<>();
    Heart heart = heart(Runnable::run, () -> during.remove().run());
    during.add(heart::use);
    during.add(() -> {});
    heart.use(); // in this thread, so it returns when nobody uses it any more
    assertThat(beats).hasValue(2);
    during.add(() -> {});
    heart.use();
    assertThat(beats).hasValue(3);
  }

  @Test
  void closedOneEndsWithoutWaitingForItsTimeAndIsNotStartedAgain() throws Exception {
    Thread[] running = new Thread[1];
    Heart heart = heart(threads, Duration.ofDays(1), () -> running[0] = Thread.currentThread());
    useAndAwait(heart);
    await(() -> running[0] != null && running[0].getState() == Thread.State.TIMED_WAITING);
    heart.close();
    assertThat(running[0].join(LIMIT)).isTrue();
    heart.use();
    threads.shutdown();
    assertThat(threads.awaitTermination(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(beats).hasValue(1);
  }

  @Test
  void closedByItsOwnBeatItEnds() {
    Heart[] heart = new Heart[1];
    heart[0] =
        heart(
            Runnable::run,
            () -> {
              heart[0].use();
              heart[0].close();
            });
    heart[0].use();
    assertThat(Thread.interrupted()).as("consumed by its own sleep").isFalse();
    assertThat(beats).hasValue(1);
  }

  @Test
  void intervalCountsFromTheBeginningOfABeat() {
    Duration second = Duration.ofSeconds(1);
    assertThat(Heart.pause(second, 300_000_000)).isEqualTo(Duration.ofMillis(700));
    assertThat(Heart.pause(second, 1_000_000_000)).isEqualTo(Duration.ZERO);
    assertThat(Heart.pause(second, 5_000_000_000L)).isEqualTo(Duration.ZERO);
  }
}
