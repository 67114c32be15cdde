package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.table.RowWriter.Verdict;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Supplier;

/**
 * The rows of one store, whatever class the application reads them as.
 *
 * <p>A reader takes no lock and waits for nobody: it finds the row, copies its columns from where
 * the row's word says they are, and counts the copy only if the word did not change. A change holds
 * its row; a row that comes also holds its bucket. States, and why the fences are enough:
 * docs/synchronization.md.
 */
final class Table {

  /** How often rows are counted that others remove at the same time. */
  private static final int COUNTS = 8;

  final String name;
  final TableLayout layout;
  final long seed;

  // For paging, for recovery, and for tests, which play a writer that stopped at some step.
  final TableMemory memory;
  final TableHeader header;
  final RowMemory rows;
  final Index index;
  final Finder finder;
  final RowCodec codec;
  final ExpiryTree expiry;
  final FreeRows free;
  final Intents intents;
  final RowReader reader;
  final Sweeper sweeper;

  private final TableClock clock;
  final TableWriter writer;
  private final Evictor evictor;
  final boolean evicts;

  Table(TableMemory memory, Rules rules, TableClock clock, Waits waits) {
    this.memory = memory;
    this.name = rules.name();
    this.layout = memory.layout;
    this.seed = memory.seed;
    this.clock = clock;
    this.evicts = rules.evicts();
    this.header = memory.header;
    this.rows = memory.rows;
    this.index = memory.index;
    this.codec = memory.codec;
    this.expiry = memory.expiry;
    this.free = memory.free;
    this.finder = new Finder(layout, index, rows, codec, seed);
    this.intents = memory.intents;
    this.reader = new RowReader(rows, intents, header);
    Remover remover = new Remover(rows, index, free, finder);
    this.sweeper = new Sweeper(memory, reader, remover, intents);
    this.evictor = new Evictor(memory, remover, finder);
    RowWriter columns = new RowWriter(layout, codec, expiry, header);
    Supply supply = new Supply(memory, sweeper, evicts);
    this.writer =
        new TableWriter(memory, rules, finder, columns, remover, supply, evictor, intents, waits);
  }

  /**
   * What a store wants of its table.
   *
   * @param name what to call it in messages
   * @param evicts whether it makes place once it is full
   * @param full what to throw if it does not
   */
  record Rules(String name, boolean evicts, Supplier<CapacityException> full) {}

  /** The time as its rows have it. */
  long now() {
    return header.raiseClock(clock.now());
  }

  /** Rows removed although they had not expired. */
  long evictions() {
    return evictor.evictions();
  }

  /** Rows removed because they had expired. */
  long expired() {
    return sweeper.expired();
  }

  /** Whether a row that expires then is there; one that is was used. */
  boolean isAlive(MemorySegment segment, long base, long expires) {
    if (isOver(expires)) {
      return false;
    }
    use(segment, base);
    return true;
  }

  /** Whether a row that expires then has expired. */
  boolean isOver(long expires) {
    return expires != ExpiryTree.NEVER && now() > expires;
  }

  /** Says that a row was used, if that counts for anything. */
  void use(MemorySegment segment, long base) {
    if (evicts) {
      RowMemory.markUsed(segment, base);
    }
  }

  Verdict write(PreparedWrite write) {
    return writer.write(write);
  }

  /** Changes a row that never goes. */
  void change(int row, TableWriter.Change change) {
    writer.change(row, change);
  }

  /** The row of a key, 0 if there is none. */
  int find(Key key) {
    return finder.find(key);
  }

  /**
   * Rows that have not expired. Removes those that have, so that nothing is looked at twice; those
   * that somebody holds are left out.
   */
  long count() {
    intents.endStanding(rows, memory.processes);
    long count = 0;
    for (int i = 0; i < COUNTS; i++) {
      List<Sweeper.Left> left = sweeper.sweep(now());
      count = intents.count();
      boolean isSettled = true;
      for (Sweeper.Left row : left) {
        boolean isCounted = row.isStill(rows) && !intents.hasCountedGone(row.owner());
        isSettled &= isCounted;
        count -= isCounted ? 1 : 0;
      }
      if (isSettled) {
        break;
      }
    }
    return Math.max(0, count);
  }

  /**
   * Removes every row that was there before the call; a row that comes or goes meanwhile is
   * somebody's later write. One that waits for a row in vain has removed those before it.
   */
  void clear() {
    for (int bucket = 0; bucket < layout.buckets(); bucket++) {
      MemorySegment segment = index.segmentOrNull(bucket);
      for (int place = 0; segment != null && place < Index.PLACES; place++) {
        int row = Index.row(segment, index.base(bucket), place);
        if (row != 0) {
          writer.clear(row);
        }
      }
    }
  }

  TablePager pager() {
    return new TablePager(this);
  }

  long committedBytes() {
    return memory.committedBytes();
  }
}
