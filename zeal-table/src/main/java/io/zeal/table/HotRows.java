package io.zeal.table;

import io.zeal.ColumnType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were used lately, on the heap: where the row of a key is, so that it need not be looked
 * for, and what was read of it, which counts as long as the row's word is the same. So a copy is
 * never older than its row, whoever changes that.
 *
 * <p>Each key has two slots, by its hash code. Slots are read and written without order: whoever
 * races loses a copy, and an object that is seen is whole.
 *
 * @param <R> the application's row
 */
final class HotRows<R> {

  /** A slot that is taken goes over to every so many'th key that asks for it. */
  private static final int PATIENCE = 8;

  /** What the rows of one store may take off the heap, if all are as long as they may be. */
  private static final long HEAP_BYTES = 32 << 20;

  private static final int MULTIPLIER = 0x9e37_79b9;

  private final @Nullable Hot<R>[] slots;
  private final int shift;
  private final boolean keepsValues;
  private int asked; // not exact

  /**
   * As many slots as may be.
   *
   * @param most how many rows, 0 for none
   * @param keepsValues whether a decoded row may be handed out again
   */
  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of objects of a generic class
  private HotRows(long most, boolean keepsValues) {
    long size = Math.max(2, Math.min(most, 1 << 30));
    this.slots = new Hot[(int) Long.highestOneBit(2 * size - 1)];
    this.shift = Integer.SIZE - Integer.numberOfTrailingZeros(slots.length);
    this.keepsValues = keepsValues && most > 0;
  }

  /**
   * One row.
   *
   * @param key its key
   * @param row its number
   * @param segment where it is
   * @param base where it begins there
   * @param generation whose row it was then
   * @param word its word when {@code value} was read, live; {@link #NO_WORD} if there is no value
   * @param expires when it expires, as long as the word is the same
   * @param value what was read of it, empty if nothing was
   */
  record Hot<R>(
      String key,
      int row,
      MemorySegment segment,
      long base,
      int generation,
      long word,
      long expires,
      Optional<R> value) {

    /** No row's word. */
    static final long NO_WORD = -1;

    /** A row whose columns were not read; its generation is that of this moment. */
    Hot(String key, int row, MemorySegment segment, long base) {
      this(
          key,
          row,
          segment,
          base,
          Memory.getIntOpaque(segment, base + TableLayout.GENERATION),
          NO_WORD,
          0,
          Optional.empty());
    }

    Hot<R> with(long newWord, long newExpires, Optional<R> newValue) {
      return new Hot<>(key, row, segment, base, generation, newWord, newExpires, newValue);
    }

    /** The row's word now. */
    long wordNow() {
      return Memory.getAcquire(segment, base + TableLayout.WORD);
    }

    /** Whether the row has not changed since its word was read. */
    boolean isStill(long then) {
      return RowReader.isStill(segment, base, then);
    }

    /** Whether the row is still that of the key, if its word is afterwards what it was before. */
    boolean isSame() {
      return Memory.getIntOpaque(segment, base + TableLayout.GENERATION) == generation;
    }
  }

  /** Those of a table: as many as are asked for, as may be there, and as the heap should bear. */
  static <R> HotRows<R> of(TableLayout layout, long most) {
    boolean hasArrays =
        layout.columns().stream().anyMatch(column -> column.type() == ColumnType.BYTES);
    long bearable = HEAP_BYTES / layout.rowBytes();
    long twice = 2 * layout.rows(); // so that few rows share a slot
    return new HotRows<>(Math.min(Math.min(most, bearable), twice), !hasArrays);
  }

  boolean keepsValues() {
    return keepsValues;
  }

  /** What is known of a key; null if nothing is. */
  @Nullable Hot<R> find(String key) {
    int slot = slot(key);
    Hot<R> hot = slots[slot];
    if (hot != null && hot.key.equals(key)) {
      return hot;
    }
    hot = slots[slot ^ 1];
    return hot != null && hot.key.equals(key) ? hot : null;
  }

  /** Keeps what was found of a key, if there is room for it. */
  void keep(Hot<R> hot) {
    int slot = slot(hot.key);
    if (mayTake(slot, hot.key)) {
      slots[slot] = hot;
    } else if (mayTake(slot ^ 1, hot.key) || ++asked % PATIENCE == 0) {
      slots[slot ^ 1] = hot;
    }
  }

  private boolean mayTake(int slot, String key) {
    Hot<R> other = slots[slot];
    return other == null || other.key.equals(key);
  }

  private int slot(String key) {
    return (key.hashCode() * MULTIPLIER) >>> shift;
  }

  /** How many there may be. */
  int most() {
    return slots.length;
  }
}
