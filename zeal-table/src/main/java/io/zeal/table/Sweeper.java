package io.zeal.table;

import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.util.concurrent.atomic.LongAdder;

/**
 * Removes rows that have expired, led by the {@link ExpiryTree}; one caller at a time, and none for
 * longer than a part of the work takes.
 */
final class Sweeper {

  /** After so many rows, or a few more, the next one may sweep. */
  static final int PART = 4096;

  private final TableHeader header;
  private final RowMemory rows;
  private final ExpiryTree tree;
  private final RowRemover remover;
  private final FreeRows free;
  private final Waits waits;
  private final LongAdder expired = new LongAdder();

  Sweeper(
      TableHeader header,
      RowMemory rows,
      ExpiryTree tree,
      RowRemover remover,
      FreeRows free,
      Waits waits) {
    this.header = header;
    this.rows = rows;
    this.tree = tree;
    this.remover = remover;
    this.free = free;
    this.waits = waits;
  }

  /** Rows removed because they had expired. */
  long expired() {
    return expired.sum();
  }

  /** Removes every row that had expired by {@code now}, or waits until somebody has. */
  void sweep(long now, Purpose purpose) {
    Wait wait = null;
    while (tree.isDue(now)) {
      if (!header.tryLockSweep()) {
        wait = waits.pause(wait, purpose);
      } else if (sweepAndUnlock(now, PART, purpose) < PART) {
        return;
      }
    }
  }

  /**
   * Removes some rows that had expired by {@code now}, unless somebody else is sweeping.
   *
   * @return whether there may be more
   */
  boolean trySweep(long now, long limit, Purpose purpose) {
    if (tree.isDue(now) && header.tryLockSweep()) {
      sweepAndUnlock(now, limit, purpose);
    }
    return tree.isDue(now);
  }

  /**
   * Removes {@code limit} rows or a few more, and returns how many; fewer only if no more are due.
   * The caller holds the sweep.
   */
  private long sweepAndUnlock(long now, long limit, Purpose purpose) {
    try {
      return sweepWord(tree.levels() - 1, 0, now, limit, purpose);
    } finally {
      header.unlockSweep();
    }
  }

  private long sweepWord(int level, long index, long now, long limit, Purpose purpose) {
    if (now <= tree.earliest(level, index)) {
      return 0;
    }
    return level == 0
        ? sweepRows(index, now, purpose)
        : sweepBelow(level, index, now, limit, purpose);
  }

  private long sweepBelow(int level, long index, long now, long limit, Purpose purpose) {
    long bound = tree.beginRaising(level, index);
    long first = index * ExpiryTree.FANOUT;
    long end = Math.min(first + ExpiryTree.FANOUT, tree.size(level - 1));
    long earliest = ExpiryTree.NEVER;
    long removed = 0;
    for (long i = first; i < end; i++) {
      if (removed < limit) {
        removed += sweepWord(level - 1, i, now, limit - removed, purpose);
      }
      earliest = Math.min(earliest, tree.earliest(level - 1, i));
    }
    tree.endRaising(level, index, bound, earliest);
    return removed;
  }

  private long sweepRows(long block, long now, Purpose purpose) {
    long bound = tree.beginRaising(0, block);
    long first = block * ExpiryTree.FANOUT;
    long end = Math.min(first + ExpiryTree.FANOUT, header.fresh());
    long earliest = ExpiryTree.NEVER;
    long removed = 0;
    for (int row = (int) first + 1; row <= end; row++) {
      long expires = removeIfExpired(row, bound, now, purpose);
      if (expires == REMOVED) {
        removed++;
      } else {
        earliest = Math.min(earliest, expires);
      }
    }
    tree.endRaising(0, block, bound, earliest);
    return removed;
  }

  private static final long REMOVED = -1;

  /**
   * {@link #REMOVED}, or a lower bound for the row's expiry: {@code bound} if someone is filling
   * it.
   */
  private long removeIfExpired(int row, long bound, long now, Purpose purpose) {
    Wait wait = null;
    while (true) {
      long word = rows.segmentOrNull(row) == null ? 0 : rows.word(row);
      if (RowWord.isFree(word)) {
        return ExpiryTree.NEVER;
      }
      if (!RowWord.isLive(word)) {
        return bound;
      }
      if (RowWord.isLocked(word)) {
        wait = waits.pause(wait, purpose);
        continue;
      }
      long expires = rows.expires(row);
      if (now <= expires) {
        if (rows.word(row) == word) {
          return expires;
        }
      } else if (remover.detach(row, word, purpose)) {
        free.push(row);
        expired.increment();
        return REMOVED;
      }
    }
  }
}
