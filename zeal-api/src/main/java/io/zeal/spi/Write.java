package io.zeal.spi;

import java.util.List;

/**
 * One change of one row, atomic together with its condition. Arguments are checked before a backend
 * sees them: keys and lengths fit, types are the columns'.
 *
 * @param <R> the application's row
 */
public sealed interface Write<R> {

  /** An expiry that says: leave the remaining time to live alone. */
  long KEEP = -1;

  /** The row's key. */
  String key();

  /** What has to hold. */
  Condition<R> condition();

  /**
   * Stores a whole row.
   *
   * @param ttlMillis time to live from now, 0 for no expiry, {@link #KEEP} for what is left
   */
  record Put<R>(String key, R row, long ttlMillis, Condition<R> condition) implements Write<R> {}

  /**
   * Changes some columns of a row and leaves its expiry alone. The condition is never {@code
   * Always} or {@code Absent}.
   */
  record Patch<R>(String key, List<Change> changes, Condition<R> condition) implements Write<R> {}

  /**
   * Adds to a number column. An absent row is created with zero columns and the store's ttl.
   * Answers {@link WriteResult.Added}.
   *
   * @param bits the summand: a {@code long} for an integer column, the bits of a {@code double} or
   *     {@code float} for a column of that type
   */
  record Add<R>(String key, int column, long bits, Condition<R> condition) implements Write<R> {}

  /** Removes a row. */
  record Remove<R>(String key, Condition<R> condition) implements Write<R> {}

  /** Starts a row's time to live anew: {@code ttlMillis} from now, 0 for no expiry. */
  record Touch<R>(String key, long ttlMillis, Condition<R> condition) implements Write<R> {}

  /** A column's new value, as its type's Java class. */
  record Change(int column, Object value) {}
}
