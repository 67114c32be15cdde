package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Overflow;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;

/**
 * Where a new row comes from: the free ones, else an expired one, else, as the store's policy says,
 * one that is evicted or an error (S9). The caller holds nothing.
 */
final class RowSupply {

  private static final int EXPIRED_AT_ONCE = 16;

  private final String store;
  private final Overflow overflow;
  private final TableLayout layout;
  private final TableHeader header;
  private final BucketIndex index;
  private final FreeRows free;
  private final Sweeper sweeper;
  private final Evictor evictor;
  private final Waits waits;

  RowSupply(
      String store,
      Overflow overflow,
      TableLayout layout,
      TableHeader header,
      BucketIndex index,
      FreeRows free,
      Sweeper sweeper,
      Evictor evictor,
      Waits waits) {
    this.store = store;
    this.overflow = overflow;
    this.layout = layout;
    this.header = header;
    this.index = index;
    this.free = free;
    this.sweeper = sweeper;
    this.evictor = evictor;
    this.waits = waits;
  }

  /**
   * A free row that nobody else has; 0 if the store is full but holds {@code key} by now, which
   * then needs no row.
   */
  int take(Key key, long now) {
    Wait wait = null;
    while (true) {
      int row = free.take();
      if (row != 0 || sweeper.sweep(now, EXPIRED_AT_ONCE, Purpose.WRITE) > 0) {
        if (row != 0) {
          return row;
        }
        continue;
      }
      // Fewer rows in chains than there are: someone is filling or freeing one, and the store may
      // not be full after all.
      if (header.count() >= layout.rows()) {
        if (index.find(key, Purpose.WRITE) != 0) {
          return 0;
        }
        row = overflow == Overflow.EVICT ? evictor.evict() : 0;
        if (row != 0) {
          return row;
        }
        if (overflow == Overflow.REJECT && isFullWithout(key)) {
          throw full();
        }
      }
      wait = waits.pause(wait, Purpose.WRITE);
    }
  }

  /**
   * Whether every row is in use and none of them is the key's. Under the lock of the key's bucket,
   * since otherwise the key could come and go between the two looks.
   */
  private boolean isFullWithout(Key key) {
    int bucket = layout.bucketOf(key.hash());
    index.lock(bucket, Purpose.WRITE);
    try {
      return header.count() >= layout.rows() && index.findHeld(key) == 0;
    } finally {
      index.unlock(bucket);
    }
  }

  private CapacityException full() {
    return new CapacityException(
        ErrorCode.STORE_FULL,
        "Store '"
            + store
            + "' holds "
            + header.count()
            + " of "
            + layout.rows()
            + " rows and its overflow policy is REJECT. Nothing was changed. Remove rows, raise StoreOptions.capacity"
            + " (each row takes "
            + layout.rowBytes()
            + " bytes), or use Overflow.EVICT.");
  }
}
