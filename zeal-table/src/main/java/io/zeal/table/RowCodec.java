package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.spi.RowMapper;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * Columns between heap and row. What encodes runs the application's code and allocates, so it is
 * called before a row is held; what stores, compares and adds does neither. What reads may meet a
 * row that is being changed: it keeps every length within its column, and its answer counts only if
 * the row's word is the same afterwards.
 */
final class RowCodec {

  /** How many bytes behind the last column an intent has, for what writes more than it should. */
  static final long SLACK = 2;

  private static final long COPIED_AT_ONCE = 256;

  /** No byte of UTF-8. */
  private static final byte UNTOUCHED = (byte) 0xff;

  private final TableLayout layout;

  RowCodec(TableLayout layout) {
    this.layout = layout;
  }

  int columns() {
    return layout.columns().size();
  }

  <R> RowImage encode(RowMapper<R> mapper, R row) {
    RowImage image = new RowImage(columns());
    for (int i = 0; i < columns(); i++) {
      switch (layout.type(i)) {
        case TEXT -> image.set(i, fitting(i, mapper.text(row, i).getBytes(StandardCharsets.UTF_8)));
        case BYTES -> image.set(i, fitting(i, mapper.bytes(row, i)));
        default -> image.set(i, mapper.number(row, i));
      }
    }
    return image;
  }

  /**
   * As {@link #encode(RowMapper, Object)}, for a comparison: there a value that is too long is only
   * unequal.
   */
  <R> RowImage encodeExpected(RowMapper<R> mapper, R row) {
    RowImage image = new RowImage(columns());
    for (int i = 0; i < columns(); i++) {
      switch (layout.type(i)) {
        case TEXT -> image.set(i, mapper.text(row, i).getBytes(StandardCharsets.UTF_8));
        case BYTES -> image.set(i, mapper.bytes(row, i));
        default -> image.set(i, mapper.number(row, i));
      }
    }
    return image;
  }

  /**
   * Stores every column of a row in an intent, as {@link #encode(RowMapper, Object)} and write do,
   * without a copy.
   */
  <R> void encode(RowMapper<R> mapper, R row, Intent intent) {
    MemorySegment segment = intent.segment();
    long base = intent.asRow();
    for (int i = 0; i < columns(); i++) {
      switch (layout.type(i)) {
        case TEXT -> writeText(intent, i, mapper.text(row, i));
        case BYTES -> writeBytes(segment, base, i, fitting(i, mapper.bytes(row, i)));
        default -> writeNumber(segment, base, i, mapper.number(row, i));
      }
    }
  }

  /**
   * Stores a text. Plain ASCII goes there without an array in between: {@code setString} stores one
   * byte for each character and a zero, and touches the byte behind that only if there was a
   * character that takes more.
   */
  private void writeText(Intent intent, int column, String text) {
    int length = text.length();
    if (length <= layout.maxBytes(column)) {
      MemorySegment room = intent.room(column, layout);
      room.set(ValueLayout.JAVA_BYTE, length + 1L, UNTOUCHED);
      try {
        room.setString(0, text);
      } catch (IndexOutOfBoundsException e) {
        throw tooLong(column, text.getBytes(StandardCharsets.UTF_8).length);
      }
      if (room.get(ValueLayout.JAVA_BYTE, length + 1L) == UNTOUCHED) {
        writeLength(intent.segment(), intent.asRow(), column, length);
        return;
      }
    }
    byte[] utf8 = fitting(column, text.getBytes(StandardCharsets.UTF_8));
    writeBytes(intent.segment(), intent.asRow(), column, utf8);
  }

  ColumnValue encode(int column, Object value) {
    ColumnType type = layout.type(column);
    return switch (type) {
      case TEXT ->
          new ColumnValue(
              column, fitting(column, ((String) value).getBytes(StandardCharsets.UTF_8)));
      case BYTES -> new ColumnValue(column, fitting(column, ((byte[]) value).clone()));
      default -> new ColumnValue(column, type.toBits(value));
    };
  }

