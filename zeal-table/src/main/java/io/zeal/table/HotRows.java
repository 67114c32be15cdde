package io.zeal.table;

import io.zeal.ColumnType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Rows that were used lately, on the heap: where the row of a key is, so that it need not be looked
 * for, and what was read of it, which counts as long as the row's word is the same. So a copy is
 * never older than its row, whoever changes that.
 *
 * <p>Each key has {@value #WAYS} slots, by its hash code. Slots are read and written without order:
 * whoever races loses a copy, and an object that is seen is whole. There are none before the first
 * row is kept, and then for as many rows as the {@link HotMemory} of the backend has room for.
 *
 * @param <R> the application's row
 */
final class HotRows<R> {

  /** The slots of a key; the others than its first are beside that, in one line or two. */
  private static final int WAYS = 8;

  /** A slot that is taken goes over to every so many'th key that asks for it. */
  private static final int PATIENCE = 8;

  private static final int MULTIPLIER = 0x9e37_79b9;

  private final TableLayout layout;
  private final HotMemory memory;
  private final boolean keepsValues;
  private Slots<R> slots; // a power of two; only ever replaced as a whole
  private boolean hasAsked; // for memory
  int refused; // not exact; for tests as well
  int numbersPerKept = 8; // only tests change it

  HotRows(TableLayout layout, HotMemory memory) {
    this.layout = layout;
    this.memory = memory;
    this.slots = new Slots<>(WAYS, 0, false);
    this.keepsValues =
        layout.columns().stream().noneMatch(column -> column.type() == ColumnType.BYTES);
  }

  /**
   * One row: where it is, and what was read of it.
   *
   * @param <R> the application's row
   */
  @SuppressWarnings("NullableOptional") // what was not read is neither there nor not there
  static final class Hot<R> {

    /** No row's word. */
    private static final long NO_WORD = -1;

    private static final int NO_COLUMN = -1;

    final String key;
    final MemorySegment segment;
    final int row;

    /** Whose row it was. */
    private final int generation;

    /** The row's word when all below was read, live. */
    final long word;

    /** Whether the row never expires, as long as its word is the same. */
    final boolean isForEver;

    /** The whole row; null if it was not read. */
    final @Nullable Optional<R> value;

    private final short column;
    private final OptionalLong number;

    private Hot(
        String key,
        MemorySegment segment,
        int row,
        int generation,
        long word,
        boolean isForEver,
        @Nullable Optional<R> value,
        int column,
        OptionalLong number) {
      this.key = key;
      this.segment = segment;
      this.row = row;
      this.generation = generation;
      this.word = word;
      this.isForEver = isForEver;
      this.value = value;
      this.column = (short) column; // keepsNumber sees to that
      this.number = number;
    }

    /** A row of which nothing was read; its generation is that of this moment. */
    static <R> Hot<R> of(String key, int row, RowMemory rows) {
      MemorySegment segment = rows.segment(row);
      int generation = Memory.getIntOpaque(segment, rows.base(row) + TableLayout.GENERATION);
      return new Hot<>(
          key, segment, row, generation, NO_WORD, false, null, NO_COLUMN, OptionalLong.empty());
    }

    /** The same row, and what is known of it now. */
    private Hot(
        Hot<R> same,
        long word,
        boolean isForEver,
        @Nullable Optional<R> value,
        int column,
        OptionalLong number) {
      this(
          same.key,
          same.segment,
          same.row,
          same.generation,
          word,
          isForEver,
          value,
          column,
          number);
    }

    Hot<R> withRow(long newWord, long expires, Optional<R> newValue) {
      boolean isForEverNow = expires == ExpiryTree.NEVER;
      return newWord == word
          ? new Hot<>(this, newWord, isForEverNow, newValue, column, number)
          : new Hot<>(this, newWord, isForEverNow, newValue, NO_COLUMN, OptionalLong.empty());
    }

    /** Of a row that never expires. */
    Hot<R> withNumber(long newWord, int newColumn, OptionalLong newNumber) {
      return new Hot<>(this, newWord, true, newWord == word ? value : null, newColumn, newNumber);
    }

    /** One column that is a number, of a row that never expires; null if it was not read. */
    @Nullable OptionalLong number(int wanted) {
      return column == wanted ? number : null;
    }

    /**
     * Whether the row is still that of the key, if its word is afterwards what it was before.
     *
     * @param base where the row begins
     */
    boolean isSame(long base) {
      return Memory.getIntOpaque(segment, base + TableLayout.GENERATION) == generation;
    }
  }

  /** Whether a decoded row may be handed out again: one with an array may not. */
  boolean keepsValues() {
    return keepsValues;
  }

  /**
   * Whether a number that was read is worth keeping: every so many'th is, so that a row which
   * changes all the time costs little, and one that does not is soon there.
   */
  boolean keepsNumber(int column) {
    return column <= Short.MAX_VALUE && ThreadLocalRandom.current().nextInt(numbersPerKept) == 0;
  }

  /** What is known of a key; null if nothing is. */
  @Nullable Hot<R> find(String key) {
    Slots<R> all = slots;
    int hash = key.hashCode();
    int first = all.first(hash);
    if (all.isCrowded) {
      return all.find(key, hash, first, 0);
    }
    Hot<R> hot = all.rows[first];
    return hot == null || hot.key.equals(key) ? hot : all.find(key, hash, first, 1);
  }

  /** Keeps what was found of a key, if there is room for it. */
  void keep(Hot<R> hot) {
    if (!hasAsked) {
      makeSlots();
    }
    Slots<R> all = slots;
    int hash = hot.key.hashCode();
    int first = all.first(hash);
    int slot = all.slotOf(hot.key, hash, first);
    if (slot < 0) {
      int turn = refused++ >>> 1; // never below zero
      if (turn % PATIENCE != 0) {
        return;
      }
      slot = first ^ (turn / PATIENCE % WAYS);
      if (all.rows[slot] == null) {
        return; // there are slots, and no memory for more rows
      }
    }
    all.put(slot, hash, hot);
  }

  /**
   * The slots, and the hash code of the key in each, so that another key's row need not be looked
   * at: it is somewhere else in memory. A hash code that is not (yet) its slot's hides a row or has
   * one looked at in vain, no more.
   */
  private static final class Slots<R> {

    final @Nullable Hot<R>[] rows;
    private final int[] hashes;

    /** How many rows may be kept; no more than there are slots. */
    final int most;

    private int taken; // not exact, and no more than some off

    /** Whether most keys that are asked for may be in no slot: then no row is looked at in vain. */
    final boolean isCrowded;

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of objects of a generic class
    Slots(int length, int most, boolean isCrowded) {
      this.most = most;
      this.isCrowded = isCrowded;
      this.rows = new Hot[length];
      this.hashes = new int[length];
    }

    /** The slot at which a key is looked for first: by the upper bits, in which all others are. */
    int first(int hash) {
      int mixed = hash * MULTIPLIER;
      return (int) ((Integer.toUnsignedLong(mixed) * rows.length) >>> Integer.SIZE);
    }

    /** What is known of a key, but for the slots before {@code from}. */
    @Nullable Hot<R> find(String key, int hash, int first, int from) {
      for (int i = from; i < WAYS; i++) {
        if (hashes[first ^ i] == hash) {
          Hot<R> hot = rows[first ^ i];
          if (hot != null && hot.key.equals(key)) {
            return hot;
          }
        }
      }
      return null;
    }

    /** Where a key is, or may come; below 0 if others have its slots, or all memory. */
    int slotOf(String key, int hash, int first) {
      int free = -1;
      for (int i = 0; i < WAYS; i++) {
        int slot = first ^ i;
        Hot<R> hot = rows[slot];
        if (hot == null) {
          free = free < 0 && taken < most ? slot : free;
        } else if (hashes[slot] == hash && hot.key.equals(key)) {
          return slot;
        }
      }
      return free;
    }

    void put(int slot, int hash, Hot<R> hot) {
      if (rows[slot] == null) {
        taken++;
      }
      hashes[slot] = hash;
      rows[slot] = hot;
    }

    void clear() {
      Arrays.fill(rows, null);
      taken = 0;
    }
  }

  private void makeSlots() {
    hasAsked = true;
    int fewest = 2 * WAYS; // no store is too small for some
    long wanted = Math.max(fewest, layout.rows());
    int granted = memory.rows(this, wanted, layout.rowBytes(), fewest);
    if (granted > 0) {
      int length = Integer.highestOneBit(2 * granted - 1);
      slots = new Slots<>(length, granted, granted < wanted);
    }
  }

  /** Lets all go; they are kept again as they are used. */
  void clear() {
    slots.clear();
  }

  /** How many rows are kept now. */
  long count() {
    return Arrays.stream(slots.rows).filter(Objects::nonNull).count();
  }

  /** How many rows may be kept. */
  long most() {
    return slots.most;
  }
}
