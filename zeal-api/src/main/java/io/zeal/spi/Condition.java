package io.zeal.spi;

/** What has to hold for a {@link Write} to happen; checked in the same atomic step (S11). */
public sealed interface Condition<R> {

  /** Nothing. */
  record Always<R>() implements Condition<R> {}

  /** There is no row. */
  record Absent<R>() implements Condition<R> {}

  /** There is a row. */
  record Present<R>() implements Condition<R> {}

  /**
   * There is a row and it equals {@code expected} in every column: bits of numbers, content of
   * bytes.
   */
  record RowEquals<R>(R expected) implements Condition<R> {}

  /**
   * There is a row and one of its columns equals {@code expected}: bits of numbers, content of
   * bytes.
   */
  record ColumnEquals<R>(int column, Object expected) implements Condition<R> {}
}
