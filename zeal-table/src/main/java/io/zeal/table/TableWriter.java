package io.zeal.table;

import io.zeal.ColumnType;
import io.zeal.spi.RowMapper;
import io.zeal.table.RowWriter.Verdict;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Makes changes. Each is a series of attempts that wait for nobody; between two of them the caller
 * waits, and holds nothing: no row, no bucket, no intent.
 */
final class TableWriter {

  private final TableLayout layout;
  private final RowMemory rows;
  private final Index index;
  private final FreeRows free;
  private final RowCodec codec;
  private final Processes processes;
  private final Table.Rules rules;
  private final Finder finder;
  private final RowWriter columns;
  private final Remover remover;
  private final Supply supply;
  private final Evictor evictor;
  private final Intents intents;
  private final Waits waits;

  TableWriter(
      TableMemory memory,
      Table.Rules rules,
      Finder finder,
      RowWriter columns,
      Remover remover,
      Supply supply,
      Evictor evictor,
      Intents intents,
      Waits waits) {
    this.layout = memory.layout;
    this.rows = memory.rows;
    this.index = memory.index;
    this.free = memory.free;
    this.codec = memory.codec;
    this.processes = memory.processes;
    this.rules = rules;
    this.finder = finder;
    this.columns = columns;
    this.remover = remover;
    this.supply = supply;
    this.evictor = evictor;
    this.intents = intents;
    this.waits = waits;
  }

  Verdict write(PreparedWrite write) {
    Wait wait = null;
    while (true) {
      write.blockedBy = Owner.NOBODY;
      supply.askForStopped();
      int row = finder.find(write.key);
      Verdict verdict =
          row != 0 && write.isOfOneNumber() ? changeNumber(row, write) : Verdict.EXPIRED;
      if (verdict == Verdict.EXPIRED) {
        verdict = row == 0 && !write.creates() ? Verdict.SKIPPED : withIntent(row, write);
      }
      if (verdict != null) {
        return verdict;
      }
      wait = waits.pause(wait, write.blockedBy, processes, Purpose.WRITE);
    }
  }

  /** Null if the row was held, or changed. */
  private @Nullable Verdict changeNumber(int row, PreparedWrite write) {
    long word = write.key.word();
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    long held = RowWord.held(word, RowWord.HELD, intents.withoutIntent());
    if (!mayTake(row, word, write) || !RowMemory.compareAndSet(segment, base, word, held)) {
      return null;
    }
    Verdict verdict = Verdict.APPLIED; // should anything be thrown
    try {
      verdict = columns.verdict(segment, base, write);
      if (verdict == Verdict.APPLIED) {
        verdict = columns.changeNumber(segment, base, row, write);
      }
    } finally {
      letGo(segment, base, word, verdict);
    }
    return verdict;
  }

  private void letGo(MemorySegment segment, long base, long word, Verdict verdict) {
    if (verdict != Verdict.APPLIED) {
      RowMemory.setWord(segment, base, word);
      return;
    }
    RowMemory.commit(segment, base, RowWord.next(word, RowWord.LIVE));
    if (rules.evicts()) {
      RowMemory.markUsed(segment, base);
    }
  }

  private boolean mayTake(int row, long word, PreparedWrite write) {
    write.blockedBy = RowWord.owner(word);
    return mayTake(row, word);
  }

  /** Whether nobody holds the row; takes it from somebody who is gone. */
  private boolean mayTake(int row, long word) {
    if (!RowWord.isLive(word)) {
      var _ = rows.wordWithoutGone(row, processes); // it is looked at again
    }
    return RowWord.isLive(word);
  }

  /** That nothing has happened; a sum that is the same is never answered. */
  static final long NOT_ADDED = Long.MIN_VALUE;

