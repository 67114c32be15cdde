package io.zeal;

import io.zeal.spi.ColumnSource;
import io.zeal.spi.RowMapper;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * A row of a schema that is only known at run time. Immutable; arrays are copied on the way in and
 * out. Two rows are equal if their schemas and all values are ({@code byte[]} by content, floating
 * numbers by their bits, every NaN like every other).
 */
public final class Row implements ColumnSource {

  private final Schema<?> schema;
  private final Object[] values;

  private Row(Schema<?> schema, Object[] values) {
    this.schema = schema;
    this.values = values;
  }

  static Schema<Row> schema(List<Column> columns) {
    Mapper mapper = new Mapper();
    Schema<Row> schema = new Schema<>(columns, Row.class, mapper);
    mapper.schema = schema;
    return schema;
  }

  /**
   * A row with the named values; columns that are not named are zero, false or empty.
   *
   * @throws SchemaException if a name is no column or a value does not fit its column's type
   * @throws CapacityException if a value is longer than its column
   */
  public static Row of(Schema<Row> schema, Map<String, ?> values) {
    Objects.requireNonNull(schema, "schema");
    Object[] row = new Object[schema.columns().size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = Values.zero(schema.column(i).type());
    }
    values.forEach((name, value) -> {
      int position = schema.position(name);
      row[position] = Values.of(schema.column(position), value);
    });
    return new Row(schema, row);
  }

  /** A row with the columns of {@code source}, which is read once and not kept. */
  public static Row copyOf(Schema<?> schema, ColumnSource source) {
    Object[] row = new Object[schema.columns().size()];
    for (int i = 0; i < row.length; i++) {
      ColumnType type = schema.column(i).type();
      row[i] =
          switch (type) {
            case TEXT -> source.text(i);
            case BYTES -> source.bytes(i).clone();
            default -> type.fromBits(source.number(i));
          };
    }
    return new Row(schema, row);
  }

  /** The schema. */
  public Schema<?> schema() {
    return schema;
  }

  /** The value of a column, as its type's Java class; an array is a copy. */
  public Object get(String column) {
    return valueAt(schema.position(column));
  }

  /** The value of a column by position, as its type's Java class; an array is a copy. */
  public Object valueAt(int position) {
    Object value = values[position];
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  /**
   * A whole number.
   *
   * @throws SchemaException if the column is not of an integer type
   */
  public long getLong(String column) {
    return ((Number) typed(column, "whole number", ColumnType::isInteger)).longValue();
  }

  /**
   * A floating number.
   *
   * @throws SchemaException if the column is neither {@code FLOAT} nor {@code DOUBLE}
   */
  public double getDouble(String column) {
    return ((Number) typed(column, "floating number", ColumnType::isFloating)).doubleValue();
  }

  /**
   * A boolean.
   *
   * @throws SchemaException if the column is of another type
   */
  public boolean getBoolean(String column) {
    return (Boolean) typed(column, "boolean", ColumnType.BOOLEAN::equals);
  }

  /**
   * A text.
   *
   * @throws SchemaException if the column is of another type
   */
  public String getString(String column) {
    return (String) typed(column, "text", ColumnType.TEXT::equals);
  }

  /**
   * A copy of the bytes.
   *
   * @throws SchemaException if the column is of another type
   */
  public byte[] getBytes(String column) {
    return ((byte[]) typed(column, "bytes", ColumnType.BYTES::equals)).clone();
  }

  /** This row with one column changed; {@code value} as its type's Java class. */
  public Row with(int position, Object value) {
    Object[] changed = values.clone();
    changed[position] = Values.of(schema.column(position), value);
    return new Row(schema, changed);
  }

  private Object typed(
      String column, String wanted, java.util.function.Predicate<ColumnType> fits) {
    int position = schema.position(column);
    Values.requireType(schema.column(position), wanted, fits);
    return values[position];
  }

  @Override
  public long number(int position) {
    return schema.column(position).type().toBits(values[position]);
  }

  @Override
  public String text(int position) {
    return (String) values[position];
  }

  @Override
  public byte[] bytes(int position) {
    return ((byte[]) values[position]).clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Row row
        && schema.equals(row.schema)
        && IntStream.range(0, values.length).allMatch(i -> sameValue(row, i));
  }

  private boolean sameValue(Row other, int position) {
    return switch (schema.column(position).type()) {
      case TEXT -> text(position).equals(other.text(position));
      case BYTES -> Arrays.equals((byte[]) values[position], (byte[]) other.values[position]);
      default -> number(position) == other.number(position);
    };
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  /** The names and types of the columns; not the values, which may be secret. */
  @Override
  public String toString() {
    return "Row" + schema;
  }

  private static final class Mapper implements RowMapper<Row> {

    private Schema<Row> schema;

    @SuppressWarnings("NullAway.Init") // set by schema(), before anyone sees it
    private Mapper() {}

    @Override
    public Row read(ColumnSource source) {
      return copyOf(schema, source);
    }

    @Override
    public long number(Row row, int column) {
      return row.number(column);
    }

    @Override
    public String text(Row row, int column) {
      return row.text(column);
    }

    @Override
    public byte[] bytes(Row row, int column) {
      return row.bytes(column);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Mapper mapper && schema.equals(mapper.schema);
    }

    @Override
    public int hashCode() {
      return schema.hashCode();
    }
  }
}
