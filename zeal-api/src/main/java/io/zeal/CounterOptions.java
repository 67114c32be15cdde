package io.zeal;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What belongs to a counter beside its name. Immutable. Defaults: starts at zero, no window. */
public final class CounterOptions {

  private static final CounterOptions DEFAULTS = new CounterOptions(0, null);

  private final long initial;
  private final @Nullable Duration window;

  private CounterOptions(long initial, @Nullable Duration window) {
    this.initial = initial;
    this.window = window;
  }

  /** The defaults. */
  public static CounterOptions defaults() {
    return DEFAULTS;
  }

  /** Lets the counter start at {@code initial} (C2). */
  public CounterOptions startingAt(long initial) {
    return new CounterOptions(initial, window);
  }

  /**
   * Makes the counter untouched again {@code window} after the change that brought it to life, in
   * the same atomic step (C7). Rounded up to milliseconds; zero means no window.
   */
  public CounterOptions expiringAfter(Duration window) {
    return new CounterOptions(initial, Ttl.normal(window, "window"));
  }

  /** The value of an untouched counter. */
  public long initial() {
    return initial;
  }

  /** How long it lives after it came to life; empty if for ever. */
  public Optional<Duration> window() {
    return Optional.ofNullable(window);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CounterOptions o
        && initial == o.initial
        && Objects.equals(window, o.window);
  }

  @Override
  public int hashCode() {
    return Objects.hash(initial, window);
  }

  @Override
  public String toString() {
    return "initial=" + initial + ", window=" + (window == null ? "none" : window);
  }
}
