package io.zeal.table;

import io.zeal.Entry;
import io.zeal.spi.StoreSpec;
import io.zeal.table.Waits.Purpose;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages over a table in the order of the keys' hashes, then of their bytes (S6). The order depends
 * on the key alone, so a page can begin behind a key that is gone, and a row that stays has one
 * place whatever comes and goes around it.
 *
 * <p>A bucket is the hashes between two bounds, so buckets in order are keys in order. Each is
 * copied whole by walking its chain as {@link BucketIndex} says, then sorted; a row that moved to
 * the head meanwhile may be met twice and counts once.
 */
final class TablePager {

  private final Table table;
  private final Waits waits;

  TablePager(Table table, Waits waits) {
    this.table = table;
    this.waits = waits;
  }

  /** One row's copy. */
  private static final class Found {

    private final int hash;
    private final byte[] key;
    private final long expires;
    private final RowImage row;
    private final int next;

    Found(int hash, byte[] key, long expires, RowImage row, int next) {
      this.hash = hash;
      this.key = key;
      this.expires = expires;
      this.row = row;
      this.next = next;
    }

    int compareTo(int otherHash, byte[] otherKey) {
      return Key.compare(hash, key, otherHash, otherKey);
    }

    int compareTo(Found other) {
      return compareTo(other.hash, other.key);
    }

    boolean sameKey(Found other) {
      return hash == other.hash && Arrays.equals(key, other.key);
    }
  }

  <R> List<Entry<R>> page(String after, int limit, StoreSpec<R> spec) {
    @Nullable Key cursor = after.isEmpty() ? null : new Key(after, table.seed);
    byte[] cursorBytes = cursor == null ? new byte[0] : cursor.bytes();
    long now = table.now();
    List<Entry<R>> page = new ArrayList<>();
    int first = cursor == null ? 0 : table.layout.bucketOf(cursor.hash());
    for (int bucket = first; bucket < table.layout.buckets() && page.size() < limit; bucket++) {
      if (table.index.head(bucket) == 0) {
        continue;
      }
      for (Found found : bucket(bucket)) {
        boolean behind = cursor == null || found.compareTo(cursor.hash(), cursorBytes) > 0;
        if (behind && now <= found.expires && page.size() < limit) {
          String key = new String(found.key, StandardCharsets.UTF_8);
          page.add(new Entry<>(key, spec.read(key, found.row)));
        }
      }
    }
    return page;
  }

  private List<Found> bucket(int bucket) {
    List<Found> found = walkUntilWhole(bucket);
    found.sort(Found::compareTo);
    return found;
  }

  private List<Found> walkUntilWhole(int bucket) {
    for (int i = 0; i < BucketIndex.RESTARTS; i++) {
      List<Found> found = walk(bucket);
      if (found != null) {
        return found;
      }
    }
    table.index.lock(bucket, Purpose.READ);
    try {
      List<Found> found = walk(bucket);
      if (found == null) {
        throw new IllegalStateException("a chain changed under its lock");
      }
      return found;
    } finally {
      table.index.unlock(bucket);
    }
  }

  /** Copies a chain; null if it changed underfoot. */
  private @Nullable List<Found> walk(int bucket) {
    List<Found> found = new ArrayList<>(4);
    Waits.Wait wait = null;
    int torn = 0;
    int row = table.index.head(bucket);
    while (row != 0) {
      long word = table.rows.word(row);
      if (!RowWord.isLive(word)) {
        return null;
      }
      if (RowWord.isLocked(word)) {
        wait = waits.pause(wait, Purpose.READ);
        continue;
      }
      Found copy = table.copy(row, word, torn, this::found);
      if (copy == null) {
        torn++;
        wait = waits.pause(wait, Purpose.READ);
        continue;
      }
      if (table.layout.bucketOf(copy.hash) != bucket) {
        return null;
      }
      found.removeIf(copy::sameKey);
      found.add(copy);
      row = copy.next;
    }
    return found;
  }

  private Found found(MemorySegment segment, long base) {
    return new Found(
        Memory.getIntOpaque(segment, base + TableLayout.HASH),
        table.codec.readKey(segment, base),
        Memory.getOpaque(segment, base + TableLayout.EXPIRES),
        table.codec.read(segment, base),
        Memory.getIntAcquire(segment, base + TableLayout.NEXT));
  }
}
