package io.zeal.table;

import java.lang.foreign.MemorySegment;

/**
 * Leads to rows that are free: a bit for each, 0 if it may be free. Whether it is says the row's
 * word; a bit is only a hint, and one that is 0 for nothing costs a look. No free row is without
 * its hint, once whoever changes it is done or its intent is ended.
 */
final class FreeRows {

  private final MemorySegment segment;
  private final long start;
  private final TableHeader header;
  private final RowMemory rows;
  private final long words;
  private final long capacity;

  /**
   * Those of a table.
   *
   * @param start where the bits begin
   */
  FreeRows(TableHeader header, long start, RowMemory rows, TableLayout layout) {
    this.segment = header.segment();
    this.start = start;
    this.header = header;
    this.rows = rows;
    this.words = layout.freeWords();
    this.capacity = layout.rows();
  }

  /**
   * Claims a free row for an intent and makes its word {@link RowWord#FILLING}; 0 if none is found.
   *
   * @throws io.zeal.CapacityException if the row needs memory and there is none
   */
  int claim(Intent intent) {
    long first = header.freed() % words;
    for (long i = 0; i < words; i++) {
      long word = first + i < words ? first + i : first + i - words;
      int row = claimIn(word, intent);
      if (row != 0) {
        if (i != 0) {
          header.setFreed(word);
        }
        return row;
      }
    }
    return 0;
  }

  private int claimIn(long word, Intent intent) {
    long at = start + word * Long.BYTES;
    long free = ~Memory.getVolatile(segment, at);
    while (free != 0) {
      long bit = Long.lowestOneBit(free);
      free ^= bit;
      long row = word * Long.SIZE + Long.numberOfTrailingZeros(bit) + 1;
      if (row > capacity) {
        return 0;
      }
      rows.require((int) row);
      if (claimRow((int) row, at, bit, intent)) {
        return (int) row;
      }
    }
    return 0;
  }

  private boolean claimRow(int row, long at, long bit, Intent intent) {
    intent.begin(row, Intent.NO_PLACE); // the hint is about to go
    if ((Memory.getAndSetBits(segment, at, bit) & bit) == 0) {
      long word = rows.word(row);
      if (RowWord.isFree(word)
          && rows.compareAndSet(row, word, RowWord.held(word, RowWord.FILLING, intent.owner()))) {
        return true;
      }
    }
    intent.end();
    return false;
  }

  /** Says that a row is free, after its word does. */
  void freed(int row) {
    long index = row - 1L;
    Memory.clearBits(segment, start + index / Long.SIZE * Long.BYTES, 1L << index);
    header.setFreed(index / Long.SIZE);
  }

  /** Whether the hint says so; for tests. */
  boolean mayBeFree(int row) {
    long index = row - 1L;
    return (Memory.getVolatile(segment, start + index / Long.SIZE * Long.BYTES) & (1L << index))
        == 0;
  }
}
