package io.zeal.memcached;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * One after the other: callers of this process that compare and swap the same item would only get
 * in each other's way, and each of them would read it again for every one that was faster. Other
 * processes still may; the versions of items decide, as ever.
 */
final class Turns {

  private static final int STRIPES = 256;

  private final Semaphore[] turns =
      Stream.generate(() -> new Semaphore(1, true)).limit(STRIPES).toArray(Semaphore[]::new);
  private final BooleanSupplier connected;

  /**
   * @param connected whether there is a connection to the server now
   */
  Turns(BooleanSupplier connected) {
    this.connected = connected;
  }

  /** A change that may wait for its answer. */
  interface Change<T> {
    T make();
  }

  /** Makes a change of an item when it is its turn. */
  <T> T take(String item, Deadline deadline, String what, Errors errors, Change<T> change) {
    Semaphore turn = turns[Math.floorMod(item.hashCode(), STRIPES)];
    try {
      if (!turn.tryAcquire(
          Math.max(0, deadline.nanos() - System.nanoTime()), TimeUnit.NANOSECONDS)) {
        throw Errors.noTurn(what, connected.getAsBoolean());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw errors.beforeWrite(
          new ClientException(
              ClientException.Kind.INTERRUPTED, false, "interrupted while waiting", e),
          what);
    }
    try {
      return change.make();
    } finally {
      turn.release();
    }
  }
}
