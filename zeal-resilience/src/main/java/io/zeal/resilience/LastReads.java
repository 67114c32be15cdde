package io.zeal.resilience;

import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.resilience.StoreMemory.Known;
import io.zeal.spi.RowMapper;
import io.zeal.spi.StoreSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The rows of one type that were last read of a store (B6); they are kept by the store's memory.
 */
final class LastReads<R> {

  /** What a row takes beside its text and bytes, about: entry, key, record. */
  private static final int OVERHEAD = 160;

  /** What a column that is a number takes, at most. */
  private static final int NUMBER = 8;

  private final RowMapper<R> mapper;
  private final StoreMemory.Type type;
  private final List<Column> columns;
  private final boolean mutable;
  private final Memories memories;
  private final StoreMemory memory;

  LastReads(StoreSpec<R> spec, Memories memories) {
    this.mapper = spec.mapper();
    this.type = new StoreMemory.Type(mapper);
    this.columns = spec.schema().columns();
    this.mutable = columns.stream().anyMatch(column -> column.type() == ColumnType.BYTES);
    this.memories = memories;
    this.memory = memories.of(spec.name());
  }

  /** What to give {@link #remember} for a read that begins now. */
  long ticket(String key) {
    return memory.ticket(key);
  }

  /** Notes what a read brought, unless the key was written since it took its ticket. */
  void remember(String key, Optional<Reading<R>> read, long begun, long ticket) {
    Known known = read.filter(it -> !it.stale()).map(it -> known(key, it, begun)).orElse(null);
    memory.remember(key, type, known, ticket);
  }

  /** What was last read, if it is there, young enough, and has not expired. */
  Optional<Reading<R>> find(String key, ReadOptions options) {
    long now = memories.now();
    Known known = memory.find(key, type);
    if (known == null) {
      return Optional.empty();
    }
    Duration age = Duration.ofNanos(now - known.readAt());
    if (age.compareTo(memories.settings().staleAge()) > 0 || isExpired(known, age)) {
      memory.forgetOld(key, type, known);
      return Optional.empty();
    }
    if (options.maxStaleness().filter(bound -> isTooOld(age, bound)).isPresent()) {
      return Optional.empty();
    }
    Duration left = known.remaining() == null ? null : known.remaining().minus(age);
    return Optional.of(Reading.fresh(own(row(known)), left).withAge(age).asStale());
  }

  /** Zero asks the backend alone, however little time has passed (B6.5). */
  private static boolean isTooOld(Duration age, Duration bound) {
    return bound.isZero() || bound.compareTo(age) < 0;
  }

  private static boolean isExpired(Known known, Duration age) {
    Duration remaining = known.remaining();
    return remaining != null && remaining.compareTo(age) <= 0;
  }

  @SuppressWarnings("unchecked") // what is under a type was built by it, or by an equal one
  private R row(Known known) {
    return (R) known.row();
  }

  private Known known(String key, Reading<R> read, long begun) {
    R row = own(read.value());
    long readAt = begun - read.age().toNanos();
    Duration remaining = read.remaining().map(left -> left.plus(read.age())).orElse(null);
    return new Known(row, remaining, readAt, size(key, row));
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
