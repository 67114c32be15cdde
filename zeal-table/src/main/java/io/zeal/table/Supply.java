package io.zeal.table;

import io.zeal.table.Sweeper.Left;
import io.zeal.table.Sweeper.Swept;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a new row comes from while nothing has to give way for it: the free ones, else an expired
 * one (S9.7).
 *
 * <p>Who finds none though the store is not full waits for somebody else who is about to fill the
 * missing row or to free it. If that one stands still for {@value #STOPPED_NANOS} ns, his process
 * is stopped, and the row counts as taken: nobody waits for him again.
 */
final class Supply {

  /** Instead of a row: every place is taken by a row that has not expired. */
  static final int FULL = -1;

  /** No thread that may run takes so long from one step of a change to the next. */
  static final long STOPPED_NANOS = 200_000_000;

  private static final int EXPIRED_AT_ONCE = 16;

  private final TableLayout layout;
  private final Intents intents;
  private final RowMemory rows;
  private final FreeRows free;
  private final Sweeper sweeper;
  private final boolean evicts;
  private volatile @Nullable Missing stopped; // the one that was found last

  Supply(
      TableLayout layout,
      Intents intents,
      RowMemory rows,
      FreeRows free,
      Sweeper sweeper,
      boolean evicts) {
    this.layout = layout;
    this.intents = intents;
    this.rows = rows;
    this.free = free;
    this.sweeper = sweeper;
    this.evicts = evicts;
  }

  /**
   * A row that nobody can have because of what somebody does to it.
   *
   * @param intent where the intent begins that names it, {@link Intents#NONE} if none does
   * @param row its number
   * @param word its word
   * @param sinceNanos when it was looked at first
   */
  record Missing(long intent, int row, long word, long sinceNanos) {

    private static Missing of(Left left) {
      return new Missing(Intents.NONE, left.row(), left.word(), System.nanoTime());
    }
  }

  /**
   * A row that the caller fills; 0 if somebody is about to free one or to fill the one that was
   * missing; else {@link #FULL}.
   *
   * @throws io.zeal.CapacityException if a fresh row needs memory and there is none
   */
  int take(PreparedWrite write, Intent intent) {
    int row = intents.count() < layout.rows() ? free.claim(intent) : 0;
    if (row != 0) {
      return row;
    }
    Swept swept = sweeper.sweepSome(write.now, EXPIRED_AT_ONCE, intent);
    row = free.claim(intent);
    if (row != 0 || swept.removed() > 0) {
      return row; // without one others were faster, and there may be more
    }
    if (swept.left().isEmpty() && isFull()) {
      return FULL;
    }
    write.insists = isStopped(write, swept.left()) && (evicts || swept.left().isEmpty());
    return write.insists ? FULL : 0;
  }

  /** Whether there was a moment at which as many rows were there as may be. */
  boolean isFull() {
    return intents.wereThere(layout.rows(), rows);
  }

  /** Whether somebody who has the missing row stands still. */
  private boolean isStopped(PreparedWrite write, List<Left> left) {
    Missing known = stopped;
    if (known != null && intents.isStill(known, rows)) {
      return true;
    }
    Missing missing = write.missing;
    if (missing == null || !intents.isStill(missing, rows)) {
      write.missing = left.isEmpty() ? intents.missing(rows) : Missing.of(left.getFirst());
      return false;
    }
    if (System.nanoTime() - missing.sinceNanos < STOPPED_NANOS) {
      return false;
    }
    stopped = missing;
    return true;
  }
}
