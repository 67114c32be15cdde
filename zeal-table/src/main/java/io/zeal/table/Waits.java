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

  /** What a call wants; a write that waited in vain did not happen. */
  enum Purpose {
    READ,
    WRITE
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
            + (purpose == Purpose.WRITE ? "Nothing was changed; try again" : "Try again")
            + ", or raise zeal.table.timeout.",
        purpose == Purpose.WRITE ? Outcome.NOT_SENT : null,
        null);
  }
}
