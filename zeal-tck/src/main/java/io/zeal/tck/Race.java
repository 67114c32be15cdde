package io.zeal.tck;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks at the same time, half of them on platform threads and half on virtual ones. The main
 * tasks decide when it ends; the companions run again and again until then.
 */
final class Race {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String rule;
  private final List<Runnable> tasks = new ArrayList<>();
  private final List<Runnable> companions = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean over;

  /** A race whose failures begin with {@code rule}. */
  Race(String rule) {
    this.rule = rule;
  }

  /** Adds {@code threads} tasks, each told its number from 0. */
  Race run(int threads, IntConsumer task) {
    for (int i = 0; i < threads; i++) {
      int number = i;
      tasks.add(() -> task.accept(number));
    }
    return this;
  }

  /** Adds {@code threads} tasks that are repeated, at least once, until the main tasks are done. */
  Race meanwhile(int threads, Runnable task) {
    for (int i = 0; i < threads; i++) {
      companions.add(() -> {
        do {
          task.run();
          // A virtual thread that never blocks keeps its carrier, and the main tasks waiting.
          LockSupport.parkNanos(1_000);
        } while (!over);
      });
    }
    return this;
  }

  /** Runs everything; throws the first failure of any task. */
  void start() {
    CountDownLatch ready = new CountDownLatch(tasks.size() + companions.size());
    List<Thread> main = threads(tasks, ready);
    List<Thread> beside = threads(companions, ready);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    main.forEach(thread -> join(thread, deadline));
    over = true;
    beside.forEach(thread -> join(thread, deadline));
    Throwable thrown = failure.get();
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown != null) {
      throw new AssertionError(rule + " a thread of the race failed: " + thrown, thrown);
    }
  }

  private List<Thread> threads(List<Runnable> work, CountDownLatch ready) {
    List<Thread> started = new ArrayList<>();
    for (Runnable task : work) {
      Runnable body = () -> runTogether(task, ready);
      started.add(
          started.size() % 2 == 0
              ? Thread.ofPlatform().daemon().start(body)
              : Thread.ofVirtual().start(body));
    }
    return started;
  }

  private void runTogether(Runnable task, CountDownLatch ready) {
    try {
      ready.countDown();
      if (!ready.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(rule + " the threads did not start within " + LIMIT);
      }
      task.run();
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      over = true;
    }
  }

  private void join(Thread thread, long deadline) {
    try {
      if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        thread.interrupt();
        throw new AssertionError(rule + " expected every thread to end within " + LIMIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(rule + " interrupted while waiting for the race to end", e);
    }
  }
}
