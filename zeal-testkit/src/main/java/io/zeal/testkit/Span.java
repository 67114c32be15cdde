package io.zeal.testkit;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import java.time.Duration;
import java.util.Objects;

/** How long something takes: at least {@code nanos}, and up to {@code jitterNanos} more. */
record Span(long nanos, long jitterNanos) {

  static final Span NONE = new Span(0, 0);

  private static final Duration LONGEST = Duration.ofDays(1);

  static Span of(Duration least, Duration jitter) {
    return new Span(checked("latency", least), checked("jitter", jitter));
  }

  private static long checked(String what, Duration duration) {
    if (Objects.requireNonNull(duration, what).isNegative() || duration.compareTo(LONGEST) > 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The " + what + " is " + duration + ". Use zero to " + LONGEST + ".");
    }
    return duration.toNanos();
  }

  boolean isZero() {
    return nanos == 0 && jitterNanos == 0;
  }

  /** Spread evenly. */
  long drawn(double draw) {
    return nanos + (long) (draw * jitterNanos);
  }
}
