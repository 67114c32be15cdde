package io.zeal.table;

import io.zeal.Overflow;
import io.zeal.spi.StoreSpec;
import io.zeal.table.RowWriter.Verdict;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one store, whatever class the application reads them as.
 *
 * <p>A reader takes no lock: it finds the row, copies, and counts the copy only if the row's word
 * did not change. A change of a row that is there holds that row; a row that comes or goes also
 * holds its bucket. States, order of locks and why the fences are enough: docs/synchronization.md.
 */
final class Table {

  /**
   * How often a reader copies in vain before it holds the row, so that a hot writer cannot keep it
   * out for ever.
   */
  private static final int TORN_READS = 64;

  final String name;
  final String fingerprint;
  final TableLayout layout;
  final long seed;

  // For paging and for tests, which play a writer that stopped at some step.
  final RowMemory rows;
  final BucketIndex index;
  final RowCodec codec;

  // For tests.
  final TableHeader header;
  final ExpiryTree expiry;
  final FreeRows free;
  final Sweeper sweeper;

  private final StoreSpec<?> spec;
  private final TableClock clock;
  private final Waits waits;
  private final RowRemover remover;
  private final RowSupply supply;
  private final Evictor evictor;
  private final RowWriter writer;
  private final boolean evicts;

  Table(
      Arena arena,
      StoreSpec<?> spec,
      TableLayout layout,
      TableClock clock,
      long seed,
      long timeoutNanos) {
    this.spec = spec;
    this.name = spec.name();
    this.fingerprint = spec.fingerprint();
    this.layout = layout;
    this.clock = clock;
    this.seed = seed;
    this.evicts = spec.options().overflow() == Overflow.EVICT;
    String owner = "store '" + name + "'";
    this.waits = new Waits("Store '" + name + "'", timeoutNanos);
    this.header = new TableHeader(arena, owner);
    this.rows = new RowMemory(arena, owner, layout, waits);
    this.index = new BucketIndex(arena, owner, layout, rows, waits);
    this.expiry = new ExpiryTree(arena, owner, layout);
    this.free = new FreeRows(header, rows, layout.rows());
    this.remover = new RowRemover(layout, header, rows, index);
    this.sweeper = new Sweeper(header, rows, expiry, remover, free, waits);
    this.evictor = new Evictor(header, rows, remover, layout.rows());
    this.supply = new RowSupply(layout, header, free, sweeper);
    this.codec = new RowCodec(layout);
    this.writer = new RowWriter(layout, codec, expiry);
  }

  TablePager pager() {
    return new TablePager(this, waits);
  }

  /** The time as its rows have it. */
  long now() {
    return clock.now();
  }

  /** Rows removed although they had not expired. */
  long evictions() {
    return evictor.evictions();
  }

  /** Rows removed because they had expired. */
  long expired() {
    return sweeper.expired();
  }

  /**
   * What is read of a row while its word stands still; may be called on a row that is changing, and
   * again.
   */
  interface Extract<T> {
    T from(MemorySegment segment, long base);
  }

  /**
   * Reads one row; null if there is none or it has expired. The answer is of one moment (S2), and
   * never of another key's row: the key was compared under the same word.
   */
  <T> @Nullable T read(Key key, Extract<T> extract) {
    Wait wait = null;
    for (int torn = 0; ; torn++) {
      int row = index.find(key, Purpose.READ);
      if (row == 0) {
        return null;
      }
      long expires = rows.expires(row);
      T value = copy(row, key.word(), torn, extract);
      if (value != null) {
        return isAlive(row, expires) ? value : null;
      }
      wait = waits.pause(wait, Purpose.READ);
    }
  }

  /**
   * Copies of a row whose word was {@code word} when the caller began to read it; null if it has
   * changed since. What the caller itself read of the row in between counts under the same
   * condition.
   *
   * @param torn how often the caller has tried in vain; after {@value #TORN_READS} times the row is
   *     held for the copy
   */
  <T> @Nullable T copy(int row, long word, int torn, Extract<T> extract) {
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    if (torn >= TORN_READS) {
      return copyHeld(row, word, extract);
    }
    T value = extract.from(segment, base);
    VarHandle.acquireFence();
    return Memory.getOpaque(segment, base + TableLayout.WORD) == word ? value : null;
  }

  private <T> @Nullable T copyHeld(int row, long word, Extract<T> extract) {
    if (!rows.tryLock(row, word)) {
      return null;
    }
    try {
      return extract.from(rows.segment(row), rows.base(row));
    } finally {
      rows.release(row, word);
    }
  }

  private boolean isAlive(int row, long expires) {
    if (expires != ExpiryTree.NEVER && clock.now() > expires) {
      return false;
    }
    if (evicts) {
      rows.markUsed(row);
    }
    return true;
  }

  Verdict write(PreparedWrite write) {
    if (write.kind == PreparedWrite.Kind.REMOVE) {
      return remove(write);
    }
    Wait wait = null;
    while (true) {
      int row = index.find(write.key, Purpose.WRITE);
      if (row != 0) {
        if (rows.tryLock(row, write.key.word())) {
          return change(row, write);
        }
      } else {
        Verdict verdict = write.creates() ? insert(write) : Verdict.SKIPPED;
        if (verdict != null) {
          return verdict;
        }
      }
      wait = waits.pause(wait, Purpose.WRITE);
    }
  }

