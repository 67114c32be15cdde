package io.zeal.table;

import io.zeal.spi.ColumnSource;
import java.nio.charset.StandardCharsets;

/**
 * A row's columns on the heap: what a write is going to store, or what a read has copied. A mapper
 * reads each column of a copy once, so its arrays are handed out as they are.
 */
final class RowImage implements ColumnSource {

  private static final byte[] NONE = {};

  private final long[] numbers;
  private final byte[][] bytes;

  RowImage(int columns) {
    this.numbers = new long[columns];
    this.bytes = new byte[columns][];
    java.util.Arrays.fill(bytes, NONE);
  }

  void set(int column, long bits) {
    numbers[column] = bits;
  }

  void set(int column, byte[] value) {
    bytes[column] = value;
  }

  @Override
  public long number(int column) {
    return numbers[column];
  }

  @Override
  public String text(int column) {
    return new String(bytes[column], StandardCharsets.UTF_8);
  }

  @Override
  public byte[] bytes(int column) {
    return bytes[column];
  }
}
