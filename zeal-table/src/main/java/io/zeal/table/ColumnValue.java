package io.zeal.table;

/** One column's value in the form it is stored in: bits of a number, or the bytes of a text. */
final class ColumnValue {

  private static final byte[] NONE = {};

  private final int column;
  private final long bits;
  private final byte[] bytes;
  private final boolean isNumber;

  ColumnValue(int column, long bits) {
    this.column = column;
    this.bits = bits;
    this.bytes = NONE;
    this.isNumber = true;
  }

  ColumnValue(int column, byte[] bytes) {
    this.column = column;
    this.bits = 0;
    this.bytes = bytes;
    this.isNumber = false;
  }

  boolean isNumber() {
    return isNumber;
  }

  int column() {
    return column;
  }

  long bits() {
    return bits;
  }

  byte[] bytes() {
    return bytes;
  }
}