  private Verdict change(int row, PreparedWrite write) {
    long word = write.key.word();
    Verdict verdict = writer.change(rows.segment(row), rows.base(row), row, write);
    rows.release(row, verdict == Verdict.APPLIED ? RowWord.committed(word) : word);
    if (evicts) {
      rows.markUsed(row);
    }
    return verdict;
  }

  /** Null if the key has to be looked for again. */
  private @Nullable Verdict insert(PreparedWrite write) {
    Verdict verdict = writer.verdictWhenNew(write);
    if (verdict != Verdict.APPLIED) {
      return verdict;
    }
    int row = supply.take(write.now);
    if (row == RowSupply.FULL) {
      return insertIntoFull(write);
    }
    return row == 0 ? null : insertInto(row, write);
  }

  /** Null if the key came meanwhile; then, as after an error, the row is free again. */
  private @Nullable Verdict insertInto(int row, PreparedWrite write) {
    int bucket = layout.bucketOf(write.key.hash());
    fill(row, write);
    boolean linked = false;
    try {
      index.lock(bucket, Purpose.WRITE);
      linked = index.findHeld(write.key) == 0;
      if (linked) {
        link(bucket, row);
      }
      index.unlock(bucket);
    } finally {
      if (!linked) {
        rows.release(row, RowWord.freed(rows.word(row)));
        free.push(row);
      }
    }
    return linked ? Verdict.APPLIED : null;
  }

  /**
   * Refuses, or makes place, at a moment at which the store is full and the key is not in it. Only
   * what cannot fail comes after the eviction. Null if there was no such moment, or no row to
   * evict.
   */
  private @Nullable Verdict insertIntoFull(PreparedWrite write) {
    int victim = evicts ? evictor.choose() : 0; // may look at many rows, so nothing is held yet
    int bucket = layout.bucketOf(write.key.hash());
    index.lock(bucket, Purpose.WRITE);
    try {
      if (!supply.isFull() || index.findHeld(write.key) != 0) {
        return null;
      }
      if (evicts) {
        if (victim == 0 || !evictor.tryEvict(victim, bucket)) {
          return null;
        }
        fill(victim, write);
        link(bucket, victim);
        return Verdict.APPLIED;
      }
    } finally {
      index.unlock(bucket);
    }
    throw spec.full();
  }

  private void fill(int row, PreparedWrite write) {
    rows.beginFilling(row);
    MemorySegment segment = rows.segment(row);
    long base = rows.base(row);
    Memory.setIntOpaque(segment, base + TableLayout.HASH, write.key.hash());
    Memory.setIntOpaque(segment, base + TableLayout.USED, 0);
    write.key.writeTo(segment, base, layout.keyOffset());
    writer.fill(segment, base, row, write);
  }

  /**
   * The row is met from here on, but read only after the count has it: who sees the row sees the
   * count.
   */
  private void link(int bucket, int row) {
    long word = index.link(bucket, row);
    header.addToCount(1);
    rows.release(row, RowWord.committed(word));
  }

  private Verdict remove(PreparedWrite write) {
    if (index.find(write.key, Purpose.WRITE) == 0) {
      return Verdict.SKIPPED;
    }
    int bucket = layout.bucketOf(write.key.hash());
    int row;
    Verdict verdict = Verdict.SKIPPED;
    index.lock(bucket, Purpose.WRITE);
    try {
      row = index.findHeld(write.key);
      if (row != 0) {
        long word = lockRow(row);
        verdict = writer.change(rows.segment(row), rows.base(row), row, write);
        if (verdict == Verdict.APPLIED) {
          remover.detachHeld(bucket, row, word);
        } else {
          rows.release(row, word);
        }
      }
    } finally {
      index.unlock(bucket);
    }
    if (verdict == Verdict.APPLIED) {
      free.push(row);
    }
    return verdict;
  }

  /**
   * Takes a row of a chain whose bucket the caller holds, so that it cannot go away; returns its
   * word.
   */
  private long lockRow(int row) {
    Wait wait = null;
    while (true) {
      long word = rows.word(row);
      if (!RowWord.isLocked(word) && rows.tryLock(row, word)) {
        return word;
      }
      wait = waits.pause(wait, Purpose.WRITE);
    }
  }

  /** Rows that have not expired. Removes those that have, so that nothing is looked at twice. */
  long count() {
    sweeper.sweep(clock.now(), Purpose.READ);
    return header.count();
  }

  /**
   * Removes every row that was committed before the call; a row filled or freed meanwhile is
   * somebody's later write. One that waits for a row or bucket in vain has removed those before it.
   */
  void clear() {
    long last = header.fresh();
    for (int row = 1; row <= last; row++) {
      if (rows.segmentOrNull(row) != null && detachIfLive(row)) {
        free.push(row);
      }
    }
  }

  private boolean detachIfLive(int row) {
    Wait wait = null;
    while (true) {
      long word = rows.word(row);
      if (!RowWord.isLive(word)) {
        return false;
      }
      if (!RowWord.isLocked(word) && remover.detach(row, word, Purpose.CLEAR)) {
        return true;
      }
      wait = waits.pause(wait, Purpose.CLEAR);
    }
  }

  long committedBytes() {
    return TableHeader.BYTES
        + index.committedBytes()
        + layout.expiryWords() * Long.BYTES
        + rows.committedBytes();
  }
}
