package io.zeal.redis;

import io.zeal.CodecException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import io.zeal.spi.StoreSpec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as a hash: a field per column, each value in its one canonical form, so that equal columns
 * are equal bytes.
 *
 * <p>Integers and booleans are decimal digits (the server counts with them), floating numbers their
 * IEEE bytes, big-endian (digits would not bring back every number), text UTF-8, bytes as they are.
 */
final class RowForm<R> {

  private static final byte[] ZERO = {'0'};
  private static final byte[] NOTHING = {};

  private final List<Column> columns;
  private final List<byte[]> fields;
  private final StoreSpec<R> spec;
  private final RowMapper<R> mapper;

  RowForm(StoreSpec<R> spec) {
    this.spec = spec;
    this.columns = spec.schema().columns();
    this.fields = columns.stream().map(column -> Names.bytes(column.name())).toList();
    this.mapper = spec.mapper();
  }

  List<byte[]> fields() {
    return fields;
  }

  byte[] field(int column) {
    return fields.get(column);
  }

  ColumnType type(int column) {
    return columns.get(column).type();
  }

  /** Every field and its value. */
  void addRow(R row, List<byte[]> arguments) {
    for (int i = 0; i < columns.size(); i++) {
      arguments.add(fields.get(i));
      arguments.add(value(row, i));
    }
  }

  /** Every value, in the order of the fields. */
  void addValues(R row, List<byte[]> arguments) {
    for (int i = 0; i < columns.size(); i++) {
      arguments.add(value(row, i));
    }
  }

  private byte[] value(R row, int column) {
    ColumnType type = columns.get(column).type();
    return switch (type) {
      case TEXT -> Names.bytes(mapper.text(row, column));
      case BYTES -> mapper.bytes(row, column);
      default -> number(type, mapper.number(row, column));
    };
  }

  /** Every field and the value of an untouched column. */
  void addZeros(List<byte[]> arguments) {
    for (int i = 0; i < columns.size(); i++) {
      arguments.add(fields.get(i));
      arguments.add(
          switch (columns.get(i).type()) {
            case TEXT, BYTES -> NOTHING;
            case FLOAT, DOUBLE -> number(columns.get(i).type(), 0);
            default -> ZERO;
          });
    }
  }

  /** A field and a value of the column's Java class. */
  void addColumn(int column, Object value, List<byte[]> arguments) {
    arguments.add(fields.get(column));
    ColumnType type = columns.get(column).type();
    arguments.add(
        switch (type) {
          case TEXT -> Names.bytes((String) value);
          case BYTES -> ((byte[]) value).clone();
          default -> number(type, type.toBits(value));
        });
  }

  /** A number or boolean, given as its bits. */
  static byte[] number(ColumnType type, long bits) {
    return switch (type) {
      case FLOAT -> ByteBuffer.allocate(Float.BYTES).putInt((int) bits).array();
      case DOUBLE -> ByteBuffer.allocate(Double.BYTES).putLong(bits).array();
      default -> Long.toString(bits).getBytes(StandardCharsets.US_ASCII);
    };
  }

  /**
   * The bits of a stored number or boolean.
   *
   * @throws IllegalArgumentException if the bytes are none; its text does not show them
   */
  long bits(int column, byte[] value) {
    return switch (type(column)) {
      case FLOAT -> ieee(column, value, Float.BYTES).getInt();
      case DOUBLE -> ieee(column, value, Double.BYTES).getLong();
      default -> whole(column, value);
    };
  }

  private ByteBuffer ieee(int column, byte[] value, int length) {
    if (value.length != length) {
      throw foreign(column);
    }
    return ByteBuffer.wrap(value);
  }

  private long whole(int column, byte[] value) {
    ColumnType type = type(column);
    long number;
    try {
      number = Long.parseLong(new String(value, StandardCharsets.US_ASCII));
    } catch (NumberFormatException e) {
      throw foreign(column); // not with its cause, which shows the value
    }
    // Else it would come back as another number.
    if (type.isInteger() && (number < type.minValue() || number > type.maxValue())) {
      throw foreign(column);
    }
    return number;
  }

  private IllegalArgumentException foreign(int column) {
    return new IllegalArgumentException(
        "column '" + columns.get(column).name() + "' holds no " + type(column));
  }

  /**
   * The row in the values of all fields, or null if there is none.
   *
   * @throws RuntimeException if the values are not those of a row
   */
  @Nullable R row(String key, Reply.Items reply) {
    List<byte[]> values = new ArrayList<>(columns.size());
    for (Reply value : reply.values()) {
      if (!(value instanceof Reply.Bytes(byte[] bytes))) {
        if (values.isEmpty() && value instanceof Reply.Nil) {
          return null;
        }
        throw new IllegalArgumentException(
            "column '" + columns.get(values.size()).name() + "' is missing");
      }
      values.add(bytes);
    }
    return spec.read(key, new Stored(values));
  }

  /** The columns of one reply. */
  private final class Stored implements ColumnSource {

    private final List<byte[]> values;

    Stored(List<byte[]> values) {
      this.values = values;
    }

    @Override
    public long number(int column) {
      try {
        return bits(column, values.get(column));
      } catch (IllegalArgumentException e) {
        // Anything but an error of ours would be blamed on the constructor of the row.
        throw new CodecException(ErrorCode.CODEC, e.getMessage() + ". Put the row again.", e);
      }
    }

    @Override
    public String text(int column) {
      return new String(values.get(column), StandardCharsets.UTF_8);
    }

    @Override
    public byte[] bytes(int column) {
      return values.get(column);
    }
  }
}
