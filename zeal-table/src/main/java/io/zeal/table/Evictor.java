package io.zeal.table;

import io.zeal.table.Waits.Purpose;
import java.util.concurrent.atomic.LongAdder;

/**
 * Picks a row to make place for another: second chance. A hand goes round over the rows; a row that
 * was used since it last came by is spared once. Expired rows go first. A row that a writer holds
 * is passed over, so the row being written is never the one.
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

  /** Takes a row out of the table and hands it over; 0 if every row was held or changing. */
  int evict() {
    for (long steps = 0; steps <= 2 * capacity; steps++) {
      int row = (int) Long.remainderUnsigned(header.nextHand(), capacity) + 1;
      if (tryEvict(row)) {
        evictions.increment();
        return row;
      }
    }
    return 0;
  }

  private boolean tryEvict(int row) {
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
    return remover.detach(row, word, Purpose.WRITE);
  }
}
