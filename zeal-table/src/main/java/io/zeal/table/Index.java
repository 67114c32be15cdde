package io.zeal.table;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a key's hash are: a fixed number of buckets, one cache line each, with {@value
 * #PLACES} places. A place is a byte of the hash, so that most other rows need not be looked at,
 * and a row's number.
 *
 * <p>A row keeps its place until it goes. If its bucket is full, it takes a place in one behind it,
 * and its own bucket says how far to look. Rows come under their bucket's lock, so that a key comes
 * once; they go without. Places are read without a lock: a row that is there throughout is met.
 */
final class Index {

  static final long BUCKET_BYTES = 64;

  static final int PLACES = 11;

  /** Owner of the lock, how far to look. */
  private static final long CONTROL = 0;

  private static final long TAGS = 8;
  private static final long ROWS = 20;

  private static final int REACH_SHIFT = 32;
  private static final long OWNER_MASK = (1L << Owner.BITS) - 1;

  /** How far behind its bucket a row may be. */
  static final int MOST_REACH = (1 << 16) - 1;

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long TOPS = 0x8080_8080_8080_8080L;

  private final TableLayout layout;
  private final ChunkedMemory buckets;

  Index(TableLayout layout, ChunkedMemory buckets) {
    this.layout = layout;
    this.buckets = buckets;
  }

  long committedBytes() {
    return buckets.committedBytes();
  }

  /** The memory of a bucket; null if nobody has needed it yet. */
  @Nullable MemorySegment segmentOrNull(int bucket) {
    return buckets.chunkOrNull(bucket);
  }

  /** Where a bucket begins. */
  long base(int bucket) {
    return buckets.offset(bucket);
  }

  /** How many buckets behind this one have to be looked at as well. */
  int reach(int bucket) {
    MemorySegment segment = buckets.chunkOrNull(bucket);
    return segment == null ? 0 : reach(segment, buckets.offset(bucket));
  }

  static int reach(MemorySegment segment, long base) {
    return (int) (Memory.getAcquire(segment, base + CONTROL) >>> REACH_SHIFT) & MOST_REACH;
  }

  /** The bucket {@code steps} behind another; the first follows the last. */
  int behind(int bucket, int steps) {
    long sum = (long) bucket + steps;
    return (int) (sum % layout.buckets());
  }

  /** The byte of a hash that a place has; never 0, which is no row. */
  static int tag(int hash) {
    int tag = hash & 0xff;
    return tag == 0 ? 1 : tag;
  }

  /**
   * The places of a bucket which have a tag, as a set of the bits 7, 15, 23 and so on, the first 8
   * places; those behind them are {@link #laterMatches}. May have a bit too many, never one too
   * few.
   */
  static long matches(MemorySegment segment, long base, int tag) {
    return zeros(Memory.littleEndian(Memory.getAcquire(segment, base + TAGS)) ^ tag * ONES);
  }

  static long laterMatches(MemorySegment segment, long base, int tag) {
    int tags = Memory.littleEndian(Memory.getIntAcquire(segment, base + TAGS + Long.BYTES));
    return zeros(Integer.toUnsignedLong(tags) ^ tag * ONES) & 0x80_8080L;
  }

  private static long zeros(long bytes) {
    return (bytes - ONES) & ~bytes & TOPS;
  }

  /** The first place of a set that {@link #matches} answered. */
  static int first(long matches) {
    return Long.numberOfTrailingZeros(matches) >>> 3;
  }

  /** The row in a place, 0 for none. */
  static int row(MemorySegment segment, long base, int place) {
    return Memory.getIntAcquire(segment, base + ROWS + (long) place * Integer.BYTES);
  }

  /** The tag of a place, 0 for none. */
  static int tagAt(MemorySegment segment, long base, int place) {
    return Memory.getByteAcquire(segment, base + TAGS + place) & 0xff;
  }

  /** A place of the whole index as a number. */
  static long place(int bucket, int place) {
    return ((long) bucket << 4) | place;
  }

  /** The bucket of a {@link #place}. */
  static int bucket(long place) {
    return (int) (place >>> 4);
  }

  private static int inBucket(long place) {
    return (int) (place & 15);
  }

  /** Who holds the lock of a bucket. */
  int holder(int bucket) {
    return (int) (Memory.getVolatile(buckets.require(bucket), base(bucket) + CONTROL) & OWNER_MASK);
  }

  /** Takes the lock of a bucket from {@code seen}: nobody, or an owner who is gone. */
  boolean tryLock(int bucket, int seen, int owner) {
    MemorySegment segment = buckets.require(bucket);
    long at = base(bucket) + CONTROL;
    long control = Memory.getVolatile(segment, at);
    return (control & OWNER_MASK) == seen
        && Memory.compareAndSet(segment, at, control, (control & ~OWNER_MASK) | owner);
  }

  void unlock(int bucket) {
    MemorySegment segment = buckets.chunk(bucket);
    long at = base(bucket) + CONTROL;
    Memory.setRelease(segment, at, Memory.getOpaque(segment, at) & ~OWNER_MASK);
  }

  /** Sees to it that a bucket, which the caller holds, is looked at so far behind. */
  void raiseReach(int bucket, int reach) {
    MemorySegment segment = buckets.chunk(bucket);
    long at = base(bucket) + CONTROL;
    long control = Memory.getOpaque(segment, at);
    if (((control >>> REACH_SHIFT) & MOST_REACH) < reach) {
      Memory.setVolatile(segment, at, (control & OWNER_MASK) | ((long) reach << REACH_SHIFT));
    }
  }

  /** A place of a bucket that no row has, -1 if there is none. The caller holds the bucket. */
  int freePlace(int bucket) {
    MemorySegment segment = buckets.chunk(bucket);
    long base = base(bucket);
    for (int place = 0; place < PLACES; place++) {
      if (row(segment, base, place) == 0) {
        return place;
      }
    }
    return -1;
  }

  /** Puts a row into a {@link #place}. The caller holds the bucket; it is met from here on. */
  void put(long place, int row, int tag) {
    MemorySegment segment = buckets.chunk(bucket(place));
    long base = base(bucket(place));
    Memory.setIntRelease(segment, base + ROWS + (long) inBucket(place) * Integer.BYTES, row);
    Memory.setByteRelease(segment, base + TAGS + inBucket(place), (byte) tag);
  }

  /** Whether a row is in a place, {@link #place}. */
  boolean has(long place, int row) {
    MemorySegment segment = buckets.chunkOrNull(bucket(place));
    return segment != null && row(segment, base(bucket(place)), inBucket(place)) == row;
  }

  /**
   * Takes a row out of a place, if it has it; the caller holds the row. The number goes last:
   * whoever finds none finds no tag either.
   */
  void clear(long place, int row) {
    if (place == Intent.NO_PLACE) {
      return;
    }
    if (!has(place, row)) {
      return;
    }
    MemorySegment segment = buckets.chunk(bucket(place));
    long base = base(bucket(place));
    Memory.setByteRelease(segment, base + TAGS + inBucket(place), (byte) 0);
    Memory.setIntRelease(segment, base + ROWS + (long) inBucket(place) * Integer.BYTES, 0);
  }
}
