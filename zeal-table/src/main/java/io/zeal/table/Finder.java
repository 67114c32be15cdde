package io.zeal.table;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Finds rows through the index, by key or by number, without a lock. */
final class Finder {

  private final TableLayout layout;
  private final Index index;
  private final RowMemory rows;
  private final RowCodec codec;
  private final long seed;

  Finder(TableLayout layout, Index index, RowMemory rows, RowCodec codec, long seed) {
    this.layout = layout;
    this.index = index;
    this.rows = rows;
    this.codec = codec;
    this.seed = seed;
  }

  /**
   * The row of a key, 0 if there is none; its word and place are left in the key. What is read from
   * the row counts only if its word is the same afterwards, and it must be taken from that word.
   */
  int find(Key key) {
    int home = layout.bucketOf(key.hash());
    int reach = index.reach(home);
    for (int steps = 0; steps <= reach; steps++) {
      int row = findIn(index.behind(home, steps), key);
      if (row != 0) {
        return row;
      }
    }
    return 0;
  }

  private int findIn(int bucket, Key key) {
    MemorySegment segment = index.segmentOrNull(bucket);
    if (segment == null) {
      return 0;
    }
    long base = index.base(bucket);
    int tag = Index.tag(key.hash());
    for (long set = Index.matches(segment, base, tag); set != 0; set &= set - 1) {
      int place = Index.first(set);
      int row = Index.row(segment, base, place);
      if (row != 0 && isThere(row, key, bucket, place)) {
        return row;
      }
    }
    for (long set = Index.laterMatches(segment, base, tag); set != 0; set &= set - 1) {
      int place = Long.BYTES + Index.first(set);
      int row = Index.row(segment, base, place);
      if (row != 0 && isThere(row, key, bucket, place)) {
        return row;
      }
    }
    return 0;
  }

  private boolean isThere(int row, Key key, int bucket, int place) {
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    long word = Memory.getAcquire(segment, base + TableLayout.WORD);
    if (!RowWord.isThere(word) || !key.matches(segment, base, layout.keyOffset())) {
      return false;
    }
    key.found(word, Index.place(bucket, place));
    return true;
  }

  /**
   * The key of a row that is there, with the word it was read under and its place; null if the row
   * is not there, or changed meanwhile.
   */
  @Nullable Key keyOf(int row) {
    long word = rows.word(row);
    if (!RowWord.isThere(word)) {
      return null;
    }
    Key key = new Key(codec.readKey(rows.segment(row), rows.base(row)), seed);
    return find(key) == row && key.word() == word ? key : null;
  }
}
