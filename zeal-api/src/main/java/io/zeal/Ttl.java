package io.zeal;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Times to live: whole milliseconds, zero meaning none. */
final class Ttl {

  /** A thousand years; a longer time to live is a mistake of units. */
  private static final Duration LONGEST = Duration.ofDays(365_000);

  private Ttl() {}

  /** Rounds up to milliseconds; zero becomes null, which is no expiry. */
  static @Nullable Duration normal(Duration ttl, String what) {
    Objects.requireNonNull(ttl, what);
    if (ttl.isNegative() || ttl.compareTo(LONGEST) > 0) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          what
              + " is "
              + ttl
              + ". Use zero for 'does not expire', or up to "
              + LONGEST.toDays()
              + " days.");
    }
    return ttl.isZero() ? null : Duration.ofMillis(ttl.plusNanos(999_999).toMillis());
  }

  /** The same in milliseconds, 0 for no expiry. */
  static long millis(Duration ttl, String what) {
    Duration normal = normal(ttl, what);
    return normal == null ? 0 : normal.toMillis();
  }
}
