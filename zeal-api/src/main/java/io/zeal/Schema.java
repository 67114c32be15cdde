package io.zeal;

import io.zeal.spi.RowMapper;
import io.zeal.spi.Schemas;
import io.zeal.spi.Texts;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The columns of a store and how a row becomes an {@code R} (S10). Immutable and safe to share.
 *
 * <p>{@link #of(Class)} takes a record whose components are {@code byte}, {@code short}, {@code
 * int}, {@code long}, {@code float}, {@code double}, {@code boolean}, or {@code String} and {@code
 * byte[]} with {@link MaxBytes}. {@link #builder()} makes a schema of {@link Row} at run time. Two
 * schemas are equal if their columns are, in order; the record's name does not matter.
 *
 * @param <R> the type of a row
 */
public final class Schema<R> {

  private final List<Column> columns;
  private final Map<String, Integer> positions;
  private final Class<R> type;
  private final RowMapper<R> mapper;

  /** For {@link Schemas#mapped}, which alone has a key; applications use {@link #of(Class)}. */
  public Schema(Schemas.Key key, List<Column> columns, Class<R> type, RowMapper<R> mapper) {
    this(columns, type, mapper);
    Objects.requireNonNull(key, "key");
  }

  Schema(List<Column> columns, Class<R> type, RowMapper<R> mapper) {
    this.columns = List.copyOf(columns);
    this.type = type;
    this.mapper = mapper;
    this.positions = new HashMap<>();
    if (columns.isEmpty()) {
      throw new SchemaException(
          ErrorCode.INVALID_SCHEMA,
          "A schema of " + type.getName() + " has no columns. Give it at least one.");
    }
    for (Column column : columns) {
      if (positions.putIfAbsent(column.name(), positions.size()) != null) {
        throw new SchemaException(
            ErrorCode.INVALID_SCHEMA,
            "Column "
                + Texts.quote(column.name())
                + " is there twice. Give every column a name of its own.");
      }
    }
  }

  /**
   * The schema of a record that Zeal may see: public in an exported package, or in a package that
   * its module opens to {@code io.zeal}.
   *
   * @throws SchemaException if a component cannot be stored (it is named), or the record is out of
   *     reach (the message holds the line to add to {@code module-info.java})
   */
  public static <R extends Record> Schema<R> of(Class<R> record) {
    return RecordBinding.bind(record, null);
  }

  /**
   * The schema of any record that {@code lookup} may see; works for private records in closed
   * packages.
   *
   * @throws SchemaException if a component cannot be stored (it is named), or {@code lookup} may
   *     not see the record
   */
  public static <R extends Record> Schema<R> of(Class<R> record, MethodHandles.Lookup lookup) {
    return RecordBinding.bind(record, Objects.requireNonNull(lookup, "lookup"));
  }

  /**
   * The schema of a record with text and bytes of any length ({@link Column#UNLIMITED}), whatever
   * {@link MaxBytes} says; for codecs, which write a record through {@link #mapper}. No backend
   * accepts it. The mapper's {@code text} and {@code bytes} throw a {@link NullPointerException}
   * for a component that is null.
   *
   * @throws SchemaException if a component is none of the types above (it is named), or the record
   *     is out of reach, as for {@link #of(Class)}
   */
  public static <R extends Record> Schema<R> unlimited(Class<R> record) {
    return RecordBinding.bindUnlimited(record);
  }

  /** Starts a schema that is only known at run time. */
  public static Builder builder() {
    return new Builder();
  }

  /** The columns in order. */
  public List<Column> columns() {
    return columns;
  }

  /** The class of a row. */
  public Class<R> type() {
    return type;
  }

  /** Turns rows into columns and back; for backends. */
  public RowMapper<R> mapper() {
    return mapper;
  }

  /**
   * The position of a column.
   *
   * @throws SchemaException if there is none of that name; the message lists those there are
   */
  public int position(String column) {
    Integer position = positions.get(Objects.requireNonNull(column, "column"));
    if (position == null) {
      throw new SchemaException(
          ErrorCode.UNKNOWN_COLUMN,
          "No column " + Texts.quote(column) + ". The schema is " + this + ".");
    }
    return position;
  }

  /** The column at a position. */
  public Column column(int position) {
    return columns.get(position);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Schema<?> schema && columns.equals(schema.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  /**
   * The columns in order, for example {@code (name:TEXT(64), score:LONG)}; the same text for equal
   * schemas.
   */
  @Override
  public String toString() {
    return columns.stream().map(Column::toString).collect(Collectors.joining(", ", "(", ")"));
  }

  /** Collects the columns of a schema of {@link Row}. Not safe for concurrent use. */
  public static final class Builder {

    private final List<Column> columns = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a column of a fixed size.
     *
     * @throws SchemaException if {@code type} is {@code TEXT} or {@code BYTES}: they need a limit
     */
    public Builder column(String name, ColumnType type) {
      return column(name, type, type.bytes());
    }

    /** Adds a {@code TEXT} or {@code BYTES} column of at most {@code maxBytes} bytes. */
    public Builder column(String name, ColumnType type, int maxBytes) {
      columns.add(new Column(name, type, maxBytes));
      return this;
    }

    /**
     * The schema.
     *
     * @throws SchemaException if there is no column, or two of one name
     */
    public Schema<Row> build() {
      return Row.schema(columns);
    }
  }
}
