package io.zeal.spi;

/** One atomic change of a counter. */
public sealed interface CounterChange {

  /** Adds; always answers the sum, or throws if it does not fit. */
  record Add(long delta) implements CounterChange {}

  /** Adds if the sum is at most {@code max}; else answers empty. */
  record AddBounded(long delta, long max) implements CounterChange {}

  /** Sets; answers the value. */
  record Set(long value) implements CounterChange {}

  /** Sets {@code next} if the value is {@code expected}; else answers empty. */
  record CompareAndSet(long expected, long next) implements CounterChange {}

  /** Makes the counter untouched; answers its initial value. */
  record Reset() implements CounterChange {}
}
