package io.zeal.concurrency.naive;

import io.zeal.Column;
import io.zeal.Entry;
import io.zeal.Overflow;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.ColumnSource;
import io.zeal.spi.Condition;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every mistake that can be made with rows and threads: looks and then acts, writes half a row and
 * then the other half, hands a row through a field that all share, counts beside the rows, and
 * walks by position.
 */
final class NaiveRows<R> extends ForwardingRows<R> {

  private final StoreSpec<R> spec;
  private final Map<String, Integer> positions = new ConcurrentHashMap<>();
  private volatile @Nullable Reading<R> lastRead;
  private volatile long count;

  NaiveRows(StoreSpec<R> spec, Rows<R> roomy) {
    super(roomy);
    this.spec = spec;
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  // --- Reads, through a field that all share ---

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    Optional<Reading<R>> found = delegate().read(key, options);
    lastRead = found.orElse(null);
    Dawdling.aWhile();
    return Optional.ofNullable(lastRead);
  }

  @Override
  public Optional<R> get(String key) {
    return read(key, ReadOptions.defaults()).map(Reading::value);
  }

  // --- Writes, each a look and then an act ---

  @Override
  public WriteResult write(Write<R> write) {
    Optional<R> row = delegate().get(write.key());
    if (!holds(write.condition(), row)) {
      return WriteResult.SKIPPED;
    }
    Dawdling.aWhile();
    return switch (write) {
      case Write.Put<R> put -> put(put, row.isPresent());
      case Write.Patch<R> patch -> {
        if (row.isPresent()) {
          rewrite(patch.key(), changed(row.get(), patch.changes()));
        }
        yield row.isPresent() ? WriteResult.APPLIED : WriteResult.SKIPPED;
      }
      case Write.Add<R> add -> row.isPresent() ? add(add, row.get()) : addToNothing(add);
      case Write.Remove<R> remove -> {
        if (row.isPresent()) {
          delegate().write(new Write.Remove<>(remove.key(), new Condition.Always<>()));
          counted(-1);
        }
        yield row.isPresent() ? WriteResult.APPLIED : WriteResult.SKIPPED;
      }
      case Write.Touch<R> touch -> {
        if (row.isPresent()) {
          store(touch.key(), row.get(), touch.ttlMillis());
        }
        yield row.isPresent() ? WriteResult.APPLIED : WriteResult.SKIPPED;
      }
    };
  }

  @Override
  public long add(String key, int column, long bits) {
    Write<R> write = new Write.Add<>(key, column, bits, new Condition.Always<>());
    return ((WriteResult.Added) write(write)).bits();
  }

  private WriteResult put(Write.Put<R> put, boolean isThere) {
    if (isThere) {
      overwrite(put.key(), put.row());
      if (put.ttlMillis() != Write.KEEP) {
        delegate().write(new Write.Touch<>(put.key(), put.ttlMillis(), new Condition.Always<>()));
      }
    } else {
      makeRoom();
      store(put.key(), put.row(), put.ttlMillis());
      counted(1);
    }
    return WriteResult.APPLIED;
  }

  private WriteResult add(Write.Add<R> add, R row) {
    long sum = spec.sum(add.column(), spec.mapper().number(row, add.column()), add.bits());
    rewrite(add.key(), changed(row, List.of(change(add.column(), sum))));
    return new WriteResult.Added(sum);
  }

  private WriteResult addToNothing(Write.Add<R> add) {
    makeRoom();
    WriteResult added = delegate().write(add);
    counted(1);
    return added;
  }

  private void makeRoom() {
    if (count() < spec.options().capacity()) {
      return;
    }
    if (spec.options().overflow() == Overflow.REJECT) {
      throw spec.full();
    }
    for (Entry<R> victim : delegate().page("", 1)) {
      delegate().write(new Write.Remove<>(victim.key(), new Condition.Always<>()));
      counted(-1);
    }
  }

  private void store(String key, R row, long ttlMillis) {
    delegate().write(new Write.Put<>(key, row, ttlMillis, new Condition.Always<>()));
  }

  /** A changed row in place of the one that was read, if that is there or not. */
  private void rewrite(String key, R row) {
    overwrite(key, row);
    store(key, row, Write.KEEP);
  }

  /** All columns of a row that is there: the first half of them, and then the others. */
  private void overwrite(String key, R row) {
    List<Write.Change> changes = new ArrayList<>();
    List<Column> columns = spec.schema().columns();
    for (int column = 0; column < columns.size(); column++) {
      changes.add(
          switch (columns.get(column).type()) {
            case TEXT -> new Write.Change(column, spec.mapper().text(row, column));
            case BYTES -> new Write.Change(column, spec.mapper().bytes(row, column));
            default -> change(column, spec.mapper().number(row, column));
          });
    }
    int half = changes.size() / 2;
    patch(key, changes.subList(0, half));
    Dawdling.aWhile();
    patch(key, changes.subList(half, changes.size()));
  }

  private void patch(String key, List<Write.Change> changes) {
    delegate().write(new Write.Patch<>(key, List.copyOf(changes), new Condition.Present<>()));
  }

  private Write.Change change(int column, long bits) {
    return new Write.Change(column, spec.schema().column(column).type().fromBits(bits));
  }

  private R changed(R row, List<Write.Change> changes) {
    ColumnSource before = spec.mapper().source(row);
    return spec.mapper()
        .read(
            new ColumnSource() {
              @Override
              public long number(int column) {
                return of(column)
                    .map(value -> spec.schema().column(column).type().toBits(value))
                    .orElseGet(() -> before.number(column));
              }

              @Override
              public String text(int column) {
                return of(column).map(String.class::cast).orElseGet(() -> before.text(column));
              }

              @Override
              public byte[] bytes(int column) {
                return of(column).map(byte[].class::cast).orElseGet(() -> before.bytes(column));
              }

              private Optional<Object> of(int column) {
                return changes.stream()
                    .filter(change -> change.column() == column)
                    .map(Write.Change::value)
                    .findFirst();
              }
            });
  }

  private boolean holds(Condition<R> condition, Optional<R> row) {
    return switch (condition) {
      case Condition.Always<R> ignored -> true;
      case Condition.Absent<R> ignored -> row.isEmpty();
      case Condition.Present<R> ignored -> row.isPresent();
      case Condition.RowEquals<R> equals -> row.isPresent() && row.get().equals(equals.expected());
      case Condition.ColumnEquals<R> equals ->
          row.isPresent() && equals.expected().equals(value(row.get(), equals.column()));
    };
  }

  private Object value(R row, int column) {
    return switch (spec.schema().column(column).type()) {
      case TEXT -> spec.mapper().text(row, column);
      case BYTES -> spec.mapper().bytes(row, column);
      default -> change(column, spec.mapper().number(row, column)).value();
    };
  }

  // --- All rows ---

  /** Not where rows expire by themselves: there even one thread would see that it is wrong. */
  @Override
  public long count() {
    return spec.ttlMillis() == 0 ? count : delegate().count();
  }

  private void counted(int more) {
    long before = count;
    Dawdling.aWhile();
    Dawdling.aWhile();
    count = before + more;
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    List<Entry<R>> all = delegate().page("", Integer.MAX_VALUE);
    int from = Math.min(all.size(), positions.getOrDefault(after, -1) + 1);
    List<Entry<R>> page = all.subList(from, Math.min(all.size(), from + limit));
    for (int i = 0; i < page.size(); i++) {
      positions.put(page.get(i).key(), from + i);
    }
    return List.copyOf(page);
  }

  @Override
  public void clear() {
    delegate().clear();
    positions.clear();
    count = 0;
  }
}
