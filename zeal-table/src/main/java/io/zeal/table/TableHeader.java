package io.zeal.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The numbers of one table that all its writers share, each on a cache line of its own. */
final class TableHeader {

  static final long BYTES = 320;

  private static final long COUNT = 0;
  private static final long FREE = 64;
  private static final long FRESH = 128;
  private static final long HAND = 192;
  private static final long SWEEP = 256;

  private static final long ROW_MASK = 0xffff_ffffL;
  private static final long TAG_STEP = 1L << 32;

  private final MemorySegment segment;

  TableHeader(Arena arena, String owner) {
    this.segment = ChunkedMemory.Allocation.of(arena, BYTES, 64, owner);
  }

  /**
   * Rows in chains, expired ones included. Changed while the row is held, before it becomes visible
   * or invisible.
   */
  long count() {
    return Memory.getVolatile(segment, COUNT);
  }

  void addToCount(long delta) {
    Memory.getAndAdd(segment, COUNT, delta);
  }

  /** The top of the free list with its tag; {@link #rowOf} gives the row, 0 for none. */
  long free() {
    return Memory.getVolatile(segment, FREE);
  }

  static int rowOf(long free) {
    return (int) (free & ROW_MASK);
  }

  /**
   * Replaces the top if it, tag included, is still {@code seen}; the tag moves on, so that an old
   * top cannot fit.
   */
  boolean replaceFree(long seen, int row) {
    long next = ((seen & ~ROW_MASK) + TAG_STEP) | Integer.toUnsignedLong(row);
    return Memory.compareAndSet(segment, FREE, seen, next);
  }

  /** The number of rows that were ever handed out; those above are untouched zeros. */
  long fresh() {
    return Memory.getVolatile(segment, FRESH);
  }

  boolean takeFresh(long seen) {
    return Memory.compareAndSet(segment, FRESH, seen, seen + 1);
  }

  /** Moves the evictor's hand on and returns where it was. */
  long nextHand() {
    return Memory.getAndAdd(segment, HAND, 1);
  }

  boolean tryLockSweep() {
    return Memory.compareAndSet(segment, SWEEP, 0, 1);
  }

  void unlockSweep() {
    Memory.setRelease(segment, SWEEP, 0);
  }
}
