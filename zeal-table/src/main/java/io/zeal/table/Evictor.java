package io.zeal.table;

import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Picks a row to make place for another: second chance. A hand goes round over the rows; a row that
 * was used since it last came by is spared once. A row that a writer holds is passed over.
 */
final class Evictor {

  private final TableHeader header;
  private final RowMemory rows;
  private final Processes processes;
  private final Remover remover;
  private final Finder finder;
  private final long capacity;
  private final LongAdder evictions = new LongAdder();

  Evictor(TableMemory memory, Remover remover, Finder finder) {
    this.header = memory.header;
    this.rows = memory.rows;
    this.processes = memory.processes;
    this.remover = remover;
    this.finder = finder;
    this.capacity = memory.layout.rows();
  }

  /** A row that may go, and its key as it was found. */
  record Victim(int row, Key key) {}

  /** Rows removed although they had not expired. */
  long evictions() {
    return evictions.sum();
  }

  /** Moves the hand to the next row that may go; null if every row was held. */
  @Nullable Victim choose() {
    for (long steps = 0; steps <= 2 * capacity; steps++) {
      int row = (int) Long.remainderUnsigned(header.nextHand(), capacity) + 1;
      Key key = mayGo(row) ? finder.keyOf(row) : null;
      if (key != null && RowWord.isLive(key.word())) {
        return new Victim(row, key);
      }
    }
    return null;
  }

  private boolean mayGo(int row) {
    if (!RowWord.isLive(rows.wordWithoutGone(row, processes))) {
      return false;
    }
    if (rows.isUsed(row)) {
      rows.clearUsed(row);
      return false;
    }
    return true;
  }

  /**
   * Takes a row out of the table and hands it over to the caller, who fills it.
   *
   * @return whether it was still as it was chosen
   */
  boolean tryEvict(Victim victim, Intent intent) {
    Key key = victim.key;
    long held = remover.hold(victim.row, key.word(), key.place(), intent);
    if (held == 0) {
      return false;
    }
    remover.replace(victim.row, held, key.place(), intent);
    evictions.increment();
    return true;
  }
}
