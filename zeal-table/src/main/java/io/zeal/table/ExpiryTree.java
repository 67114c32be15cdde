package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * A lower bound of when anything expires, for each block of {@value #FANOUT} rows, each block of
 * blocks, and so on up to one word for the table. Exact counting needs it: one look at the
 * uppermost word says that nothing is due, and otherwise the way down leads to what is.
 *
 * <p>Invariant: a word is not above the expiry of any committed row below it. It may be below (a
 * row was removed or renewed); a sweep that comes by then raises it. A writer that gives a row an
 * expiry lowers the words while it holds the row, before it commits. A sweep marks a word as being
 * raised, looks at everything below, and raises it only if the mark is still there; a writer that
 * passes a marked word takes the mark away. Whichever of the two comes second sees the other: the
 * writer takes its row before it looks at the word, the sweep marks the word before it looks at the
 * row, and all four are volatile accesses. One sweep at a time raises, or a mark could be taken for
 * another's.
 *
 * <p>There are no links, so nothing can be half-linked; a word that is too low costs one visit and
 * is never wrong. Cost: a write that does not lower anything reads one word for each level; a sweep
 * visits a block once for each write that made it due.
 */
final class ExpiryTree {

  static final int FANOUT = 64;

  /** No row below expires. */
  static final long NEVER = Long.MAX_VALUE;

  private static final long RAISING = Long.MIN_VALUE;

  private final MemorySegment segment;
  private final long start;
  private final long words;
  private final long[] levelStart;
  private final long[] levelSize;

  /**
   * That of a table.
   *
   * @param start where its words begin
   */
  ExpiryTree(MemorySegment segment, long start, TableLayout layout) {
    this.segment = segment;
    this.start = start;
    this.words = layout.expiryWords();
    List<Long> sizes = new ArrayList<>();
    long size = layout.rows();
    do {
      size = (size + FANOUT - 1) / FANOUT;
      sizes.add(size);
    } while (size > 1);
    this.levelSize = sizes.stream().mapToLong(Long::longValue).toArray();
    this.levelStart = new long[levelSize.length];
    for (int level = 1; level < levelSize.length; level++) {
      levelStart[level] = levelStart[level - 1] + levelSize[level - 1];
    }
  }

  /** Makes it the tree of a table without rows. */
  void clear() {
    for (long i = 0; i < words; i++) {
      Memory.setVolatile(segment, start + i * Long.BYTES, NEVER);
    }
  }

  int levels() {
    return levelSize.length;
  }

  long size(int level) {
    return levelSize[level];
  }

  /** Whether a row may have expired. */
  boolean isDue(long now) {
    return now > earliest(levels() - 1, 0);
  }

  /** A lower bound for what is below a word. */
  long earliest(int level, long index) {
    return Memory.getVolatile(segment, at(level, index)) & ~RAISING;
  }

  /** Makes the bounds above a row hold for {@code expires}; the caller holds the row. */
  void lower(int row, long expires) {
    if (expires == NEVER) {
      return;
    }
    long index = row - 1L;
    for (int level = 0; level < levelSize.length; level++) {
      index /= FANOUT;
      lowerWord(at(level, index), expires);
    }
  }

  private void lowerWord(long at, long expires) {
    while (true) {
      long word = Memory.getVolatile(segment, at);
      if (word >= 0 && word <= expires) {
        return;
      }
      long lowered = Math.min(word & ~RAISING, expires);
      if (Memory.compareAndSet(segment, at, word, lowered)) {
        return;
      }
    }
  }

  /** Marks a word as being raised and returns its bound. */
  long beginRaising(int level, long index) {
    long at = at(level, index);
    while (true) {
      long word = Memory.getVolatile(segment, at);
      if (Memory.compareAndSet(segment, at, word, word | RAISING)) {
        return word & ~RAISING;
      }
    }
  }

  /**
   * Raises a word from {@code bound} to {@code raised}, unless a writer came by since it was
   * marked.
   */
  void endRaising(int level, long index, long bound, long raised) {
    Memory.compareAndSet(segment, at(level, index), bound | RAISING, raised);
  }

  private long at(int level, long index) {
    return start + (levelStart[level] + index) * Long.BYTES;
  }
}
