package io.zeal.table;

import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How the callers of one table wait for each other: they spin, then park in short steps, and give
 * up at a deadline, or when their thread is interrupted.
 */
final class Waits {

  private static final int SPINS = 256;
  private static final long PARK_NANOS = 20_000;

  /** After so many steps, and then each time, one asks whether the holder is still there. */
  private static final int STEPS_BETWEEN_PROBES = 64;

  private final String what;
  private final long timeoutNanos;

  Waits(String what, long timeoutNanos) {
    this.what = what;
    this.timeoutNanos = timeoutNanos;
  }

  /**
   * One step of waiting; {@code wait} is null for the first one, so that who need not wait need not
   * make an object.
   *
   * @throws OperationTimeoutException if the deadline passed
   * @throws OperationInterruptedException if the thread is interrupted and would have to park; the
   *     flag stays set
   */
  Wait pause(@Nullable Wait wait, Purpose purpose) {
    Wait waiting = wait == null ? new Wait() : wait;
    waiting.pause(purpose);
    return waiting;
  }

  /**
   * Takes a lock that is on the heap.
   *
   * @throws OperationTimeoutException as {@link #pause}
   * @throws OperationInterruptedException as {@link #pause}
   */
  void lock(Lock lock, Purpose purpose) {
    try {
      if (!lock.tryLock() && !lock.tryLock(timeoutNanos, TimeUnit.NANOSECONDS)) {
        throw timeout(OperationTimeoutException.Stage.QUEUE, purpose, 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(purpose, e);
    }
  }

  /**
   * As {@link #pause}, for somebody who holds a row or bucket of a table; now and then asks whether
   * he is still there.
   *
   * @param owner who, or {@link Owner#NOBODY} for anybody
   */
  Wait pause(@Nullable Wait wait, int owner, Processes processes, Purpose purpose) {
    try {
      Wait waiting = pause(wait, purpose);
      if (waiting.steps > SPINS && waiting.steps % STEPS_BETWEEN_PROBES == 0) {
        probe(owner, processes);
      }
      return waiting;
    } catch (OperationTimeoutException e) {
      long pid = processes.pid(owner); // whoever has his place after the probe is another one
      probe(owner, processes); // the next one need not wait so long
      throw pid == 0 ? e : timeout(e.stage(), purpose, pid);
    }
  }

  private static void probe(int owner, Processes processes) {
    if (owner == Owner.NOBODY) {
      processes.probeAll();
    } else {
      processes.probe(Owner.process(owner));
    }
  }

  /** What a call wants, and so what is known when it waited in vain. */
  enum Purpose {
    /** Nothing but an answer. */
    READ("Try again", null),

    /** One change; it did not happen. */
    WRITE("Nothing was changed; try again", Outcome.NOT_SENT),

    /** Many changes, some of which may have happened. */
    CLEAR("Some rows may have been removed; call clear again", Outcome.UNKNOWN);

    private final String advice;
    private final @Nullable Outcome outcome;

    Purpose(String advice, @Nullable Outcome outcome) {
      this.advice = advice;
      this.outcome = outcome;
    }
  }

  /** One call's waiting. */
  final class Wait {

    private int steps;
    private long deadlineNanos;

    private void pause(Purpose purpose) {
      steps++;
      if (steps < SPINS) {
        Thread.onSpinWait();
        return;
      }
      long now = System.nanoTime();
      if (steps == SPINS) {
        deadlineNanos = now + timeoutNanos;
      }
      if (now - deadlineNanos >= 0) {
        throw timeout(OperationTimeoutException.Stage.ROW, purpose, 0);
      }
      // With the flag set it would not park but spin until the deadline.
      if (Thread.currentThread().isInterrupted()) {
        throw interrupted(purpose, null);
      }
      LockSupport.parkNanos(this, PARK_NANOS);
    }
  }

  private OperationInterruptedException interrupted(Purpose purpose, @Nullable Throwable cause) {
    return new OperationInterruptedException(
        what
            + ": interrupted while another caller held it, or its row or bucket. "
            + purpose.advice
            + ", once the interrupt is dealt with.",
        purpose.outcome,
        cause);
  }

  /**
   * The deadline passed.
   *
   * @param pid the other process that was in the way at last, 0 if it was this one or is not known
   */
  private OperationTimeoutException timeout(
      OperationTimeoutException.Stage stage, Purpose purpose, long pid) {
    return new OperationTimeoutException(
        stage,
        what
            + ": another caller held it, or its row or bucket, for more than "
            + timeoutNanos / 1_000_000
            + " ms"
            + (pid == 0 ? ". " : ", at last process " + pid + ". ")
            + purpose.advice
            + ", or raise zeal.table.timeout.",
        purpose.outcome,
        null);
  }
}