  /**
   * As {@link #encode(int, Object)}, for a comparison: there a value that is too long is only
   * unequal.
   */
  ColumnValue encodeExpected(int column, Object value) {
    return switch (layout.type(column)) {
      case TEXT -> new ColumnValue(column, ((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> new ColumnValue(column, ((byte[]) value).clone());
      default -> encode(column, value);
    };
  }

  /** Lengths are checked above; a length that slipped through would overwrite the next row. */
  private byte[] fitting(int column, byte[] value) {
    if (value.length > layout.maxBytes(column)) {
      throw tooLong(column, value.length);
    }
    return value;
  }

  private CapacityException tooLong(int column, int bytes) {
    return new CapacityException(
        ErrorCode.VALUE_TOO_LONG,
        "Column '"
            + layout.columns().get(column).name()
            + "' holds "
            + layout.maxBytes(column)
            + " bytes; the value has "
            + bytes
            + ". Shorten the value or widen the column.");
  }

  /** Stores every column. */
  void write(MemorySegment segment, long base, RowImage row) {
    for (int i = 0; i < columns(); i++) {
      if (layout.type(i).isFixed()) {
        writeNumber(segment, base, i, row.number(i));
      } else {
        writeBytes(segment, base, i, row.bytes(i));
      }
    }
  }

  /** Stores zero, false and empty in every column. */
  void writeZeros(MemorySegment segment, long base) {
    for (int i = 0; i < columns(); i++) {
      if (layout.type(i).isFixed()) {
        writeNumber(segment, base, i, 0);
      } else {
        writeLength(segment, base, i, 0);
      }
    }
  }

  void write(MemorySegment segment, long base, ColumnValue value) {
    if (layout.type(value.column()).isFixed()) {
      writeNumber(segment, base, value.column(), value.bits());
    } else {
      writeBytes(segment, base, value.column(), value.bytes());
    }
  }

  void writeNumber(MemorySegment segment, long base, int column, long bits) {
    long at = base + layout.offset(column);
    switch (layout.type(column)) {
      case BOOLEAN, BYTE -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) bits);
      case SHORT -> segment.set(ValueLayout.JAVA_SHORT, at, (short) bits);
      case INT, FLOAT -> segment.set(ValueLayout.JAVA_INT, at, (int) bits);
      case LONG, DOUBLE -> segment.set(ValueLayout.JAVA_LONG, at, bits);
      case TEXT, BYTES -> throw new IllegalArgumentException("column " + column + " is no number");
    }
  }

  private void writeBytes(MemorySegment segment, long base, int column, byte[] value) {
    writeLength(segment, base, column, value.length);
    MemorySegment.copy(
        value, 0, segment, ValueLayout.JAVA_BYTE, base + layout.offset(column), value.length);
  }

  RowImage read(MemorySegment segment, long base) {
    RowImage image = new RowImage(columns());
    for (int i = 0; i < columns(); i++) {
      if (layout.type(i).isFixed()) {
        image.set(i, readNumber(segment, base, i));
      } else {
        image.set(i, readBytes(segment, base, i));
      }
    }
    return image;
  }

  long readNumber(MemorySegment segment, long base, int column) {
    long at = base + layout.offset(column);
    return switch (layout.type(column)) {
      case BOOLEAN, BYTE -> segment.get(ValueLayout.JAVA_BYTE, at);
      case SHORT -> segment.get(ValueLayout.JAVA_SHORT, at);
      case INT, FLOAT -> segment.get(ValueLayout.JAVA_INT, at);
      case LONG, DOUBLE -> segment.get(ValueLayout.JAVA_LONG, at);
      case TEXT, BYTES -> throw new IllegalArgumentException("column " + column + " is no number");
    };
  }

  byte[] readBytes(MemorySegment segment, long base, int column) {
    byte[] value = new byte[length(segment, base, column)];
    MemorySegment.copy(
        segment, ValueLayout.JAVA_BYTE, base + layout.offset(column), value, 0, value.length);
    return value;
  }

  byte[] readKey(MemorySegment segment, long base) {
    int length = clamp(Memory.getKeyLength(segment, base), layout.keyLimit());
    byte[] key = new byte[length];
    MemorySegment.copy(
        segment, ValueLayout.JAVA_BYTE, base + layout.keyOffset(), key, 0, key.length);
    return key;
  }

  private int length(MemorySegment segment, long base, int column) {
    long at = base + layout.lengthOffset(column);
    int length =
        switch (layout.lengthBytes(column)) {
          case Byte.BYTES -> segment.get(ValueLayout.JAVA_BYTE, at) & 0xff;
          case Short.BYTES -> segment.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
          default -> segment.get(ValueLayout.JAVA_INT_UNALIGNED, at);
        };
    return clamp(length, layout.maxBytes(column));
  }

  private void writeLength(MemorySegment segment, long base, int column, int length) {
    long at = base + layout.lengthOffset(column);
    switch (layout.lengthBytes(column)) {
      case Byte.BYTES -> segment.set(ValueLayout.JAVA_BYTE, at, (byte) length);
      case Short.BYTES -> segment.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, (short) length);
      default -> segment.set(ValueLayout.JAVA_INT_UNALIGNED, at, length);
    }
  }

  /**
   * Copies what can change while a row is there: its expiry and its columns. Of long texts and
   * bytes only what is in use.
   */
  void copy(MemorySegment from, long fromBase, MemorySegment to, long toBase) {
    long end = layout.keyOffset();
    boolean atOnce = end - TableLayout.EXPIRES <= COPIED_AT_ONCE;
    copy(from, fromBase, to, toBase, TableLayout.EXPIRES, atOnce ? end : layout.valuesOffset());
    for (int i = 0; !atOnce && i < columns(); i++) {
      if (!layout.type(i).isFixed()) {
        long start = layout.offset(i);
        copy(from, fromBase, to, toBase, start, start + length(from, fromBase, i));
      }
    }
  }

  private static void copy(
      MemorySegment from, long fromBase, MemorySegment to, long toBase, long start, long end) {
    MemorySegment.copy(from, fromBase + start, to, toBase + start, end - start);
  }

  private static int clamp(int length, int most) {
    return Math.max(0, Math.min(length, most));
  }

  /** Whether every column holds what {@code expected} does. The row is held. */
  boolean equal(MemorySegment segment, long base, RowImage expected) {
    for (int i = 0; i < columns(); i++) {
      boolean same =
          layout.type(i).isFixed()
              ? readNumber(segment, base, i) == expected.number(i)
              : equalBytes(segment, base, i, expected.bytes(i));
      if (!same) {
        return false;
      }
    }
    return true;
  }

  /** Whether a column holds {@code expected}. The row is held. */
  boolean equal(MemorySegment segment, long base, ColumnValue expected) {
    int column = expected.column();
    return layout.type(column).isFixed()
        ? readNumber(segment, base, column) == expected.bits()
        : equalBytes(segment, base, column, expected.bytes());
  }

  private boolean equalBytes(MemorySegment segment, long base, int column, byte[] expected) {
    if (length(segment, base, column) != expected.length) {
      return false;
    }
    long at = base + layout.offset(column);
    for (int i = 0; i < expected.length; i++) {
      if (segment.get(ValueLayout.JAVA_BYTE, at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
