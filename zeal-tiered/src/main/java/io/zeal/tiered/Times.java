package io.zeal.tiered;

import java.time.Duration;

/** Durations as nanoseconds of a clock that wraps: never more than a quarter of what fits. */
final class Times {

  private static final long LONGEST = Long.MAX_VALUE / 4;

  private Times() {}

  static long nanos(Duration duration) {
    return duration.toSeconds() >= LONGEST / 1_000_000_000 ? LONGEST : duration.toNanos();
  }

  static long nanos(long millis) {
    return millis >= LONGEST / 1_000_000 ? LONGEST : millis * 1_000_000;
  }
}
