package io.zeal;

import io.zeal.spi.Condition;
import io.zeal.spi.RowMapper;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows of {@link FakeBackend}: a sorted map, and a record of each call. */
final class FakeRows<R> implements Rows<R> {

  /** A read as it arrived. */
  record Read(String key, ReadOptions options) {}

  /** A page as it was asked for. */
  record Page(String after, int limit) {}

  private final StoreSpec<R> spec;
  private final List<Object> calls;
  private final boolean checksKeys;
  private final TreeMap<String, R> rows = new TreeMap<>();

  /**
   * No rows.
   *
   * @param checksKeys what they say of themselves; they take any key
   */
  FakeRows(StoreSpec<R> spec, List<Object> calls, boolean checksKeys) {
    this.spec = spec;
    this.calls = calls;
    this.checksKeys = checksKeys;
  }

  @Override
  public boolean checksKeys() {
    return checksKeys;
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    calls.add(new Read(key, options));
    return Optional.ofNullable(rows.get(key)).map(row -> Reading.fresh(row, Duration.ofSeconds(1)));
  }

  @Override
  public WriteResult write(Write<R> write) {
    calls.add(write);
    R old = rows.get(write.key());
    if (!holds(write.condition(), old)) {
      return WriteResult.SKIPPED;
    }
    return switch (write) {
      case Write.Put<R> put -> stored(put.key(), put.row());
      case Write.Patch<R> patch ->
          old == null ? WriteResult.SKIPPED : stored(patch.key(), patched(old, patch.changes()));
      case Write.Add<R> add -> added(add, row(old));
      case Write.Remove<R> remove ->
          rows.remove(remove.key()) == null ? WriteResult.SKIPPED : WriteResult.APPLIED;
      case Write.Touch<R> _ -> old == null ? WriteResult.SKIPPED : WriteResult.APPLIED;
    };
  }

  private WriteResult stored(String key, R row) {
    rows.put(key, row);
    return WriteResult.APPLIED;
  }

  private R patched(R old, List<Write.Change> changes) {
    Row row = row(old);
    for (Write.Change change : changes) {
      row = row.with(change.column(), change.value());
    }
    return mapper().read(row);
  }

  private WriteResult added(Write.Add<R> add, Row old) {
    ColumnType type = spec.schema().column(add.column()).type();
    Object sum =
        switch (type) {
          case DOUBLE -> (Double) old.valueAt(add.column()) + Double.longBitsToDouble(add.bits());
          case FLOAT -> (Float) old.valueAt(add.column()) + Float.intBitsToFloat((int) add.bits());
          default -> old.number(add.column()) + add.bits();
        };
    Row next = old.with(add.column(), sum);
    rows.put(add.key(), mapper().read(next));
    return new WriteResult.Added(next.number(add.column()));
  }

  private boolean holds(Condition<R> condition, @Nullable R old) {
    return switch (condition) {
      case Condition.Always<R> _ -> true;
      case Condition.Absent<R> _ -> old == null;
      case Condition.Present<R> _ -> old != null;
      case Condition.RowEquals<R>(R expected) -> old != null && row(old).equals(row(expected));
      case Condition.ColumnEquals<R>(int column, Object expected) ->
          old != null && java.util.Objects.deepEquals(row(old).valueAt(column), expected);
    };
  }

  private Row row(@Nullable R row) {
    return Row.copyOf(spec.schema(), row == null ? new ZeroColumns() : mapper().source(row));
  }

  private RowMapper<R> mapper() {
    return spec.mapper();
  }

  @Override
  public long count() {
    return rows.size();
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    calls.add(new Page(after, limit));
    return rows.tailMap(after, false).entrySet().stream()
        .limit(limit)
        .map(entry -> new Entry<>(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public void clear() {
    rows.clear();
  }

  private record ZeroColumns() implements io.zeal.spi.ColumnSource {

    @Override
    public long number(int column) {
      return 0;
    }

    @Override
    public String text(int column) {
      return "";
    }

    @Override
    public byte[] bytes(int column) {
      return new byte[0];
    }
  }
}
