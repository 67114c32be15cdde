package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Copies of rows, each of one moment. */
final class RowReader {

  static final int TRIES = 64;

  private final RowMemory rows;
  private final Intents intents;
  private final MemorySegment intentMemory;

  RowReader(RowMemory rows, Intents intents, TableHeader header) {
    this.rows = rows;
    this.intents = intents;
    this.intentMemory = header.segment();
  }

  /**
   * What is read of a row; may be called on a row that is changing, and again.
   *
   * @param <T> what
   */
  interface Extract<T> {
    T from(MemorySegment segment, long base);
  }

  /**
   * What was read of a row at one moment.
   *
   * @param <T> what
   */
  record Copy<T>(T value, long expires) {}

  /**
   * Copies of a row whose word was {@code word} when the caller began to read it; null if it has
   * changed since. What the caller itself read of the row in between counts under the same
   * condition.
   */
  <T> @Nullable Copy<T> copy(int row, long word, Extract<T> extract) {
    return copy(rows.segment(row), rows.base(row), word, extract);
  }

  /** As {@link #copy(int, long, Extract)}, of a row of which the place is known. */
  <T> @Nullable Copy<T> copy(MemorySegment segment, long base, long word, Extract<T> extract) {
    boolean isMoving = RowWord.isMoving(word);
    MemorySegment from = isMoving ? intentMemory : segment;
    long fromBase = isMoving ? intents.asRow(RowWord.owner(word)) : base;
    T value = extract.from(from, fromBase);
    long expires = RowWriter.expires(from, fromBase);
    return isStill(segment, base, word) ? new Copy<>(value, expires) : null;
  }

  /**
   * As {@link #copy(MemorySegment, long, long, Extract)}, for who has copied in vain {@code tries}
   * times: after {@value #TRIES} he holds the row for it, so that writers who come one after the
   * other cannot keep him out for ever. Waits for nobody.
   */
  <T> @Nullable Copy<T> copy(
      MemorySegment segment, long base, long word, Extract<T> extract, int tries) {
    if (tries < TRIES || !RowWord.isLive(word)) {
      return copy(segment, base, word, extract);
    }
    long held = RowWord.held(word, RowWord.HELD, intents.withoutIntent());
    if (!RowMemory.compareAndSet(segment, base, word, held)) {
      return null;
    }
    try {
      return new Copy<>(extract.from(segment, base), RowWriter.expires(segment, base));
    } finally {
      RowMemory.setWord(segment, base, word);
    }
  }

  /** Whether a row has not changed since its word was read; what was read before this counts. */
  static boolean isStill(MemorySegment segment, long base, long word) {
    VarHandle.acquireFence();
    return Memory.getOpaque(segment, base + TableLayout.WORD) == word;
  }
}
