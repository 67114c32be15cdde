package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.Overflow;
import io.zeal.spi.StoreSpec;
import io.zeal.table.Waits.Purpose;

/**
 * Where a new row comes from: the free ones, else an expired one, else, as the store's policy says,
 * one that is evicted or an error (S9).
 */
final class RowSupply {

  private static final int EXPIRED_AT_ONCE = 16;

  private final StoreSpec<?> spec;
  private final TableLayout layout;
  private final TableHeader header;
  private final BucketIndex index;
  private final FreeRows free;
  private final Sweeper sweeper;
  private final Evictor evictor;

  RowSupply(
      StoreSpec<?> spec,
      TableLayout layout,
      TableHeader header,
      BucketIndex index,
      FreeRows free,
      Sweeper sweeper,
      Evictor evictor) {
    this.spec = spec;
    this.layout = layout;
    this.header = header;
    this.index = index;
    this.free = free;
    this.sweeper = sweeper;
    this.evictor = evictor;
  }

  /**
   * A row for a key that had none; 0 if the caller has to look for the key again: it may have come,
   * or somebody is about to free a row. The caller holds nothing.
   *
   * @throws CapacityException if the store is full without the key, and rejects
   */
  int take(Key key, long now) {
    int row = free.take();
    if (row != 0) {
      return row;
    }
    boolean mayHaveMore = sweeper.trySweep(now, EXPIRED_AT_ONCE, Purpose.WRITE);
    row = free.take();
    // Somebody else is sweeping, or took what was swept; or there are fewer rows in chains than
    // there are, so someone is filling or freeing one: the store may not be full after all.
    if (row != 0 || mayHaveMore || !isFull()) {
      return row;
    }
    return spec.options().overflow() == Overflow.EVICT ? evict(key) : reject(key);
  }

  private boolean isFull() {
    return header.count() >= layout.rows();
  }

  /** Looks for the key once more after the store was seen full: it may be what made it full. */
  private int evict(Key key) {
    return index.find(key, Purpose.WRITE) == 0 ? evictor.evict() : 0;
  }

  /**
   * Makes sure that there is a moment at which the store is full and the key is not in it: that of
   * the refusal.
   */
  private int reject(Key key) {
    int bucket = layout.bucketOf(key.hash());
    boolean full;
    index.lock(bucket, Purpose.WRITE);
    try {
      full = index.findHeld(key) == 0 && isFull();
    } finally {
      index.unlock(bucket);
    }
    if (full) {
      throw spec.full();
    }
    return 0;
  }
}
