package io.zeal.resilience;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.spi.RowMapper;
import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one store that were read last, as many as are allowed (B6). Rows are read and
 * forgotten in the order of their last use.
 */
final class LastReads<R> {

  /** What a row takes beside its text and bytes, about: entry, key, record. */
  private static final int OVERHEAD = 160;

  /** What a column that is a number takes, at most. */
  private static final int NUMBER = 8;

  /**
   * A row.
   *
   * @param readAt when it was read: before the server was asked
   */
  private record Known<R>(R row, @Nullable Duration remaining, long readAt, int bytes) {}

  private final RowMapper<R> mapper;
  private final List<Column> columns;
  private final boolean mutable;
  private final ResilienceSettings settings;
  private final LongSupplier nanoTime;
  private final Memories.OfStore store;

  private final Object lock = new Object();
  private final Map<String, Known<R>> rows = new LinkedHashMap<>(16, 0.75f, true); // by the lock
  private long bytes; // by the lock

  LastReads(
      StoreSpec<R> spec,
      ResilienceSettings settings,
      LongSupplier nanoTime,
      Memories.OfStore store) {
    this.mapper = spec.mapper();
    this.columns = spec.schema().columns();
    this.mutable = columns.stream().anyMatch(column -> column.type() == ColumnType.BYTES);
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.store = store;
  }

  /** What to give {@link #remember} for a read that begins now. */
  long ticket(String key) {
    return store.ticket(key);
  }

  /** Notes what a read brought, unless the key was written since it took its ticket. */
  void remember(String key, Optional<Reading<R>> read, long begun, long ticket) {
    Known<R> known = read.filter(it -> !it.stale()).map(it -> known(key, it, begun)).orElse(null);
    synchronized (lock) {
      if (known == null || store.ticket(key) != ticket || known.bytes() > settings.staleBytes()) {
        drop(key);
        return;
      }
      drop(key);
      rows.put(key, known);
      bytes += known.bytes();
      while (rows.size() > settings.staleRows() || bytes > settings.staleBytes()) {
        drop(rows.keySet().iterator().next());
      }
    }
  }

  /** What was last read, if it is there, young enough, and has not expired. */
  Optional<Reading<R>> find(String key, ReadOptions options) {
    long now = nanoTime.getAsLong();
    Known<R> known;
    Duration age;
    synchronized (lock) {
      known = rows.get(key);
      if (known == null) {
        return Optional.empty();
      }
      age = Duration.ofNanos(now - known.readAt());
      if (age.compareTo(settings.staleAge()) > 0 || isExpired(known, age)) {
        drop(key);
        return Optional.empty();
      }
    }
    if (options.maxStaleness().filter(bound -> bound.compareTo(age) < 0).isPresent()) {
      return Optional.empty();
    }
    Duration left = known.remaining() == null ? null : known.remaining().minus(age);
    return Optional.of(Reading.fresh(own(known.row()), left).withAge(age).asStale());
  }

  void forget(String key) {
    synchronized (lock) {
      drop(key);
    }
  }

  void forgetAll() {
    synchronized (lock) {
      rows.clear();
      bytes = 0;
    }
  }

  long rows() {
    synchronized (lock) {
      return rows.size();
    }
  }

  long bytes() {
    synchronized (lock) {
      return bytes;
    }
  }

  private static boolean isExpired(Known<?> known, Duration age) {
    return known.remaining() != null && known.remaining().compareTo(age) <= 0;
  }

  private void drop(String key) {
    Known<R> known = rows.remove(key);
    if (known != null) {
      bytes -= known.bytes();
    }
  }

  private Known<R> known(String key, Reading<R> read, long begun) {
    R row = own(read.value());
    long readAt = begun - read.age().toNanos();
    Duration remaining = read.remaining().map(left -> left.plus(read.age())).orElse(null);
    return new Known<>(row, remaining, readAt, size(key, row));
  }

  /** Arrays are the one thing in a row that somebody may change. */
  private R own(R row) {
    return mutable ? mapper.read(mapper.source(row)) : row;
  }

  private int size(String key, R row) {
    int size = OVERHEAD + 2 * key.length();
    for (int i = 0; i < columns.size(); i++) {
      size +=
          switch (columns.get(i).type()) {
            case TEXT -> OVERHEAD / 4 + 2 * mapper.text(row, i).length();
            case BYTES -> OVERHEAD / 4 + mapper.bytes(row, i).length;
            default -> NUMBER;
          };
    }
    return size;
  }
}
