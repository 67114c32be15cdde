package io.zeal.cache;

import io.zeal.CacheOptions;
import java.time.Duration;

/**
 * How long a call waits, by {@link System#nanoTime}.
 *
 * @param hardNanos until when at most
 * @param softNanos until when, if it can be served stale then
 * @param shareNanos for how long it waits for a load at least, if the look took the time up
 */
record Patience(long hardNanos, long softNanos, long shareNanos) {

  /** Some 73 years: sums of two do not overflow. */
  private static final long LONGEST_NANOS = Long.MAX_VALUE / 4;

  /** That of a call that begins now. */
  static Patience of(CacheOptions options) {
    long now = System.nanoTime();
    long hard = nanos(options.hardTimeout());
    long soft = options.softTimeout().map(it -> Math.min(hard, nanos(it))).orElse(hard);
    return new Patience(now + hard, now + soft, hard / 2);
  }

  private static long nanos(Duration duration) {
    try {
      return Math.min(LONGEST_NANOS, duration.toNanos());
    } catch (ArithmeticException e) {
      return LONGEST_NANOS;
    }
  }

  /** What is left, zero if nothing is. */
  long leftNanos(boolean canBeServedStale) {
    return Math.max(0, (canBeServedStale ? softNanos : hardNanos) - System.nanoTime());
  }

  /** For how long a look may be waited for. */
  long lookNanos() {
    return leftNanos(false) / 2;
  }

  /** After a look that had no answer: its time is not the load's. Given once. */
  Patience afterNoAnswer() {
    long least = System.nanoTime() + shareNanos;
    return least - hardNanos > 0 ? new Patience(least, softNanos, 0) : this;
  }
}
