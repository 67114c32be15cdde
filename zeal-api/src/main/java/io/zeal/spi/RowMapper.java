package io.zeal.spi;

/**
 * Turns an application's row into columns and back. Rows are values: immutable but for the arrays
 * of {@code BYTES} columns, so a backend may keep a decoded row and hand it out again only if the
 * schema has no such column.
 *
 * <p>Two mappers are equal only if each builds the same rows from the same columns, so that what
 * one has built may be handed out in place of what the other would. Those of {@link
 * io.zeal.Schema#of(Class)} for one record are, and those of {@link io.zeal.Schema#builder()} for
 * the same columns.
 *
 * @param <R> the application's row
 */
public interface RowMapper<R> {

  /** Builds a row; {@code source} is read at once and not kept. */
  R read(ColumnSource source);

  /** The 64 bits of a number or boolean column, as {@link io.zeal.ColumnType} defines them. */
  long number(R row, int column);

  /** A {@code TEXT} column. */
  String text(R row, int column);

  /** A {@code BYTES} column; a copy. */
  byte[] bytes(R row, int column);

  /** The row as a source of columns, so that one mapper's row can be read by another. */
  default ColumnSource source(R row) {
    return new ColumnSource() {
      @Override
      public long number(int column) {
        return RowMapper.this.number(row, column);
      }

      @Override
      public String text(int column) {
        return RowMapper.this.text(row, column);
      }

      @Override
      public byte[] bytes(int column) {
        return RowMapper.this.bytes(row, column);
      }
    };
  }
}
