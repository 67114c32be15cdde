package io.zeal.spi;

/**
 * The columns of one row, by position. A backend implements it over its own form of a row, so that
 * a {@link RowMapper} can build the application's record from it.
 */
public interface ColumnSource {

  /** The 64 bits of a number or boolean, as {@link io.zeal.ColumnType} defines them. */
  long number(int column);

  /** A {@code TEXT} value. */
  String text(int column);

  /** A {@code BYTES} value; an array nobody else holds. */
  byte[] bytes(int column);
}
