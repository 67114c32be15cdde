package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.table.Waits.Purpose;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Zeroed records of one size, allocated a chunk at a time when a chunk is first needed.
 *
 * <p>{@link Arena#allocate} writes zeros and so makes the system give every page at once; a table
 * that is sized for its peak must not cost its peak on the first day. A chunk is a power of two of
 * records, at most about {@value #CHUNK_BYTES} bytes, and stays until the arena is closed; the last
 * chunk holds only what is left.
 */
final class ChunkedMemory {

  static final long CHUNK_BYTES = 1 << 20;

  /**
   * A cache line, so that a record whose size is a multiple of it never straddles one more than it
   * has to.
   */
  private static final long ALIGNMENT = 64;

  private static final VarHandle CHUNK = MethodHandles.arrayElementVarHandle(MemorySegment[].class);

  private final @Nullable Waits waits;
  private final @Nullable Arena arena;
  private final String owner;
  private final long stride;
  private final long records;
  private final int shift;
  private final long mask;
  private final @Nullable MemorySegment[] chunks; // set once each, under growing; read by acquire
  private final ReentrantLock growing = new ReentrantLock();
  private final AtomicLong committedBytes = new AtomicLong();

  ChunkedMemory(Arena arena, String owner, long records, long stride, Waits waits) {
    this.waits = waits;
    this.arena = arena;
    this.owner = owner;
    this.stride = stride;
    this.records = records;
    long perChunk = Math.max(1, Long.highestOneBit(CHUNK_BYTES / stride));
    this.shift = Long.numberOfTrailingZeros(perChunk);
    this.mask = perChunk - 1;
    this.chunks = new MemorySegment[Math.toIntExact(((records - 1) >>> shift) + 1)];
  }

  private ChunkedMemory(MemorySegment all, long stride) {
    this.waits = null;
    this.arena = null;
    this.owner = "";
    this.stride = stride;
    this.records = all.byteSize() / stride;
    this.shift = Long.SIZE - 1;
    this.mask = Long.MAX_VALUE;
    this.chunks = new MemorySegment[] {all};
    committedBytes.set(all.byteSize());
  }

  /** Records in memory that is there already, in one piece. */
  static ChunkedMemory of(MemorySegment all, long stride) {
    return new ChunkedMemory(all, stride);
  }

  long records() {
    return records;
  }

  /** What has been allocated so far. */
  long committedBytes() {
    return committedBytes.get();
  }

  /**
   * The chunk of a record; null if nobody has needed it yet, in which case the record is all zeros.
   */
  @Nullable MemorySegment chunkOrNull(long index) {
    return (MemorySegment) CHUNK.getAcquire(chunks, (int) (index >>> shift));
  }

  /** The chunk of a record that someone has {@linkplain #require required} before. */
  MemorySegment chunk(long index) {
    MemorySegment chunk = chunkOrNull(index);
    if (chunk == null) {
      throw new IllegalStateException("record " + index + " of " + owner + " was never allocated");
    }
    return chunk;
  }

  /** Where a record begins in its chunk. */
  long offset(long index) {
    return (index & mask) * stride;
  }

  /**
   * The chunk of a record, allocated if it was not yet.
   *
   * @throws CapacityException if the system has no memory left for it
   */
  MemorySegment require(long index) {
    MemorySegment chunk = chunkOrNull(index);
    return chunk != null ? chunk : allocate((int) (index >>> shift));
  }

  private MemorySegment allocate(int number) {
    Objects.requireNonNull(waits).lock(growing, Purpose.WRITE); // nobody but a write needs memory
    try {
      MemorySegment present = (MemorySegment) CHUNK.getAcquire(chunks, number);
      if (present != null) {
        return present;
      }
      long first = (long) number << shift;
      long bytes = Math.min(mask + 1, records - first) * stride;
      MemorySegment chunk = Allocation.of(Objects.requireNonNull(arena), bytes, ALIGNMENT, owner);
      committedBytes.addAndGet(bytes);
      CHUNK.setRelease(chunks, number, chunk);
      return chunk;
    } finally {
      growing.unlock();
    }
  }

  /** Allocates off-heap memory, or says what to do if there is none. */
  static final class Allocation {

    private Allocation() {}

    static MemorySegment of(Arena arena, long bytes, long alignment, String owner) {
      try {
        return arena.allocate(bytes, alignment);
      } catch (OutOfMemoryError e) {
        throw new CapacityException(
            ErrorCode.OUT_OF_SPACE,
            "Allocating "
                + bytes
                + " bytes off the heap for "
                + owner
                + ": the system gave none ("
                + e.getMessage()
                + "). Nothing was changed. Leave this process more memory, or lower zeal.table.memory.",
            e);
      }
    }
  }
}
