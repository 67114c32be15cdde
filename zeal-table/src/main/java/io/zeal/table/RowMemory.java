package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** The rows of one table by number, from 1; 0 is no row. */
final class RowMemory {

  private final ChunkedMemory chunks;

  RowMemory(ChunkedMemory chunks) {
    this.chunks = chunks;
  }

  /** The chunk that holds a row which was claimed once. */
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

  /** A row's word; that of one nobody has needed yet is free. */
  long word(int row) {
    MemorySegment segment = segmentOrNull(row);
    return segment == null ? 0 : Memory.getVolatile(segment, base(row) + TableLayout.WORD);
  }

  /**
   * A row's word; if it is held by somebody who is gone, and so had no intent for it, it is let go
   * first.
   */
  long wordWithoutGone(int row, Processes processes) {
    long word = word(row);
    if (RowWord.isHeld(word) && processes.isGone(RowWord.owner(word))) {
      var _ = compareAndSet(row, word, RowWord.next(word, RowWord.LIVE));
      return word(row);
    }
    return word;
  }

  boolean compareAndSet(int row, long expected, long next) {
    return compareAndSet(segment(row), base(row), expected, next);
  }

  /** Takes a row whose word is {@code expected}. */
  static boolean compareAndSet(MemorySegment segment, long base, long expected, long next) {
    boolean taken = Memory.compareAndSet(segment, base + TableLayout.WORD, expected, next);
    // A reader must not see a new column under the old word: the word's store comes first.
    VarHandle.storeStoreFence();
    return taken;
  }

  /** Moves a held row's word on: everything written before is seen by whoever sees {@code word}. */
  void setWord(int row, long word) {
    setWord(segment(row), base(row), word);
  }

  static void setWord(MemorySegment segment, long base, long word) {
    Memory.setRelease(segment, base + TableLayout.WORD, word);
  }

  /**
   * Lets a changed row go. Whoever did it and then reads another row sees what was there before its
   * change was seen, as if all calls were made one after the other: so this is no mere release.
   */
  static void commit(MemorySegment segment, long base, long word) {
    Memory.setVolatile(segment, base + TableLayout.WORD, word);
  }

  /**
   * Moves a held row's word on before its columns are overwritten: a reader that sees one of them
   * sees the word.
   */
  static void setWordFirst(MemorySegment segment, long base, long word) {
    Memory.setRelease(segment, base + TableLayout.WORD, word);
    VarHandle.storeStoreFence();
  }

  boolean isUsed(int row) {
    return Memory.getByteOpaque(segment(row), base(row) + TableLayout.USED) != 0;
  }

  /**
   * Marks a row as used; writes only the first time, so that readers of a hot row do not fight over
   * its line.
   */
  static void markUsed(MemorySegment segment, long base) {
    if (Memory.getByteOpaque(segment, base + TableLayout.USED) == 0) {
      Memory.setByteOpaque(segment, base + TableLayout.USED, (byte) 1);
    }
  }

  void clearUsed(int row) {
    Memory.setByteOpaque(segment(row), base(row) + TableLayout.USED, (byte) 0);
  }
}
