package io.zeal.table;

import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * Finds rows by key: a fixed number of buckets, each the head of a chain through the rows
 * themselves.
 *
 * <p>A bucket is 8 bytes: the first row in the lower half, a lock above. Chains change only under
 * that lock: a row comes in at the head, and goes out by its predecessor's link passing it over
 * while its own link stays as it was. So a reader without a lock can miss rows only if a row it
 * stands on was freed and used again elsewhere; it checks each row's word after it took the link,
 * and that the row belongs to the bucket, and else begins anew. A row that is there throughout
 * keeps its place behind those after it, hence is met.
 */
final class BucketIndex {

  static final long BUCKET_BYTES = 8;

  private static final long LOCK = 1L << 32;
  private static final long ROW_MASK = 0xffff_ffffL;

  /** How often a reader begins anew before it takes the bucket's lock. */
  static final int RESTARTS = 64;

  private final TableLayout layout;
  private final RowMemory rows;
  private final ChunkedMemory buckets;
  private final Waits waits;

  BucketIndex(Arena arena, String owner, TableLayout layout, RowMemory rows, Waits waits) {
    this.layout = layout;
    this.rows = rows;
    this.buckets = new ChunkedMemory(arena, owner, layout.buckets(), BUCKET_BYTES, waits);
    this.waits = waits;
  }

  long committedBytes() {
    return buckets.committedBytes();
  }

  /** The first row of a chain, 0 for none. */
  int head(int bucket) {
    MemorySegment segment = buckets.chunkOrNull(bucket);
    return segment == null
        ? 0
        : (int) (Memory.getAcquire(segment, buckets.offset(bucket)) & ROW_MASK);
  }

  /**
   * The row of a key, 0 if there is none; the word it was found under is left in the key. What is
   * read from the row counts only if its word is the same afterwards, and a lock on it must be
   * taken from that word.
   *
   * @throws io.zeal.OperationTimeoutException if a writer holds the row for too long
   */
  int find(Key key, Purpose purpose) {
    for (int i = 0; i < RESTARTS; i++) {
      int row = walk(key, purpose);
      if (row >= 0) {
        return row;
      }
    }
    int bucket = layout.bucketOf(key.hash());
    lock(bucket, purpose);
    try {
      return walk(key, purpose);
    } finally {
      unlock(bucket);
    }
  }

  /**
   * Walks a chain once; -1 if it changed underfoot, which it cannot while the caller holds the
   * bucket.
   */
  private int walk(Key key, Purpose purpose) {
    return walkFrom(head(layout.bucketOf(key.hash())), key, purpose);
  }

  /** As {@link #walk}, from a row whose number was read in this chain at some time. */
  int walkFrom(int first, Key key, Purpose purpose) {
    int bucket = layout.bucketOf(key.hash());
    Wait wait = null;
    int row = first;
    while (row != 0) {
      MemorySegment segment = rows.segment(row);
      long base = rows.base(row);
      long word = Memory.getAcquire(segment, base + TableLayout.WORD);
      if (!RowWord.isLive(word)) {
        return -1;
      }
      int hash = Memory.getIntOpaque(segment, base + TableLayout.HASH);
      if (hash == key.hash()) {
        if (RowWord.isLocked(word)) {
          wait = waits.pause(wait, purpose);
          continue;
        }
        if (key.matches(segment, base, layout.keyOffset())) {
          key.foundUnder(word);
          return row;
        }
      }
      int next = Memory.getIntAcquire(segment, base + TableLayout.NEXT);
      VarHandle.loadLoadFence();
      if (Memory.getOpaque(segment, base + TableLayout.WORD) != word) {
        wait = waits.pause(wait, purpose);
        continue;
      }
      if (layout.bucketOf(hash) != bucket) {
        return -1;
      }
      row = next;
    }
    return 0;
  }

  /** The row of a key in a chain whose bucket the caller holds, 0 if there is none. */
  int findHeld(Key key) {
    int row = head(layout.bucketOf(key.hash()));
    while (row != 0) {
      if (rows.hash(row) == key.hash()
          && key.matches(rows.segment(row), rows.base(row), layout.keyOffset())) {
        return row;
      }
      row = rows.next(row);
    }
    return 0;
  }

  /** Takes a bucket. Order of locks: sweep, bucket, row; who holds one only tries for another. */
  void lock(int bucket, Purpose purpose) {
    MemorySegment segment = buckets.require(bucket);
    long at = buckets.offset(bucket);
    Wait wait = null;
    while (!tryLock(segment, at)) {
      wait = waits.pause(wait, purpose);
    }
  }

  /** Takes a bucket unless somebody holds it. */
  boolean tryLock(int bucket) {
    return tryLock(buckets.require(bucket), buckets.offset(bucket));
  }

  private static boolean tryLock(MemorySegment segment, long at) {
    long word = Memory.getVolatile(segment, at);
    return (word & LOCK) == 0 && Memory.compareAndSet(segment, at, word, word | LOCK);
  }

  void unlock(int bucket) {
    MemorySegment segment = buckets.chunk(bucket);
    long at = buckets.offset(bucket);
    Memory.setRelease(segment, at, Memory.getOpaque(segment, at) & ROW_MASK);
  }

  /**
   * Puts a row that the caller has filled at the head of the chain of a bucket that the caller
   * holds, and returns the row's word; it stays held.
   */
  long link(int bucket, int row) {
    long word = announce(bucket, row);
    setHead(bucket, row);
    return word;
  }

  /**
   * Makes a row one of a chain, before the head leads to it. A reader may stand on it already: one
   * that read its number when it was in this chain before, and believes its link as soon as the
   * word says that it is live. So the link comes first.
   */
  long announce(int bucket, int row) {
    long word = RowWord.linking(rows.word(row));
    rows.setNext(row, head(bucket));
    rows.release(row, word);
    return word;
  }

  /**
   * Takes a row out of the chain of a bucket that the caller holds; the row's own link stays for
   * those who stand on it.
   */
  void unlink(int bucket, int row) {
    int next = rows.next(row);
    int before = head(bucket);
    if (before == row) {
      setHead(bucket, next);
      return;
    }
    while (rows.next(before) != row) {
      before = rows.next(before);
    }
    rows.setNext(before, next);
  }

  private void setHead(int bucket, int row) {
    Memory.setRelease(
        buckets.chunk(bucket), buckets.offset(bucket), LOCK | Integer.toUnsignedLong(row));
  }
}
