package io.zeal.pubsub.spi;

import java.time.Duration;

/** Durations that callers chose, which may be longer than a count of nanoseconds can be. */
final class Nanos {

  private Nanos() {}

  /** The duration; 292 years if it is longer. Such a wait has no end, as whoever asked meant it. */
  static long of(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