  /**
   * Adds to a whole number of a row that is where it was known to be, and answers the sum. {@link
   * #NOT_ADDED} if it is not there, or is held, or may expire, or the sum does not fit or is just
   * that, or the column is a floating one.
   */
  long tryAdd(HotRows.Hot<?> known, int column, long summand) {
    MemorySegment segment = known.segment;
    long base = rows.base(known.row);
    long word = Memory.getAcquire(segment, base + TableLayout.WORD);
    ColumnType type = layout.type(column);
    if (!type.isInteger() || !RowWord.isLive(word) || !known.isSame(base)) {
      return NOT_ADDED;
    }
    long held = RowWord.held(word, RowWord.HELD, intents.withoutIntent());
    if (!RowMemory.compareAndSet(segment, base, word, held)) {
      return NOT_ADDED;
    }
    Verdict verdict = Verdict.APPLIED; // should anything be thrown
    long sum;
    try {
      long current = codec.readNumber(segment, base, column);
      sum = current + summand;
      boolean fits =
          ((current ^ sum) & (summand ^ sum)) >= 0
              && sum >= type.minValue()
              && sum <= type.maxValue()
              && sum != NOT_ADDED
              && RowWriter.expires(segment, base) == ExpiryTree.NEVER;
      if (fits) {
        codec.writeNumber(segment, base, column, sum);
      } else {
        verdict = Verdict.SKIPPED;
      }
    } finally {
      letGo(segment, base, word, verdict);
    }
    return verdict == Verdict.APPLIED ? sum : NOT_ADDED;
  }

  /**
   * Puts columns into a row that is where it was known to be, as {@link #tryAdd} does; the new
   * columns are made before the row is held. False as well if the row has expired.
   */
  <R> boolean tryPut(HotRows.Hot<R> known, R row, RowMapper<R> mapper, long expires) {
    long base = rows.base(known.row);
    if (!RowWord.isLive(Memory.getAcquire(known.segment, base + TableLayout.WORD))) {
      return false; // and the row is on its way to the processor's cache
    }
    Intent intent = intents.tryLease();
    if (intent == null) {
      return false;
    }
    try {
      codec.encode(mapper, row, intent);
      RowWriter.setExpires(intent.segment(), intent.asRow(), expires);
      return putColumns(known, expires, intent);
    } catch (RuntimeException | Error e) {
      intents.endAfter(e, intent);
      throw e;
    } finally {
      intent.giveBack();
    }
  }

  private boolean putColumns(HotRows.Hot<?> known, long expires, Intent intent) {
    MemorySegment segment = known.segment;
    long base = rows.base(known.row);
    long word = Memory.getAcquire(segment, base + TableLayout.WORD);
    if (!RowWord.isLive(word) || !known.isSame(base)) {
      return false;
    }
    long held = RowWord.held(word, RowWord.HELD, intent.owner());
    intent.begin(known.row, Intent.NO_PLACE);
    if (!RowMemory.compareAndSet(segment, base, word, held)) {
      intent.end();
      return false;
    }
    long current = RowWriter.expires(segment, base);
    if (columns.isOver(current)) { // the new one lives from when others saw that
      finish(segment, base, held, Verdict.EXPIRED, intent);
      return false;
    }
    columns.lower(known.row, current, expires);
    finish(segment, base, held, Verdict.APPLIED, intent);
    return true;
  }

  /** One attempt; null if something changed, or was held. */
  private @Nullable Verdict withIntent(int row, PreparedWrite write) {
    Intent intent = intents.tryLease();
    if (intent == null) {
      return null;
    }
    try {
      if (row == 0) {
        return insert(write, intent);
      }
      if (!mayTake(row, write.key.word(), write)) {
        return null;
      }
      return write.kind == PreparedWrite.Kind.REMOVE
          ? remove(row, write, intent)
          : change(row, write, intent);
    } catch (RuntimeException | Error e) {
      intents.endAfter(e, intent);
      throw e;
    } finally {
      intent.giveBack();
    }
  }

  private @Nullable Verdict change(int row, PreparedWrite write, Intent intent) {
    long word = write.key.word();
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    long held = RowWord.held(word, RowWord.HELD, intent.owner());
    intent.begin(row, Intent.NO_PLACE);
    if (!RowMemory.compareAndSet(segment, base, word, held)) {
      intent.end();
      return null;
    }
    Verdict verdict = columns.verdict(segment, base, write);
    if (verdict == Verdict.APPLIED) {
      columns.change(segment, base, intent.segment(), intent.asRow(), row, write);
    } else if (verdict == Verdict.EXPIRED) {
      verdict = columns.verdictWhenNew(write);
      if (verdict == Verdict.APPLIED) {
        columns.fill(intent.segment(), intent.asRow(), row, write);
      }
    }
    finish(segment, base, held, verdict, intent);
    return verdict;
  }

