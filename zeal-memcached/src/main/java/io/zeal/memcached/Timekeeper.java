package io.zeal.memcached;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Ends what takes too long, for callers that wait without a limit of their own: each limit that a
 * virtual thread waits with is noted and forgotten by another thread of the JDK's, which was a
 * quarter of what a put costs. Here one thread looks at all of them, a hundred times a second, and
 * rests when nobody has waited for a second.
 */
final class Timekeeper implements AutoCloseable {

  private static final long BETWEEN_LOOKS_NANOS = Duration.ofMillis(10).toNanos();
  private static final int QUIET_LOOKS = 100;

  private final ConcurrentLinkedQueue<Limit> limits = new ConcurrentLinkedQueue<>();
  private final Thread thread;
  private volatile boolean resting;
  private volatile boolean closed;
  private volatile boolean ended;

  private record Limit(CompletableFuture<?> answer, long nanos) {

    /** Whether it has ended, if only now. */
    boolean isOver(long now) {
      return answer.isDone() || (nanos - now <= 0 && end());
    }

    boolean end() {
      var _ = answer.completeExceptionally(new TimeoutException());
      return true;
    }
  }

  Timekeeper() {
    thread = Thread.ofPlatform().daemon().name("zeal-memcached-time").start(this::run);
  }

  /**
   * Ends it with a {@link TimeoutException} unless it has ended by then, or a hundredth of a second
   * later.
   *
   * @param nanos a {@link System#nanoTime}
   */
  void limit(CompletableFuture<?> answer, long nanos) {
    limits.add(new Limit(answer, nanos));
    if (ended) {
      limits.removeIf(Limit::end);
    } else if (resting) {
      LockSupport.unpark(thread);
    }
  }

  private void run() {
    int quietLooks = 0;
    while (!closed || !limits.isEmpty()) {
      LockSupport.parkNanos(this, BETWEEN_LOOKS_NANOS);
      quietLooks = limits.isEmpty() ? quietLooks + 1 : 0;
      long now = System.nanoTime();
      limits.removeIf(limit -> limit.isOver(now));
      if (quietLooks == QUIET_LOOKS) {
        rest();
        quietLooks = 0;
      }
    }
    ended = true;
    limits.removeIf(Limit::end);
  }

  /**
   * Whoever comes adds his limit before he looks whether to wake this thread, which looks after.
   */
  private void rest() {
    resting = true;
    while (limits.isEmpty() && !closed) {
      LockSupport.park(this);
    }
    resting = false;
  }

  boolean isResting() {
    return resting;
  }

  boolean isRunning() {
    return !ended;
  }

  /** Those who wait still are ended in time; nobody should begin to. */
  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
