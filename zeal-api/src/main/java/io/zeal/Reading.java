package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A row together with what is known of it. Immutable. */
public final class Reading<R> {

  private final R value;
  private final @Nullable Duration remaining;
  private final Duration age;
  private final boolean stale;

  private Reading(R value, @Nullable Duration remaining, Duration age, boolean stale) {
    this.value = Objects.requireNonNull(value, "value");
    this.remaining = remaining;
    this.age = Objects.requireNonNull(age, "age");
    this.stale = stale;
  }

  /**
   * A value read just now from where writes are visible.
   *
   * @param remaining what is left of its time to live, or null if it does not expire
   */
  public static <R> Reading<R> fresh(R value, @Nullable Duration remaining) {
    return new Reading<>(value, remaining, Duration.ZERO, false);
  }

  /** The same from a copy that was read {@code age} ago. */
  public Reading<R> withAge(Duration age) {
    return new Reading<>(value, remaining, age, stale);
  }

  /** The same, returned although the backend could not be reached (S13). */
  public Reading<R> asStale() {
    return new Reading<>(value, remaining, age, true);
  }

  /** The row. */
  public R value() {
    return value;
  }

  /** What is left of the row's time to live; empty if it does not expire. */
  public Optional<Duration> remaining() {
    return Optional.ofNullable(remaining);
  }

  /**
   * How long ago this value was read from where writes are visible; zero unless it came from a
   * copy.
   */
  public Duration age() {
    return age;
  }

  /** Whether it was returned although the backend could not be reached (S13). */
  public boolean stale() {
    return stale;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Reading<?> r
        && value.equals(r.value)
        && Objects.equals(remaining, r.remaining)
        && age.equals(r.age)
        && stale == r.stale;
  }

  @Override
  public int hashCode() {
    return Objects.hash(value, remaining, age, stale);
  }

  /** What is known of the row; not the row, whose values may be secret. */
  @Override
  public String toString() {
    return "Reading[remaining="
        + (remaining == null ? "none" : remaining)
        + ", age="
        + age
        + ", stale="
        + stale
        + "]";
  }
}