  /** Lets a held row go, with the columns of the intent if the verdict is so. */
  private void finish(MemorySegment segment, long base, long held, Verdict verdict, Intent intent) {
    if (verdict == Verdict.APPLIED) {
      // From here on the change has happened: readers take the columns from the intent.
      long moving = RowWord.held(held, RowWord.MOVING, intent.owner());
      RowMemory.setWordFirst(segment, base, moving);
      codec.copy(intent.segment(), intent.asRow(), segment, base);
    }
    letGo(segment, base, RowWord.unchanged(held), verdict);
    intent.end();
  }

  /** A change of columns that is no {@link io.zeal.spi.Write}; made while the row is held. */
  interface Change {

    /**
     * Makes new columns from those at {@code base}, or answers false if they stay. Throws nothing,
     * allocates nothing, and may be called again.
     */
    boolean make(MemorySegment segment, long base, MemorySegment to, long toBase);
  }

  /** Changes a row that never goes. */
  void change(int row, Change change) {
    Wait wait = null;
    while (true) {
      int owner = tryChange(row, change);
      if (owner == DONE) {
        return;
      }
      wait = waits.pause(wait, owner, processes, Purpose.WRITE);
    }
  }

  private static final int DONE = -1;

  /** {@link #DONE}, or who holds the row. */
  private int tryChange(int row, Change change) {
    Intent intent = intents.tryLease();
    if (intent == null) {
      return Owner.NOBODY;
    }
    try {
      long word = rows.word(row);
      if (!mayTake(row, word)) {
        return RowWord.owner(word);
      }
      MemorySegment segment = rows.segment(row);
      long base = rows.base(row);
      long held = RowWord.held(word, RowWord.HELD, intent.owner());
      intent.begin(row, Intent.NO_PLACE);
      if (!RowMemory.compareAndSet(segment, base, word, held)) {
        intent.end();
        return Owner.NOBODY;
      }
      boolean changed = change.make(segment, base, intent.segment(), intent.asRow());
      finish(segment, base, held, changed ? Verdict.APPLIED : Verdict.SKIPPED, intent);
      return DONE;
    } catch (RuntimeException | Error e) {
      intents.endAfter(e, intent);
      throw e;
    } finally {
      intent.giveBack();
    }
  }

  private @Nullable Verdict remove(int row, PreparedWrite write, Intent intent) {
    Key key = write.key;
    long held = remover.hold(row, key.word(), key.place(), intent);
    if (held == 0) {
      return null;
    }
    if (!index.has(key.place(), row)) { // it went, and came again elsewhere, before it was held
      remover.keep(row, held, intent);
      return null;
    }
    Verdict verdict = columns.verdict(rows.segment(row), rows.base(row), write);
    if (verdict == Verdict.APPLIED) {
      remover.remove(row, held, key.place(), intent);
    } else {
      remover.keep(row, held, intent);
    }
    return verdict;
  }

  private @Nullable Verdict insert(PreparedWrite write, Intent intent) {
    Verdict verdict = columns.verdictWhenNew(write);
    if (verdict != Verdict.APPLIED) {
      return verdict;
    }
    int row = supply.take(write, intent);
    if (row == Supply.FULL) {
      return insertIntoFull(write, intent);
    }
    if (row == 0) {
      return null;
    }
    fill(row, write);
    boolean inserted = false;
    int home = layout.bucketOf(write.key.hash());
    if (tryLock(home, write)) {
      long spot = Intent.NO_PLACE;
      try {
        spot = finder.find(write.key) == 0 ? spot(home, write) : Intent.NO_PLACE;
        inserted = spot != Intent.NO_PLACE;
        if (inserted) {
          link(row, spot, write.key, intent);
        }
      } finally {
        unlock(spot, home);
      }
    }
    if (!inserted) {
      rows.setWord(row, RowWord.next(rows.word(row), RowWord.FREE));
      free.freed(row);
      intent.end();
    }
    return inserted ? Verdict.APPLIED : null;
  }

