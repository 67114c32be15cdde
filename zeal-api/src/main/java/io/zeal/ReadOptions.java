package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How fresh a read has to be. Immutable. */
public final class ReadOptions {

  private static final ReadOptions DEFAULTS = new ReadOptions(null);

  private final @Nullable Duration maxStaleness;

  private ReadOptions(@Nullable Duration maxStaleness) {
    this.maxStaleness = maxStaleness;
  }

  /** The store's own bound. */
  public static ReadOptions defaults() {
    return DEFAULTS;
  }

  /** Accepts a copy that is at most {@code bound} old; zero asks where writes are visible. */
  public static ReadOptions maxStaleness(Duration bound) {
    if (Objects.requireNonNull(bound, "bound").isNegative()) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "maxStaleness is " + bound + ". Use zero for 'read where writes are visible', or more.");
    }
    return new ReadOptions(bound);
  }

  /** The age of the oldest copy that may answer; empty for the store's own bound. */
  public Optional<Duration> maxStaleness() {
    return Optional.ofNullable(maxStaleness);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReadOptions o && Objects.equals(maxStaleness, o.maxStaleness);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(maxStaleness);
  }

  @Override
  public String toString() {
    return "maxStaleness=" + (maxStaleness == null ? "the store's" : maxStaleness);
  }
}
