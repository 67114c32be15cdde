package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How fresh a read has to be. Immutable.
 *
 * @param maxStaleness the oldest copy that may answer, or null for the store's own bound
 */
public record ReadOptions(@Nullable Duration maxStaleness) {

  private static final ReadOptions DEFAULTS = new ReadOptions(null);

  /** Checks that the bound is not negative. */
  public ReadOptions {
    if (maxStaleness != null && maxStaleness.isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "maxStaleness is "
              + maxStaleness
              + ". Use zero for 'read where writes are visible', or more.");
    }
  }

  /** The store's own bound. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /** Accepts a copy that is at most {@code bound} old; zero asks where writes are visible. */
  public static ReadOptions maxStaleness(Duration bound) {
    return new ReadOptions(Objects.requireNonNull(bound, "bound"));
  }

  /** The bound of this call; empty for the store's own. */
  public Optional<Duration> staleness() {
    return Optional.ofNullable(maxStaleness);
  }
}
