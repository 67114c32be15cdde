package io.zeal.memcached;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.spi.RowMapper;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A row's columns as bytes, one behind the other in the order of the schema, each in its one
 * canonical form, so that equal columns are equal bytes.
 *
 * <p>Numbers are big-endian in the width of their type, a boolean one byte of 0 or 1, floating
 * numbers their IEEE bits (every NaN comes as the one of Java); text (UTF-8) and bytes have their
 * length before them, four bytes.
 */
final class RowForm<R> {

  private final List<Column> columns;
  private final RowMapper<R> mapper;

  RowForm(StoreSpec<R> spec) {
    this.columns = spec.schema().columns();
    this.mapper = spec.mapper();
  }

  ColumnType type(int column) {
    return columns.get(column).type();
  }

  /** A whole row. */
  byte[] row(R row) {
    byte[][] parts = new byte[columns.size()][];
    for (int i = 0; i < parts.length; i++) {
      ColumnType type = type(i);
      parts[i] =
          switch (type) {
            case TEXT -> sized(mapper.text(row, i).getBytes(StandardCharsets.UTF_8));
            case BYTES -> sized(mapper.bytes(row, i));
            default -> number(type, mapper.number(row, i));
          };
    }
    return joined(parts);
  }

  /** A row nobody has put anything into. */
  byte[] zeros() {
    byte[][] parts = new byte[columns.size()][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = type(i).isFixed() ? number(type(i), 0) : sized(new byte[0]);
    }
    return joined(parts);
  }

  /** The same row with other values in some columns. */
  byte[] patched(Cells cells, List<Write.Change> changes) {
    byte[][] parts = new byte[columns.size()][];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = cells.form(i);
    }
    for (Write.Change change : changes) {
      parts[change.column()] = value(change.column(), change.value());
    }
    return joined(parts);
  }

  /** The same row with another number in a column. */
  byte[] withNumber(Cells cells, int column, long bits) {
    byte[] changed = cells.all();
    byte[] form = number(type(column), bits);
    System.arraycopy(form, 0, changed, cells.begin(column), form.length);
    return changed;
  }

  /** One value, given as its column's Java class. */
  byte[] value(int column, Object value) {
    ColumnType type = type(column);
    return switch (type) {
      case TEXT -> sized(((String) value).getBytes(StandardCharsets.UTF_8));
      case BYTES -> sized((byte[]) value);
      default -> number(type, type.toBits(value));
    };
  }

  /** A number or boolean, given as its bits. */
  static byte[] number(ColumnType type, long bits) {
    return switch (type) {
      case BOOLEAN, BYTE -> new byte[] {(byte) bits};
      case SHORT -> ByteBuffer.allocate(Short.BYTES).putShort((short) bits).array();
      case INT, FLOAT -> ByteBuffer.allocate(Integer.BYTES).putInt((int) bits).array();
      case LONG, DOUBLE -> ByteBuffer.allocate(Long.BYTES).putLong(bits).array();
      case TEXT, BYTES -> throw new IllegalArgumentException(type + " is no number");
    };
  }

  private static byte[] sized(byte[] bytes) {
    return ByteBuffer.allocate(Integer.BYTES + bytes.length)
        .putInt(bytes.length)
        .put(bytes)
        .array();
  }

  private static byte[] joined(byte[][] parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream(length);
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /**
   * Finds the columns in {@code bytes} from {@code from} to {@code to}.
   *
   * @throws IllegalArgumentException if they are not there
   */
  Cells cells(byte[] bytes, int from, int to) {
    int[] begins = new int[columns.size() + 1];
    int at = from;
    for (int i = 0; i < columns.size(); i++) {
      begins[i] = at;
      at += width(type(i), bytes, at, to);
    }
    begins[columns.size()] = at;
    if (at != to) {
      throw new IllegalArgumentException("other columns");
    }
    return new Cells(bytes, begins);
  }

  private static int width(ColumnType type, byte[] bytes, int at, int to) {
    int width =
        switch (type) {
          case BOOLEAN, BYTE -> 1;
          case SHORT -> Short.BYTES;
          case INT, FLOAT -> Integer.BYTES;
          case LONG, DOUBLE -> Long.BYTES;
          case TEXT, BYTES -> {
            if (to - at < Integer.BYTES) {
              throw new IllegalArgumentException("too short");
            }
            int length = ByteBuffer.wrap(bytes).getInt(at);
            if (length < 0) {
              throw new IllegalArgumentException("a negative length");
            }
            yield Integer.BYTES + length;
          }
        };
    if (width < 0 || width > to - at) {
      throw new IllegalArgumentException("too short");
    }
    return width;
  }

  /** The columns of a stored row. */
  final class Cells implements io.zeal.spi.ColumnSource {

    private final byte[] bytes; // nobody changes it
    private final int[] begins;

    private Cells(byte[] bytes, int[] begins) {
      this.bytes = bytes;
      this.begins = begins;
    }

    /** Where a column begins in {@link #all}. */
    int begin(int column) {
      return begins[column] - begins[0];
    }

    /** All columns; a copy. */
    byte[] all() {
      return Arrays.copyOfRange(bytes, begins[0], begins[begins.length - 1]);
    }

    /** One column in its form; a copy. */
    byte[] form(int column) {
      return Arrays.copyOfRange(bytes, begins[column], begins[column + 1]);
    }

    boolean equalAll(byte[] columns) {
      return Arrays.equals(bytes, begins[0], begins[begins.length - 1], columns, 0, columns.length);
    }

    boolean equal(int column, byte[] form) {
      return Arrays.equals(bytes, begins[column], begins[column + 1], form, 0, form.length);
    }

    @Override
    public long number(int column) {
      ByteBuffer all = ByteBuffer.wrap(bytes);
      int at = begins[column];
      return switch (type(column)) {
        case BOOLEAN, BYTE -> all.get(at);
        case SHORT -> all.getShort(at);
        case INT, FLOAT -> all.getInt(at);
        case LONG, DOUBLE -> all.getLong(at);
        case TEXT, BYTES -> throw new IllegalArgumentException("no number");
      };
    }

    @Override
    public String text(int column) {
      int at = begins[column] + Integer.BYTES;
      return new String(bytes, at, begins[column + 1] - at, StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes(int column) {
      return Arrays.copyOfRange(bytes, begins[column] + Integer.BYTES, begins[column + 1]);
    }
  }
}
