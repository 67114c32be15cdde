package io.zeal.examples.map;

import io.zeal.Entry;
import io.zeal.Overflow;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Row;
import io.zeal.examples.map.MapTable.Held;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A {@link MapTable} as rows of the application's record. Records become {@link Row}s on the way in
 * and are made anew on the way out: two records may share a store (S10.4), arrays are copied
 * (S1.6).
 */
final class MapRows<R> implements Rows<R> {

  private static final long NEVER = Long.MAX_VALUE;

  private final StoreSpec<R> spec;
  private final MapTable table;
  private final MapBackend backend;

  MapRows(StoreSpec<R> spec, MapTable table, MapBackend backend) {
    this.spec = spec;
    this.table = table;
    this.backend = backend;
  }

  @Override
  public StoreSpec<R> spec() {
    return spec;
  }

  @Override
  public Optional<Reading<R>> read(String key, ReadOptions options) {
    long now = backend.now();
    Held held = table.rows.get(key);
    if (held == null || held.expireAt() < now) {
      return Optional.empty();
    }
    held.usedAt().set(now);
    Duration left = held.expireAt() == NEVER ? null : Duration.ofMillis(held.expireAt() - now);
    return Optional.of(Reading.fresh(spec.read(key, held.row()), left));
  }

  @Override
  public List<Entry<R>> page(String after, int limit) {
    long now = backend.now();
    return table.rows.tailMap(after, false).entrySet().stream()
        .filter(entry -> entry.getValue().expireAt() >= now)
        .limit(limit)
        .map(
            entry -> new Entry<>(entry.getKey(), spec.read(entry.getKey(), entry.getValue().row())))
        .toList();
  }

  @Override
  public WriteResult write(Write<R> write) {
    return locked(now -> write(write, table.rows.get(write.key()), now));
  }

  @Override
  public long count() {
    return locked(now -> (long) table.rows.size());
  }

  @Override
  public void clear() {
    locked(now -> {
      table.dues.clear();
      table.rows.clear();
      return 0;
    });
  }

  /** Runs {@code action} alone, after dropping what is due: each row is dropped once (S5.3). */
  private <T> T locked(LongFunction<T> action) {
    table.lock.lock();
    try {
      long now = backend.now();
      while (!table.dues.isEmpty() && table.dues.first().at() < now) {
        table.set(table.dues.first().key(), null);
      }
      return action.apply(now);
    } finally {
      table.lock.unlock();
    }
  }

  private WriteResult write(Write<R> write, @Nullable Held held, long now) {
    if (!holds(write.condition(), held)) {
      return WriteResult.SKIPPED;
    }
    return switch (write) {
      case Write.Put<R>(var key, var row, long ttl, var condition) ->
          keep(key, row(row), end(ttl, held, now), now);
      case Write.Add<R>(var key, int column, long bits, var condition) -> {
        Row before = held == null ? table.zeros : held.row();
        long sum = spec.sum(column, before.number(column), bits);
        Object value = spec.schema().column(column).type().fromBits(sum);
        long ttl = held == null ? spec.ttlMillis() : Write.KEEP;
        keep(key, before.with(column, value), end(ttl, held, now), now);
        yield new WriteResult.Added(sum);
      }
      case Write<R> change when held == null -> WriteResult.SKIPPED;
      case Write.Patch<R>(var key, var changes, var condition) -> {
        Row row = held.row();
        for (Write.Change change : changes) {
          row = row.with(change.column(), change.value());
        }
        yield keep(key, row, end(Write.KEEP, held, now), now);
      }
      case Write.Touch<R>(var key, long ttl, var condition) ->
          keep(key, held.row(), end(ttl, held, now), now);
      case Write.Remove<R>(var key, var condition) -> {
        table.set(key, null);
        yield WriteResult.APPLIED;
      }
    };
  }

  private boolean holds(Condition<R> condition, @Nullable Held held) {
    return switch (condition) {
      case Condition.Always<R> always -> true;
      case Condition.Absent<R> absent -> held == null;
      case Condition.Present<R> present -> held != null;
      case Condition.RowEquals<R>(R expected) -> held != null && held.row().equals(row(expected));
      case Condition.ColumnEquals<R>(int column, Object expected) ->
          held != null && held.row().with(column, expected).equals(held.row());
    };
  }

  private Row row(R record) {
    return Row.copyOf(table.zeros.schema(), spec.mapper().source(record));
  }

  private static long end(long ttlMillis, @Nullable Held held, long now) {
    if (ttlMillis == Write.KEEP && held != null) {
      return held.expireAt();
    }
    return ttlMillis > 0 ? now + ttlMillis : NEVER;
  }

  private WriteResult keep(String key, Row row, long expireAt, long now) {
    if (table.rows.size() >= spec.options().capacity() && !table.rows.containsKey(key)) {
      makeRoom();
    }
    table.set(key, new Held(row, expireAt, new AtomicLong(now)));
    return WriteResult.APPLIED;
  }

  /** Looks at every row to find the one unused for longest: fine for an example (S9.8). */
  private void makeRoom() {
    if (spec.options().overflow() == Overflow.REJECT) {
      throw spec.full();
    }
    table.rows.entrySet().stream()
        .min(Comparator.comparingLong(entry -> entry.getValue().usedAt().get()))
        .map(Map.Entry::getKey)
        .ifPresent(unused -> table.set(unused, null));
  }
}
