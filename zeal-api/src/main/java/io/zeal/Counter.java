package io.zeal;

import java.util.OptionalLong;

/**
 * A named number of 64 bits that everyone who shares the backend sees the same. Rules: {@code
 * docs/contract/counter.md}.
 *
 * <p>All changes are atomic. A counter that was never touched, was reset, or whose window has ended
 * reads its initial value, zero by default (C1, C2). Errors as for {@link Store}: a failed call
 * never answers with a guess, says by {@link ZealException#outcome()} whether it may have happened,
 * and never happens twice.
 */
public interface Counter {

  /** The name it was opened by. */
  String name();

  /** What it was opened with. */
  CounterOptions options();

  /** The value. Reading does not start a window (C7). */
  long get();

  /** Sets the value; keeps a window that is running, else starts it (C3). */
  void set(long value);

  /**
   * Adds {@code delta} and returns the sum (C4).
   *
   * @throws CapacityException if the sum does not fit a {@code long}; the counter is unchanged
   * @throws UnsupportedCapabilityException if the sum is negative and the backend cannot hold it;
   *     unchanged
   */
  long add(long delta);

  /** Adds 1 and returns the sum. */
  default long increment() {
    return add(1);
  }

  /** Subtracts 1 and returns the difference. */
  default long decrement() {
    return add(-1);
  }

  /**
   * Adds {@code delta} if the sum is at most {@code max}, atomically and exactly over 64 bits;
   * keeps a window (C5).
   *
   * @return the sum, or empty if it would be above {@code max}; then the counter is unchanged
   * @throws CapacityException if the sum is below {@link Long#MIN_VALUE}; the counter is unchanged
   */
  OptionalLong addBounded(long delta, long max);

  /**
   * Sets {@code next} if the value is {@code expected}, atomically; an untouched counter compares
   * as its initial value (C6).
   *
   * @return whether it was set
   */
  boolean compareAndSet(long expected, long next);

  /** Makes the counter untouched again: it reads its initial value, and its window is over (C8). */
  void reset();
}