  /** Everything that a row needs before it is there. */
  private void fill(int row, PreparedWrite write) {
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    int generation = Memory.getIntOpaque(segment, base + TableLayout.GENERATION);
    Memory.setIntOpaque(segment, base + TableLayout.GENERATION, generation + 1);
    rows.clearUsed(row);
    columns.fill(segment, base, row, write);
    write.key.writeTo(segment, base, layout.keyOffset());
  }

  private boolean tryLock(int bucket, PreparedWrite write) {
    int holder = index.holder(bucket);
    if (holder != Owner.NOBODY && !processes.isGone(holder)) {
      write.blockedBy = holder;
      return false;
    }
    return index.tryLock(bucket, holder, intents.withoutIntent());
  }

  /**
   * A place in a bucket that the caller has locked, or in one behind it, which is locked too then;
   * {@link Intent#NO_PLACE} if others hold all those that have a place. Allocates nothing.
   */
  private long spot(int home, PreparedWrite write) {
    int most = Math.min(layout.buckets() - 1, Index.MOST_REACH);
    for (int steps = 0; steps <= most; steps++) {
      int bucket = index.behind(home, steps);
      if (steps == 0 || tryLock(bucket, write)) {
        long spot = Intent.NO_PLACE;
        try {
          int place = index.freePlace(bucket);
          if (place >= 0) {
            index.raiseReach(home, steps);
            spot = Index.place(bucket, place);
          }
        } finally {
          if (steps != 0 && spot == Intent.NO_PLACE) {
            index.unlock(bucket);
          }
        }
        if (spot != Intent.NO_PLACE) {
          return spot;
        }
      }
    }
    return Intent.NO_PLACE;
  }

  private void unlock(long spot, int home) {
    if (spot != Intent.NO_PLACE && Index.bucket(spot) != home) {
      index.unlock(Index.bucket(spot));
    }
    index.unlock(home);
  }

  /** The row is counted before it is there, and there with its word. */
  private void link(int row, long place, Key key, Intent intent) {
    intent.setPlace(place);
    index.put(place, row, Index.tag(key.hash()));
    intent.countCome();
    RowMemory.commit(rows.segment(row), rows.base(row), RowWord.next(rows.word(row), RowWord.LIVE));
    intent.end();
  }

  /**
   * Refuses, or makes place, at a moment at which the store is full and the key is not in it. Null
   * if there was no such moment, or no row to evict. A row goes only once nothing else can fail.
   */
  private @Nullable Verdict insertIntoFull(PreparedWrite write, Intent intent) {
    Evictor.Victim victim = rules.evicts() ? evictor.choose() : null; // may take long
    int home = layout.bucketOf(write.key.hash());
    if (!tryLock(home, write)) {
      return null;
    }
    long spot = Intent.NO_PLACE;
    try {
      if (finder.find(write.key) != 0 || !supply.isFull()) {
        return null;
      }
      if (rules.evicts()) {
        spot = victim == null ? Intent.NO_PLACE : spot(home, write);
        if (victim == null || spot == Intent.NO_PLACE || !evictor.tryEvict(victim, intent)) {
          return null;
        }
        fill(victim.row(), write);
        link(victim.row(), spot, write.key, intent);
        return Verdict.APPLIED;
      }
    } finally {
      unlock(spot, home);
    }
    throw rules.full().get();
  }

  private boolean removeIfLive(int row, long word, Intent intent) {
    try {
      return remover.removeIfLive(row, word, intent);
    } catch (RuntimeException | Error e) {
      intents.endAfter(e, intent);
      throw e;
    } finally {
      intent.giveBack();
    }
  }

  /** Removes a row, unless it has gone by itself. */
  void clear(int row) {
    Wait wait = null;
    while (true) {
      long word = rows.word(row);
      if (!RowWord.isThere(word)) {
        return;
      }
      if (RowWord.isLive(word)) {
        Intent intent = intents.tryLease();
        if (intent != null && removeIfLive(row, word, intent)) {
          return;
        }
      }
      wait = waits.pause(wait, RowWord.owner(word), processes, Purpose.CLEAR);
      var _ = rows.wordWithoutGone(row, processes);
    }
  }
}
