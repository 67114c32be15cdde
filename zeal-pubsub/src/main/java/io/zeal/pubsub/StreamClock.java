package io.zeal.pubsub;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** The time of streams: the clock of the instance, that never goes back here. */
final class StreamClock {

  /** How soon a clock that somebody moves by hand is looked at again, since it wakes nobody. */
  private static final Duration GLANCE = Duration.ofMillis(20);

  private final InstantSource clock;
  private final long longestWaitMillis;
  private final AtomicLong latest = new AtomicLong(Long.MIN_VALUE);

  StreamClock(InstantSource clock) {
    this.clock = clock;
    this.longestWaitMillis =
        clock.equals(InstantSource.system()) ? Long.MAX_VALUE : GLANCE.toMillis();
  }

  long millis() {
    return latest.accumulateAndGet(clock.millis(), Math::max);
  }

  /** The time that is {@code delay} from now, rounded up; the end of time if it lies beyond. */
  long in(Duration delay) {
    try {
      long millis = delay.plusNanos(999_999).toMillis();
      return Math.addExact(millis(), millis);
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }

  /** How long to wait for {@code untilMillis} before looking at the clock again. */
  long waitMillis(long untilMillis) {
    return Math.min(longestWaitMillis, Math.max(0, untilMillis - millis()));
  }
}
