package io.zeal.tiered;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a row, and what has to hold for it to be served ({@link Fence#age}).
 *
 * @param value the application's row
 * @param slot the slot of its key
 * @param generation the generation of its bucket, as it was before the far level was asked
 * @param stripe the count of its slot, as it was then
 * @param readNanos when the far level was asked
 * @param leftMillis what was left of the row's time to live then, or {@link #NEVER}
 */
record NearRow<R>(
    R value, int slot, long generation, long stripe, long readNanos, long leftMillis) {

  /** A row that does not expire. */
  static final long NEVER = Long.MAX_VALUE;

  /** What is left of its time to live when it is that old; null if it does not expire. */
  @Nullable Duration remaining(long ageNanos) {
    return leftMillis == NEVER ? null : Duration.ofMillis(leftMillis).minusNanos(ageNanos);
  }

  /** Whether it has expired when it is that old. */
  boolean isExpired(long ageNanos) {
    return leftMillis != NEVER && ageNanos >= Times.nanos(leftMillis);
  }
}
