package io.zeal;

import io.zeal.spi.Condition;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The one {@link Store}: checks arguments, then speaks to a backend's {@link Rows}. */
final class BoundStore<R> implements Store<R> {

  /** Rows fetched at once by {@link #stream} and {@link #forEach}. */
  private static final int PAGE = 256;

  private final OpenZeal owner;
  private final Rows<R> rows;
  private final StoreSpec<R> spec;
  private final Schema<R> schema;
  private final RowMapper<R> mapper;
  private final boolean rowsCheckKeys;
  private final long ttlMillis;
  private final Condition<R> always = new Condition.Always<>();
  private final Condition<R> absent = new Condition.Absent<>();
  private final Condition<R> present = new Condition.Present<>();

  BoundStore(OpenZeal owner, Rows<R> rows, StoreSpec<R> spec) {
    this.owner = owner;
    this.rows = rows;
    this.spec = spec;
    this.schema = spec.schema();
    this.mapper = spec.mapper();
    this.rowsCheckKeys = rows.checksKeys();
    this.ttlMillis = spec.ttlMillis();
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public Schema<R> schema() {
    return schema;
  }

  @Override
  public StoreOptions options() {
    return spec.options();
  }

  @Override
  public Optional<R> get(String key) {
    return rows.get(checked(key));
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    return rows.read(checked(key), Objects.requireNonNull(options, "options"));
  }

  @Override
  public boolean contains(String key) {
    return rows.contains(checked(key));
  }

  @Override
  public boolean containsCached(String key) {
    return rows.containsCached(checked(key));
  }

  @Override
  public OptionalLong getLong(String key, String column) {
    return rows.number(checked(key), position(column, "whole number", ColumnType::isInteger));
  }

  @Override
  public OptionalDouble getDouble(String key, String column) {
    String checked = checked(key);
    int position = position(column, "floating number", ColumnType::isFloating);
    OptionalLong bits = rows.number(checked, position);
    return bits.isPresent()
        ? OptionalDouble.of(toDouble(schema.column(position).type(), bits.getAsLong()))
        : OptionalDouble.empty();
  }

  @Override
  public Optional<Boolean> getBoolean(String key, String column) {
    OptionalLong bits =
        rows.number(checked(key), position(column, "boolean", ColumnType.BOOLEAN::equals));
    return bits.isPresent() ? Optional.of(bits.getAsLong() != 0) : Optional.empty();
  }

  @Override
  public Optional<String> getString(String key, String column) {
    return rows.text(checked(key), position(column, "text", ColumnType.TEXT::equals));
  }

  @Override
  public Optional<byte[]> getBytes(String key, String column) {
    return rows.bytes(checked(key), position(column, "bytes", ColumnType.BYTES::equals));
  }

  @Override
  public void put(String key, R row) {
    rows.write(new Write.Put<>(checked(key), checked(key, row), ttlMillis, always));
  }

  @Override
  public void put(String key, R row, Duration ttl) {
    rows.write(new Write.Put<>(checked(key), checked(key, row), Ttl.millis(ttl, "ttl"), always));
  }

  @Override
  public boolean putIfAbsent(String key, R row) {
    return applied(new Write.Put<>(checked(key), checked(key, row), ttlMillis, absent));
  }

  @Override
  public boolean replace(String key, R expected, R next) {
    Write<R> write =
        new Write.Put<>(
            checked(key), checked(key, next), Write.KEEP, new Condition.RowEquals<>(expected));
    return isStorable(expected) && applied(write);
  }

  @Override
  public boolean patch(String key, Patch patch) {
    String checked = checked(key);
    List<Write.Change> changes = new ArrayList<>();
    Objects.requireNonNull(patch, "patch")
        .changes()
        .forEach((column, value) -> changes.add(change(column, value)));
    return applied(new Write.Patch<>(checked, List.copyOf(changes), present));
  }

  @Override
  public long increment(String key, String column, long delta) {
    String checked = checked(key);
    int position =
        position(
            column, "whole number (for a floating column give a double)", ColumnType::isInteger);
    return rows.add(checked, position, delta);
  }

  @Override
  public double increment(String key, String column, double delta) {
    String checked = checked(key);
    int position = position(column, "floating number", ColumnType::isFloating);
    if (!Double.isFinite(delta)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The delta for column "
              + Texts.quote(column)
              + " is "
              + delta
              + ". Use a finite number.");
    }
    ColumnType type = schema.column(position).type();
    long bits = type == ColumnType.DOUBLE ? ColumnType.bits(delta) : floatBits(column, delta);
    return toDouble(type, rows.add(checked, position, bits));
  }

