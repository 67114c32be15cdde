package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/** Copies of rows, each of one moment. */
final class RowReader {

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
    boolean isMoving = RowWord.isMoving(word);
    MemorySegment segment = isMoving ? intentMemory : rows.segment(row);
    long base = isMoving ? intents.asRow(RowWord.owner(word)) : rows.base(row);
    T value = extract.from(segment, base);
    long expires = RowWriter.expires(segment, base);
    return isStill(row, word) ? new Copy<>(value, expires) : null;
  }

  /** Whether a row has not changed since its word was read; what was read before this counts. */
  boolean isStill(int row, long word) {
    VarHandle.acquireFence();
    return Memory.getOpaque(rows.segment(row), rows.base(row) + TableLayout.WORD) == word;
  }
}
