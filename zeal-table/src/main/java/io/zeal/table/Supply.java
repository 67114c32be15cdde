package io.zeal.table;

/**
 * Where a new row comes from while nothing has to give way for it: the free ones, else an expired
 * one (S9.7).
 */
final class Supply {

  /** Instead of a row: every place is taken by a row that has not expired. */
  static final int FULL = -1;

  private static final int EXPIRED_AT_ONCE = 16;

  private final TableLayout layout;
  private final Intents intents;
  private final RowMemory rows;
  private final FreeRows free;
  private final Sweeper sweeper;

  Supply(TableLayout layout, Intents intents, RowMemory rows, FreeRows free, Sweeper sweeper) {
    this.layout = layout;
    this.intents = intents;
    this.rows = rows;
    this.free = free;
    this.sweeper = sweeper;
  }

  /**
   * A row that the caller fills; 0 if somebody is about to free one or to fill the one that was
   * missing; else {@link #FULL}.
   *
   * @param insists whether it has waited for that somebody for long enough
   * @throws io.zeal.CapacityException if a fresh row needs memory and there is none
   */
  int take(long now, Intent intent, boolean insists) {
    int row = intents.count() < layout.rows() ? free.claim(intent) : 0;
    if (row != 0) {
      return row;
    }
    boolean mayHaveMore = sweeper.sweepSome(now, EXPIRED_AT_ONCE, intent);
    row = free.claim(intent);
    return row == 0 && (insists || (!mayHaveMore && isFull())) ? FULL : row;
  }

  /** Whether there was a moment at which as many rows were there as may be. */
  boolean isFull() {
    return intents.wereThere(layout.rows(), rows);
  }
}
