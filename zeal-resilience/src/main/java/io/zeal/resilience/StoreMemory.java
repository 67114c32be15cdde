package io.zeal.resilience;

import io.zeal.spi.RowMapper;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * What was last read of one store, by key and type of record: all types share the room there is
 * (B6.6), in the order of their last use.
 *
 * <p>A read takes a ticket before it is sent; what it brings is remembered only if no own write of
 * that key ended since, so that no write can be followed by the memory of the row before it. A
 * write makes the ticket void first and drops the row then; a read looks at its ticket and puts the
 * row under the same lock. See {@code docs/synchronization.md}.
 */
final class StoreMemory {

  /**
   * A row.
   *
   * @param readAt when it was read: before the server was asked
   */
  record Known(Object row, @Nullable Duration remaining, long readAt, int bytes) {}

  /** A type of record, whose hash is made once and not with each read. */
  static final class Type {

    private final RowMapper<?> mapper;
    private final int hash;

    Type(RowMapper<?> mapper) {
      this.mapper = mapper;
      this.hash = mapper.hashCode();
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other == this
          || (other instanceof Type type && hash == type.hash && mapper.equals(type.mapper));
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private record Slot(String key, Type type) {}

  private static final int STRIPES = 64;

  private final int mostRows;
  private final long mostBytes;
  private final AtomicLongArray writes = new AtomicLongArray(STRIPES);
  private final AtomicLong clears = new AtomicLong();

  private final Object lock = new Object();
  private final Map<Slot, Known> rows = new LinkedHashMap<>(16, 0.75f, true); // by the lock
  private final Map<Type, Integer> types = new HashMap<>(); // by the lock: of how many rows
  private long bytes; // by the lock

  StoreMemory(ResilienceSettings settings) {
    this.mostRows = settings.staleRows();
    this.mostBytes = settings.staleBytes();
  }

  /** Both only go up, and so does their sum. */
  long ticket(String key) {
    return writes.get(stripe(key)) + clears.get();
  }

  /**
   * Notes what a read brought, null for nothing, unless the key was written since it took its
   * ticket. Of two reads under way at once the one that began later stays (B6.8).
   */
  void remember(String key, Type type, @Nullable Known known, long ticket) {
    Slot slot = new Slot(key, type);
    synchronized (lock) {
      Known before = rows.get(slot);
      if (known != null && before != null && before.readAt() - known.readAt() > 0) {
        return;
      }
      drop(slot);
      if (known == null || ticket(key) != ticket || known.bytes() > mostBytes) {
        return;
      }
      rows.put(slot, known);
      types.merge(type, 1, Integer::sum);
      bytes += known.bytes();
      while (rows.size() > mostRows || bytes > mostBytes) {
        drop(rows.keySet().iterator().next());
      }
    }
  }

  @Nullable Known find(String key, Type type) {
    synchronized (lock) {
      return rows.get(new Slot(key, type));
    }
  }

  /** Drops what was found to be too old, if it is still that. */
  void forgetOld(String key, Type type, Known old) {
    Slot slot = new Slot(key, type);
    synchronized (lock) {
      if (old.equals(rows.get(slot))) {
        drop(slot);
      }
    }
  }

  /** The row was written. */
  void forget(String key) {
    writes.incrementAndGet(stripe(key));
    synchronized (lock) {
      for (Type type : List.copyOf(types.keySet())) {
        drop(new Slot(key, type));
      }
    }
  }

  /** Any row may have been written. */
  void forgetAll() {
    clears.incrementAndGet();
    synchronized (lock) {
      rows.clear();
      types.clear();
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

  /** With the lock held. */
  private void drop(Slot slot) {
    Known known = rows.remove(slot);
    if (known == null) {
      return;
    }
    bytes -= known.bytes();
    int left = types.merge(slot.type(), -1, Integer::sum);
    if (left == 0) {
      types.remove(slot.type());
    }
  }

  private static int stripe(String key) {
    return Math.floorMod(key.hashCode() * 0x9E3779B9, STRIPES);
  }
}
