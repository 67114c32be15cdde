package io.zeal.table;

import io.zeal.table.Waits.Purpose;

/**
 * Where a new row comes from while nothing has to give way for it: the free ones, else an expired
 * one (S9.7).
 */
final class RowSupply {

  /** Instead of a row: every place is taken by a row that has not expired. */
  static final int FULL = -1;

  private static final int EXPIRED_AT_ONCE = 16;

  private final TableLayout layout;
  private final TableHeader header;
  private final FreeRows free;
  private final Sweeper sweeper;

  RowSupply(TableLayout layout, TableHeader header, FreeRows free, Sweeper sweeper) {
    this.layout = layout;
    this.header = header;
    this.free = free;
    this.sweeper = sweeper;
  }

  /**
   * A row; 0 if somebody is about to free one or to fill the one that was missing; else {@link
   * #FULL}. The caller holds nothing.
   *
   * @throws io.zeal.CapacityException if a fresh row needs memory and there is none
   */
  int take(long now) {
    int row = free.take();
    if (row != 0) {
      return row;
    }
    boolean mayHaveMore = sweeper.trySweep(now, EXPIRED_AT_ONCE, Purpose.WRITE);
    row = free.take();
    // If there may be more, somebody else is sweeping, or took what was swept.
    return row == 0 && !mayHaveMore && isFull() ? FULL : row;
  }

  /** Fewer rows in chains than there are: someone is filling or freeing one, and it is not full. */
  boolean isFull() {
    return header.count() >= layout.rows();
  }
}
