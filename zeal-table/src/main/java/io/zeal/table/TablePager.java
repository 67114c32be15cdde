package io.zeal.table;

import io.zeal.Entry;
import io.zeal.spi.StoreSpec;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pages over a table in the order of the keys' hashes, then of their bytes (S6). The order depends
 * on the key alone, so a page can begin behind a key that is gone, and a row that stays has one
 * place whatever comes and goes around it.
 *
 * <p>A bucket is the hashes between two bounds, so buckets in order are keys in order. The rows of
 * one are copied from its own places and from those behind it that it reaches, then sorted; a row
 * that went and came back meanwhile may be met twice and counts once.
 */
final class TablePager {

  private final Table table;

  TablePager(Table table) {
    this.table = table;
  }

  /** One row's copy. */
  private record Found(Key key, RowImage row) {

    int compareTo(Key other) {
      return Key.compare(key.hash(), key.bytes(), other.hash(), other.bytes());
    }

    boolean hasKeyOf(Found other) {
      return compareTo(other.key) == 0;
    }
  }

  <R> List<Entry<R>> page(String after, int limit, StoreSpec<R> spec) {
    @Nullable Key cursor = after.isEmpty() ? null : new Key(after, table.seed);
    List<Entry<R>> page = new ArrayList<>();
    int first = cursor == null ? 0 : table.layout.bucketOf(cursor.hash());
    for (int bucket = first; bucket < table.layout.buckets() && page.size() < limit; bucket++) {
      for (Found found : rowsOf(bucket)) {
        if ((cursor == null || found.compareTo(cursor) > 0) && page.size() < limit) {
          String key = new String(found.key.bytes(), StandardCharsets.UTF_8);
          page.add(new Entry<>(key, spec.read(key, found.row)));
        }
      }
    }
    return page;
  }

  /** The rows whose own bucket this is, in order. */
  private List<Found> rowsOf(int bucket) {
    List<Found> found = new ArrayList<>();
    int reach = table.index.reach(bucket);
    for (int steps = 0; steps <= reach; steps++) {
      int at = table.index.behind(bucket, steps);
      MemorySegment segment = table.index.segmentOrNull(at);
      for (int place = 0; segment != null && place < Index.PLACES; place++) {
        int row = Index.row(segment, table.index.base(at), place);
        Found copy = row == 0 ? null : copy(row);
        if (copy != null && table.layout.bucketOf(copy.key.hash()) == bucket) {
          found.removeIf(copy::hasKeyOf);
          found.add(copy);
        }
      }
    }
    found.sort((one, other) -> one.compareTo(other.key));
    return found;
  }

  /** Null if the row is not there, or has expired. */
  private @Nullable Found copy(int row) {
    for (int tries = 0; ; tries++) {
      long word = table.rows.word(row);
      if (!RowWord.isThere(word)) {
        return null;
      }
      MemorySegment segment = table.rows.segment(row);
      long base = table.rows.base(row);
      byte[] key = table.codec.readKey(segment, base);
      RowReader.Copy<RowImage> copy =
          table.reader.copy(segment, base, word, table.codec::read, tries);
      if (copy != null) {
        boolean isAlive = copy.expires() == ExpiryTree.NEVER || table.now() <= copy.expires();
        return isAlive ? new Found(new Key(key, table.seed), copy.value()) : null;
      }
    }
  }
}
