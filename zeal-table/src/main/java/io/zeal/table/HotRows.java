package io.zeal.table;

import io.zeal.ColumnType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were used lately, on the heap: where the row of a key is, so that it need not be looked
 * for, and what was read of it, which counts as long as the row's word is the same. So a copy is
 * never older than its row, whoever changes that.
 *
 * <p>Each key has {@value #WAYS} slots, by its hash code. Slots are read and written without order:
 * whoever races loses a copy, and an object that is seen is whole. There are none before the first
 * row is kept, and then as many as the {@link HotMemory} of the backend has room for.
 *
 * @param <R> the application's row
 */
final class HotRows<R> {

  /** The slots of a key: their references share a line of the processor's cache. */
  private static final int WAYS = 2;

  /** A slot that is taken goes over to every so many'th key that asks for it. */
  private static final int PATIENCE = 8;

  private static final int MULTIPLIER = 0x9e37_79b9;

  private final TableLayout layout;
  private final HotMemory memory;
  private final boolean keepsValues;
  private @Nullable Hot<R>[] slots; // a power of two; only ever replaced as a whole
  private boolean hasAsked; // for memory
  int refused; // not exact; for tests as well

  HotRows(TableLayout layout, HotMemory memory) {
    this.layout = layout;
    this.memory = memory;
    this.slots = noSlots(WAYS);
    this.keepsValues =
        layout.columns().stream().noneMatch(column -> column.type() == ColumnType.BYTES);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of objects of a generic class
  private static <R> @Nullable Hot<R>[] noSlots(int length) {
    return new Hot[length];
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

    /** Whether it may be that of a key with this hash code. */
    private boolean mayBe(int hash) {
      return key.hashCode() == hash;
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

  /** Whether a decoded row may be handed out again: one with an array may not. */
  boolean keepsValues() {
    return keepsValues;
  }

  /** What is known of a key; null if nothing is. */
  @Nullable Hot<R> find(String key) {
    @Nullable Hot<R>[] all = slots;
    int hash = key.hashCode();
    int first = first(hash, all.length);
    Hot<R> hot = all[first];
    if (hot == null || !hot.mayBe(hash)) {
      hot = all[first + 1];
    }
    return hot != null && hot.key.equals(key) ? hot : null;
  }

  /** The first slot of a key: by the upper bits, in which all of its hash code are. */
  private static int first(int hash, int length) {
    int mixed = hash * MULTIPLIER;
    return (int) ((Integer.toUnsignedLong(mixed) * length) >>> Integer.SIZE) & -WAYS;
  }

  /** Keeps what was found of a key, if there is room for it. */
  void keep(Hot<R> hot) {
    if (!hasAsked) {
      makeSlots();
    }
    @Nullable Hot<R>[] all = slots;
    if (all.length == WAYS) {
      return; // there was no memory
    }
    int first = first(hot.key.hashCode(), all.length);
    for (int slot = first; slot < first + WAYS; slot++) {
      Hot<R> other = all[slot];
      if (other == null || other.key.equals(hot.key)) {
        all[slot] = hot;
        return;
      }
    }
    int turn = refused++ >>> 1; // never below zero
    if (turn % PATIENCE == 0) {
      all[first + turn / PATIENCE % WAYS] = hot;
    }
  }

  private void makeSlots() {
    hasAsked = true;
    long wanted = Long.highestOneBit(4 * layout.rows() - 1); // few rows share their slots
    int granted = memory.slots(this, wanted, layout.rowBytes());
    if (granted > WAYS) {
      slots = noSlots(granted);
    }
  }

  /** Lets all go; they are kept again as they are used. */
  void clear() {
    Arrays.fill(slots, null);
  }

  /** How many rows are kept now. */
  long count() {
    return Arrays.stream(slots).filter(Objects::nonNull).count();
  }

  /** How many rows may be kept. */
  long most() {
    return slots.length == WAYS ? 0 : slots.length;
  }
}