  private static long floatBits(String column, double delta) {
    float number = (float) delta;
    if (!Float.isFinite(number)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The delta for column "
              + Texts.quote(column)
              + " is outside the range of FLOAT. Use a smaller number, or a DOUBLE column.");
    }
    return ColumnType.bits(number);
  }

  private static double toDouble(ColumnType type, long bits) {
    return type == ColumnType.DOUBLE
        ? Double.longBitsToDouble(bits)
        : Float.intBitsToFloat((int) bits);
  }

  @Override
  public boolean compareAndSet(String key, String column, Object expected, Object next) {
    String checked = checked(key);
    int position = schema.position(column);
    List<Write.Change> changes = List.of(change(column, next));
    return Values.comparable(schema.column(position), expected)
        .map(old -> new Condition.ColumnEquals<R>(position, old))
        .filter(condition -> applied(new Write.Patch<>(checked, changes, condition)))
        .isPresent();
  }

  @Override
  public boolean touch(String key) {
    return applied(new Write.Touch<>(checked(key), ttlMillis, present));
  }

  @Override
  public boolean touch(String key, Duration ttl) {
    return applied(new Write.Touch<>(checked(key), Ttl.millis(ttl, "ttl"), present));
  }

  @Override
  public boolean remove(String key) {
    return applied(new Write.Remove<>(checked(key), always));
  }

  @Override
  public boolean remove(String key, R expected) {
    Write<R> write = new Write.Remove<>(checked(key), new Condition.RowEquals<>(expected));
    return isStorable(expected) && applied(write);
  }

  @Override
  public BulkResult<R> getAll(Collection<String> keys) {
    return rows.getAll(checkedAll(keys));
  }

  @Override
  public BulkResult<Boolean> putAll(Map<String, ? extends R> rows) {
    Objects.requireNonNull(rows, "rows");
    owner.requireOpen();
    List<Write<R>> writes = new ArrayList<>();
    // Looked at once: a map that others change might hold another key the second time.
    rows.forEach((key, row) ->
        writes.add(new Write.Put<>(spec.requireKey(key), checked(key, row), ttlMillis, always)));
    return writeAll(writes);
  }

  @Override
  public BulkResult<Boolean> removeAll(Collection<String> keys) {
    List<Write<R>> writes = new ArrayList<>();
    checkedAll(keys).forEach(key -> writes.add(new Write.Remove<>(key, always)));
    return writeAll(writes);
  }

  private BulkResult<Boolean> writeAll(List<Write<R>> writes) {
    List<WriteResult> results = rows.writeAll(writes);
    Map<String, Boolean> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    for (int i = 0; i < writes.size(); i++) {
      String key = writes.get(i).key();
      switch (results.get(i)) {
        case WriteResult.Failed(ZealException error) -> failures.put(key, error);
        case WriteResult result -> values.put(key, !(result instanceof WriteResult.Skipped));
      }
    }
    return new BulkResult<>(values, failures);
  }

  @Override
  public long count() {
    owner.requireOpen();
    owner.require(Capability.COUNT, "count()");
    return rows.count();
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    owner.requireOpen();
    owner.require(Capability.PAGE, "page()");
    if (limit < 1) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT, "The page limit is " + limit + ". Use 1 or more.");
    }
    return rows.page(
        Objects.requireNonNull(after, "after").isEmpty() ? after : spec.requireKey(after), limit);
  }

  @Override
  public Stream<Entry<R>> stream() {
    owner.requireOpen();
    owner.require(Capability.PAGE, "stream()");
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new Pages<>(after -> page(after, PAGE)),
            Spliterator.DISTINCT | Spliterator.NONNULL | Spliterator.ORDERED),
        false);
  }

  @Override
  public void forEach(BiConsumer<? super String, ? super R> action) {
    Objects.requireNonNull(action, "action");
    stream().forEach(entry -> action.accept(entry.key(), entry.value()));
  }

  @Override
  public void clear() {
    owner.requireOpen();
    owner.require(Capability.CLEAR, "clear()");
    rows.clear();
  }

  private boolean applied(Write<R> write) {
    return !(rows.write(write) instanceof WriteResult.Skipped);
  }

  /** The first thing that every call with a key does: after close nothing else counts (S15.1). */
  private String checked(String key) {
    owner.requireOpen();
    return rowsCheckKeys ? Objects.requireNonNull(key, "key") : spec.requireKey(key);
  }

  private Set<String> checkedAll(Collection<String> keys) {
    Set<String> distinct = new LinkedHashSet<>(Objects.requireNonNull(keys, "keys"));
    owner.requireOpen();
    distinct.forEach(spec::requireKey);
    return distinct;
  }

  /** Refuses null and values that do not fit before anything is locked or sent (S9). */
  private R checked(String key, R row) {
    requireOwn(row, "row");
    List<Column> columns = schema.columns();
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i);
      int bytes = length(row, i);
      if (bytes > column.maxBytes()) {
        throw Values.tooLong(
            "Store " + Texts.quote(name()) + ", key " + Texts.quote(key) + ": ", column, bytes);
      }
    }
    return row;
  }

  /**
   * Whether a row to compare with can be in this store at all: one with a value too long for its
   * column equals no row, and no backend has to bear it.
   */
  private boolean isStorable(R expected) {
    requireOwn(expected, "expected");
    List<Column> columns = schema.columns();
    boolean storable = true;
    for (int i = 0; i < columns.size(); i++) {
      storable &= length(expected, i) <= columns.get(i).maxBytes();
    }
    return storable;
  }

  /** The bytes of a text or bytes column, else 0; refuses null and text that is not well-formed. */
  private int length(R row, int position) {
    Column column = schema.column(position);
    return switch (column.type()) {
      case TEXT -> Values.length(column, mapper.text(row, position));
      case BYTES -> mapper.bytes(row, position).length;
      default -> 0;
    };
  }

  /** Refuses a {@link Row} of another schema: its columns would be taken for others. */
  private void requireOwn(R row, String what) {
    Objects.requireNonNull(row, what);
    if (row instanceof Row other && !other.schema().equals(schema)) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "Store "
              + Texts.quote(name())
              + " has the schema "
              + schema
              + "; the row has "
              + other.schema()
              + ". Build the row with the schema of the store.");
    }
  }

  private Write.Change change(String column, Object value) {
    int position = schema.position(column);
    return new Write.Change(position, Values.of(schema.column(position), value));
  }

  private int position(String column, String wanted, Predicate<ColumnType> fits) {
    int position = schema.position(column);
    Values.requireType(schema.column(position), wanted, fits);
    return position;
  }

  @Override
  public String toString() {
    return "Store[" + Texts.quote(name()) + " " + schema + "]";
  }
}
