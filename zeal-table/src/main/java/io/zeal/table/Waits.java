package io.zeal.table;

import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How the callers of one table wait for each other: they spin, then park in short steps, and give
 * up at a deadline.
 */
final class Waits {

  private static final int SPINS = 256;
  private static final long PARK_NANOS = 20_000;

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
   */
  Wait pause(@Nullable Wait wait, Purpose purpose) {
    Wait waiting = wait == null ? new Wait() : wait;
    waiting.pause(purpose);
    return waiting;
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
        throw timeout(purpose);
      }
      LockSupport.parkNanos(this, PARK_NANOS);
    }
  }

  private OperationTimeoutException timeout(Purpose purpose) {
    return new OperationTimeoutException(
        OperationTimeoutException.Stage.ROW,
        what
            + ": another writer held it, or its row or bucket, for more than "
            + timeoutNanos / 1_000_000
            + " ms. "
            + purpose.advice
            + ", or raise zeal.table.timeout.",
        purpose.outcome,
        null);
  }
}
