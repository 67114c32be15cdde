package io.zeal.tck;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something that real time or another thread brings about, up to a limit. */
final class Waiting {

  private static final long STEP_NANOS = 2_000_000;

  private Waiting() {}

  /** Waits until {@code condition} holds; returns false if {@code limit} passed first. */
  static boolean until(BooleanSupplier condition, Duration limit) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }

  /** Lets real time pass. */
  static void forAtLeast(Duration duration) {
    long start = System.nanoTime();
    until(() -> System.nanoTime() - start >= duration.toNanos(), duration.plusSeconds(1));
  }
}
