package io.zeal.spi;

import java.util.OptionalLong;

/** One counter of a backend. Rules C1 to C9 are the backend's to keep. */
public interface CounterCell {

  /** The value; the initial one if the counter is untouched or its window has ended. */
  long get();

  /**
   * Makes one atomic change and answers the value after it, or empty if its condition did not hold.
   */
  OptionalLong apply(CounterChange change);

  /** Adds; here so that a backend can do it without an object. */
  default long add(long delta) {
    return apply(new CounterChange.Add(delta)).orElseThrow();
  }
}
