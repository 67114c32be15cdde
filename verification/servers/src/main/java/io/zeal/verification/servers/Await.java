package io.zeal.verification.servers;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition, never longer than a deadline. */
final class Await {

  private static final Duration INTERVAL = Duration.ofMillis(5);

  /**
   * Returns once the condition holds.
   *
   * @param state what to say about the way things are when time is up
   */
  static void until(
      String condition, Duration limit, BooleanSupplier holds, Supplier<String> state) {
    long begin = System.nanoTime();
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        throw new IllegalStateException(
            "Waited %d ms for: %s. Found: %s"
                .formatted(limit.toMillis(), condition, state.get().strip()));
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("Interrupted while waiting for: " + condition);
      }
      LockSupport.parkNanos(INTERVAL.toNanos());
    }
  }

  private Await() {}
}
