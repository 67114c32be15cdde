package io.zeal.table;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The rows of one table by number, from 1; 0 is no row. */
final class RowMemory {

  private final ChunkedMemory chunks;

  RowMemory(Arena arena, String owner, TableLayout layout, Waits waits) {
    this.chunks = new ChunkedMemory(arena, owner, layout.rows(), layout.rowBytes(), waits);
  }

  /** The chunk that holds a row which was handed out. */
  MemorySegment segment(int row) {
    return chunks.chunk(row - 1L);
  }

  /** The chunk that holds a row; null if nobody has needed it yet. */
  @Nullable MemorySegment segmentOrNull(int row) {
    return chunks.chunkOrNull(row - 1L);
  }

  /** Sees to it that the row has memory. */
  void require(int row) {
    chunks.require(row - 1L);
  }

  /** Where the row begins in its chunk. */
  long base(int row) {
    return chunks.offset(row - 1L);
  }

  long committedBytes() {
    return chunks.committedBytes();
  }

  long word(int row) {
    return Memory.getVolatile(segment(row), base(row) + TableLayout.WORD);
  }

  /** Takes the row if its word is still {@code seen}, which must not be locked. */
  boolean tryLock(int row, long seen) {
    boolean taken =
        Memory.compareAndSet(
            segment(row), base(row) + TableLayout.WORD, seen, RowWord.locked(seen));
    // A reader must not see a new column under the old word: the word's store comes first.
    VarHandle.storeStoreFence();
    return taken;
  }

  /** Lets the row go: everything written before is seen by whoever sees {@code word}. */
  void release(int row, long word) {
    Memory.setRelease(segment(row), base(row) + TableLayout.WORD, word);
  }

  /** Takes a free row for filling. */
  void beginFilling(int row) {
    MemorySegment segment = segment(row);
    long at = base(row) + TableLayout.WORD;
    Memory.setVolatile(segment, at, RowWord.locked(Memory.getVolatile(segment, at)));
    VarHandle.storeStoreFence();
  }

  int hash(int row) {
    return Memory.getIntOpaque(segment(row), base(row) + TableLayout.HASH);
  }

  int next(int row) {
    return Memory.getIntAcquire(segment(row), base(row) + TableLayout.NEXT);
  }

  void setNext(int row, int next) {
    Memory.setIntRelease(segment(row), base(row) + TableLayout.NEXT, next);
  }

  long expires(int row) {
    return Memory.getOpaque(segment(row), base(row) + TableLayout.EXPIRES);
  }

  boolean isUsed(int row) {
    return Memory.getIntOpaque(segment(row), base(row) + TableLayout.USED) != 0;
  }

  /**
   * Marks a row as used; writes only the first time, so that readers of a hot row do not fight over
   * its line.
   */
  void markUsed(int row) {
    if (!isUsed(row)) {
      Memory.setIntOpaque(segment(row), base(row) + TableLayout.USED, 1);
    }
  }

  void clearUsed(int row) {
    Memory.setIntOpaque(segment(row), base(row) + TableLayout.USED, 0);
  }
}
