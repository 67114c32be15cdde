package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row together with what is known of it.
 *
 * @param value the row
 * @param remaining what is left of its time to live, or null if it does not expire
 * @param age how long ago this value was read from where writes are visible; zero unless it came
 *     from a copy
 * @param stale whether it was returned although the backend could not be reached (S13)
 */
public record Reading<R>(R value, @Nullable Duration remaining, Duration age, boolean stale) {

  /** Neither value nor age is null. */
  public Reading {
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(age, "age");
  }

  /** A value read just now from where writes are visible. */
  public static <R> Reading<R> fresh(R value, @Nullable Duration remaining) {
    return new Reading<>(value, remaining, Duration.ZERO, false);
  }

  /** What is left of the row's time to live; empty if it does not expire. */
  public Optional<Duration> timeToLive() {
    return Optional.ofNullable(remaining);
  }
}
