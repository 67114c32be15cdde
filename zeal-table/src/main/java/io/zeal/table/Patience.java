package io.zeal.table;

import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How long one call waits for whoever opens, makes or leaves the same table, which may mean that a
 * large file is written. It counts from when the call began.
 */
final class Patience {

  private static final Duration OPENING = Duration.ofSeconds(60);

  /** A step asks the kernel, in a thread of its own; it may well be one of very many. */
  private static final long STEP_NANOS = 2_000_000;

  private final String what;
  private final Duration most;
  private final long deadlineNanos;

  Patience(String what, Duration most) {
    this.what = what;
    this.most = most;
    this.deadlineNanos = System.nanoTime() + most.toNanos();
  }

  /** For opening what is called {@code what} in messages. */
  static Patience ofOpening(String what) {
    return new Patience(what, OPENING);
  }

  /**
   * Takes a lock that is on the heap.
   *
   * @throws OperationTimeoutException if the deadline passed
   * @throws OperationInterruptedException if the thread is interrupted and would have to wait; the
   *     flag stays set
   */
  void lock(Lock lock) {
    try {
      if (!lock.tryLock()
          && !lock.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw timeout();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
  }

  /**
   * One step of waiting for another process.
   *
   * @throws OperationTimeoutException as {@link #lock}
   * @throws OperationInterruptedException as {@link #lock}
   */
  void step() {
    long until = System.nanoTime() + STEP_NANOS;
    for (long now = System.nanoTime(); now - until < 0; now = System.nanoTime()) {
      if (now - deadlineNanos >= 0) {
        throw timeout();
      }
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(null);
      }
      LockSupport.parkNanos(this, until - now);
    }
  }

  private OperationTimeoutException timeout() {
    return new OperationTimeoutException(
        OperationTimeoutException.Stage.QUEUE,
        what
            + ": somebody else was opening, making or leaving it for more than "
            + most.toMillis()
            + " ms. Nothing was opened. Try again; if that does not help, look for a process of its"
            + " directory that is stopped, or that writes a large file to a slow disk.",
        null,
        null);
  }

  private OperationInterruptedException interrupted(@Nullable Throwable cause) {
    return new OperationInterruptedException(
        what
            + ": interrupted while somebody else was opening, making or leaving it. Nothing was"
            + " opened. Try again, once the interrupt is dealt with.",
        null,
        cause);
  }
}
