package io.zeal.table;

import java.util.concurrent.atomic.LongAdder;

/**
 * Picks a row to make place for another: second chance. A hand goes round over the rows; a row that
 * was used since it last came by is spared once. A row that a writer holds is passed over.
 */
final class Evictor {

  private final TableHeader header;
  private final RowMemory rows;
  private final RowRemover remover;
  private final long capacity;
  private final LongAdder evictions = new LongAdder();

  Evictor(TableHeader header, RowMemory rows, RowRemover remover, long capacity) {
    this.header = header;
    this.rows = rows;
    this.remover = remover;
    this.capacity = capacity;
  }

  /** Rows removed although they had not expired. */
  long evictions() {
    return evictions.sum();
  }

  /** Moves the hand to the next row that may go; 0 if every row was held. */
  int choose() {
    for (long steps = 0; steps <= 2 * capacity; steps++) {
      int row = (int) Long.remainderUnsigned(header.nextHand(), capacity) + 1;
      if (mayGo(row)) {
        return row;
      }
    }
    return 0;
  }

  private boolean mayGo(int row) {
    if (rows.segmentOrNull(row) == null) {
      return false;
    }
    long word = rows.word(row);
    if (!RowWord.isLive(word) || RowWord.isLocked(word)) {
      return false;
    }
    if (rows.isUsed(row)) {
      rows.clearUsed(row);
      return false;
    }
    return true;
  }

  /**
   * Takes a row out of the table and hands it over to the caller, who holds {@code bucket}; waits
   * for nobody.
   *
   * @return whether it was taken out
   */
  boolean tryEvict(int row, int bucket) {
    long word = rows.word(row);
    boolean evicted =
        RowWord.isLive(word) && !RowWord.isLocked(word) && remover.tryDetach(row, word, bucket);
    if (evicted) {
      evictions.increment();
    }
    return evicted;
  }
}
