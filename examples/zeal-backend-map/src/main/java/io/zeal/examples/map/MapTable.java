package io.zeal.examples.map;

import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.spi.StoreSpec;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one store holds. Rows are immutable and replaced whole, so that a reader needs no lock (S2);
 * who changes the table holds its lock, which makes a condition and its change one step (S11).
 */
final class MapTable {

  /** A row, the last millisecond at which it is there (S4.3), and when it was last used. */
  record Held(Row row, long expireAt, AtomicLong usedAt) {}

  /** A key and the last millisecond of its row. */
  record Due(long at, String key) {}

  final String fingerprint;
  final Row zeros;
  final ReentrantLock lock = new ReentrantLock();

  /** Ordered by key, so that a page can begin behind any key (S6.4). Changed under the lock. */
  final NavigableMap<String, Held> rows = new ConcurrentSkipListMap<>();

  /** The rows that will expire, soonest first. Read and changed under the lock. */
  final SortedSet<Due> dues =
      new TreeSet<>(Comparator.comparingLong(Due::at).thenComparing(Due::key));

  MapTable(StoreSpec<?> spec) {
    Schema.Builder columns = Schema.builder();
    spec.schema().columns().forEach(c -> columns.column(c.name(), c.type(), c.maxBytes()));
    fingerprint = spec.fingerprint();
    zeros = Row.of(columns.build(), Map.of());
  }

  /** Replaces the row of {@code key}, or removes it for null, and keeps the dues in line. */
  void set(String key, @Nullable Held held) {
    Held before = held == null ? rows.remove(key) : rows.put(key, held);
    if (before != null) {
      dues.remove(new Due(before.expireAt, key));
    }
    if (held != null && held.expireAt != Long.MAX_VALUE) {
      dues.add(new Due(held.expireAt, key));
    }
  }
}
