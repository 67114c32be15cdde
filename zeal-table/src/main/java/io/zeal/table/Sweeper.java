package io.zeal.table;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Removes rows that have expired, led by the {@link ExpiryTree}. Anybody may at any time; one at a
 * time also raises the bounds, so that nothing is looked at twice.
 */
final class Sweeper {

  private static final int TRIES = 8;

  private final TableHeader header;
  private final RowMemory rows;
  private final RowReader reader;
  private final ExpiryTree tree;
  private final Remover remover;
  private final Intents intents;
  private final Processes processes;
  private final long capacity;
  private final LongAdder expired = new LongAdder();

  Sweeper(TableMemory memory, RowReader reader, Remover remover, Intents intents) {
    this.header = memory.header;
    this.rows = memory.rows;
    this.reader = reader;
    this.tree = memory.expiry;
    this.remover = remover;
    this.intents = intents;
    this.processes = memory.processes;
    this.capacity = memory.layout.rows();
  }

  /** Rows removed because they had expired. */
  long expired() {
    return expired.sum();
  }

  /** A row that has expired and that somebody holds. */
  record Left(int row, long word) {

    boolean isStill(RowMemory rows) {
      return rows.word(row) == word;
    }

    int owner() {
      return RowWord.owner(word);
    }
  }

  /**
   * Removes every row that had expired by {@code now}, but those that somebody holds, and answers
   * these. Waits for nobody.
   */
  List<Left> sweep(long now) {
    if (!tree.isDue(now)) {
      return List.of();
    }
    Intent intent = intents.tryLease();
    try {
      return sweep(now, Long.MAX_VALUE, intent).left;
    } catch (RuntimeException | Error e) {
      if (intent != null) {
        intents.endAfter(e, intent);
      }
      throw e;
    } finally {
      if (intent != null) {
        intent.giveBack();
      }
    }
  }

  /** Removes some rows that had expired by {@code now}. */
  Swept sweepSome(long now, long limit, Intent intent) {
    if (!tree.isDue(now)) {
      return Swept.NOTHING;
    }
    Sweep sweep = sweep(now, limit, intent);
    return new Swept(sweep.removed, sweep.left);
  }

  /**
   * What became of rows that had expired.
   *
   * @param removed how many are gone
   * @param left those that somebody held
   */
  record Swept(long removed, List<Left> left) {

    private static final Swept NOTHING = new Swept(0, List.of());
  }

  private Sweep sweep(long now, long limit, @Nullable Intent intent) {
    boolean raises = intent != null && tryLock();
    Sweep sweep = new Sweep(now, limit, intent, raises);
    try {
      sweep.word(tree.levels() - 1, 0);
    } finally {
      if (raises) {
        header.endSweep();
      }
    }
    return sweep;
  }

  private boolean tryLock() {
    int sweeper = header.sweeper();
    return (sweeper == Owner.NOBODY || processes.isGone(sweeper))
        && header.trySweep(sweeper, intents.withoutIntent());
  }

  /** One walk through what is due. */
  private final class Sweep {

    private final long now;
    private final long limit;
    private final @Nullable Intent intent;
    private final boolean raises;

    /** Rows removed. */
    private long removed;

    /** Rows that had expired and are still there. */
    private final List<Left> left = new ArrayList<>();

    private Sweep(long now, long limit, @Nullable Intent intent, boolean raises) {
      this.now = now;
      this.limit = limit;
      this.intent = intent;
      this.raises = raises;
    }

    private void word(int level, long index) {
      if (now <= tree.earliest(level, index)) {
        return;
      }
      long bound = raises ? tree.beginRaising(level, index) : 0;
      long earliest = level == 0 ? rows(index, bound) : below(level, index);
      if (raises) {
        tree.endRaising(level, index, bound, earliest);
      }
    }

    private long below(int level, long index) {
      long first = index * ExpiryTree.FANOUT;
      long end = Math.min(first + ExpiryTree.FANOUT, tree.size(level - 1));
      long earliest = ExpiryTree.NEVER;
      for (long i = first; i < end; i++) {
        if (removed < limit) {
          word(level - 1, i);
        }
        earliest = Math.min(earliest, tree.earliest(level - 1, i));
      }
      return earliest;
    }

    private long rows(long block, long bound) {
      long first = block * ExpiryTree.FANOUT;
      long end = Math.min(first + ExpiryTree.FANOUT, capacity);
      long earliest = ExpiryTree.NEVER;
      for (int row = (int) first + 1; row <= end; row++) {
        earliest = Math.min(earliest, row(row, bound));
      }
      return earliest;
    }

    /**
     * Removes a row if it has expired; answers a lower bound for when anything that may be in its
     * place expires: {@code bound} if somebody is filling or changing it.
     */
    private long row(int row, long bound) {
      for (int i = 0; i < TRIES; i++) {
        long word = rows.wordWithoutGone(row, processes);
        if (!RowWord.isThere(word)) {
          return RowWord.isFree(word) ? ExpiryTree.NEVER : bound;
        }
        RowReader.Copy<Boolean> copy = reader.copy(row, word, (segment, base) -> true);
        if (copy == null) {
          continue;
        }
        if (now <= copy.expires()) {
          return RowWord.isLive(word) ? copy.expires() : bound;
        }
        if (intent == null || !RowWord.isLive(word)) {
          left.add(new Left(row, word));
          return bound;
        }
        if (remover.removeIfLive(row, word, intent)) {
          expired.increment();
          removed++;
          return ExpiryTree.NEVER;
        }
      }
      return bound;
    }
  }
}
