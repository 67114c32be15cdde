package io.zeal.table;

import io.zeal.table.Waits.Purpose;

/** Takes rows out of their chains when it is not their writer who removes them. */
final class RowRemover {

  private final TableLayout layout;
  private final TableHeader header;
  private final RowMemory rows;
  private final BucketIndex index;

  RowRemover(TableLayout layout, TableHeader header, RowMemory rows, BucketIndex index) {
    this.layout = layout;
    this.header = header;
    this.rows = rows;
    this.index = index;
  }

  /**
   * Takes a row out if its word is still {@code seen}: live and not held. Afterwards it is free and
   * the caller's.
   *
   * @param purpose what the caller does, should it wait for the bucket in vain
   * @return whether it was taken out
   */
  boolean detach(int row, long seen, Purpose purpose) {
    // May belong to another row by now; then the word has changed as well and the lock below fails.
    int bucket = layout.bucketOf(rows.hash(row));
    if (rows.word(row) != seen) {
      return false;
    }
    index.lock(bucket, purpose);
    try {
      return detachFrom(bucket, row, seen);
    } finally {
      index.unlock(bucket);
    }
  }

  /**
   * As {@link #detach}, for a caller who holds a bucket already: that of the row, or another, and
   * then the row's is only tried for, so that nobody waits in a circle.
   */
  boolean tryDetach(int row, long seen, int held) {
    int bucket = layout.bucketOf(rows.hash(row));
    if (bucket == held) {
      return detachFrom(bucket, row, seen);
    }
    if (rows.word(row) != seen || !index.tryLock(bucket)) {
      return false;
    }
    try {
      return detachFrom(bucket, row, seen);
    } finally {
      index.unlock(bucket);
    }
  }

  private boolean detachFrom(int bucket, int row, long seen) {
    if (!rows.tryLock(row, seen)) {
      return false;
    }
    detachHeld(bucket, row, seen);
    return true;
  }

  /** Takes out a row whose bucket the caller holds, and which it took from {@code word}. */
  void detachHeld(int bucket, int row, long word) {
    header.addToCount(-1);
    index.unlink(bucket, row);
    rows.release(row, RowWord.freed(word));
  }
}
