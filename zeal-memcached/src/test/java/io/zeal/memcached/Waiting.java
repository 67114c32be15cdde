package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what happens by itself. */
final class Waiting {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(10);

  private Waiting() {}

  static void until(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("time left for: %s", what).isNegative();
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }
}
