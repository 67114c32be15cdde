package io.zeal.tiered;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Beats while its store is read, each interval once; stands still otherwise, and no thread runs
 * then. The first read after that finds no lease and starts it. Whatever a beat throws, the next
 * one comes.
 */
final class Heart {

  private final Executor executor;
  private final Duration interval;
  private final Runnable beat;
  private final Runnable failed;
  private final AtomicBoolean beating = new AtomicBoolean();
  private volatile boolean used;
  private volatile boolean closed;
  private volatile @Nullable Thread thread;

  /**
   * @param failed told of each beat that threw, and of each start that was refused
   */
  Heart(Executor executor, Duration interval, Runnable beat, Runnable failed) {
    this.executor = executor;
    this.interval = interval;
    this.beat = beat;
    this.failed = failed;
  }

  /** The store is read; on the path of every read, and writes once in an interval. */
  void use() {
    if (!used) {
      used = true;
      start();
    }
  }

  /** No read fails for want of a heartbeat: it goes to the far level, and the next one tries. */
  private void start() {
    if (!closed && beating.compareAndSet(false, true)) {
      try {
        executor.execute(this::run);
      } catch (RuntimeException | Error e) {
        failed.run();
        beating.set(false);
        used = false; // last: whoever uses it from now on starts it
      }
    }
  }

  private void run() {
    thread = Thread.currentThread();
    try {
      while (used && !closed) {
        used = false;
        long began = System.nanoTime();
        beat();
        Thread.sleep(pause(interval, System.nanoTime() - began));
      }
    } catch (InterruptedException e) {
      // closed; or somebody else's business, and then the next read starts it again
    } finally {
      thread = null;
      beating.set(false);
      if (used) { // between the last look and the line above
        start();
      }
    }
  }

  private void beat() {
    try {
      beat.run();
    } catch (RuntimeException | Error e) {
      failed.run();
    }
  }

  /** From one beginning to the next it is the interval, or as long as the beat itself took. */
  static Duration pause(Duration interval, long beatNanos) {
    Duration rest = interval.minusNanos(beatNanos);
    return rest.isNegative() ? Duration.ZERO : rest;
  }

  void close() {
    closed = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
