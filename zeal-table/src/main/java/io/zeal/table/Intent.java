package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one change is about to do, in shared memory, so that whoever finds it unfinished can end it:
 * the row, the place in the index, what the count was, and the row's new columns. Used by one
 * thread at a time.
 *
 * <p>It counts the rows that came and those that went through it; all intents together are the
 * table's count.
 */
final class Intent {

  /** The row, 0 if nothing is going on; 8 bytes. */
  private static final long ROW = 0;

  /** The place in the index, {@link #NO_PLACE} for none; 8 bytes. */
  private static final long PLACE = 8;

  /** How many rows had come when the change began; 8 bytes. */
  private static final long COME_BEFORE = 16;

  /** How many rows had gone when the change began; 8 bytes. */
  private static final long GONE_BEFORE = 24;

  /** The new columns. */
  static final long COLUMNS = 32;

  static final long NO_PLACE = -1;

  private static final VarHandle BUSY;

  static {
    try {
      BUSY = MethodHandles.lookup().findVarHandle(Intent.class, "busy", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final MemorySegment segment;
  private final long base;
  private final long come;
  private final long gone;
  private final int owner;
  private final @Nullable MemorySegment[] rooms; // of texts, as they are used

  @SuppressWarnings("unused") // through BUSY
  private volatile boolean busy;

  Intent(MemorySegment segment, long base, long come, long gone, int owner, int columns) {
    this.segment = segment;
    this.base = base;
    this.come = come;
    this.gone = gone;
    this.owner = owner;
    this.rooms = new MemorySegment[columns];
  }

  /** Takes the intent for a change. */
  boolean tryLease() {
    return !(boolean) BUSY.getAcquire(this) && BUSY.compareAndSet(this, false, true);
  }

  void giveBack() {
    BUSY.setRelease(this, false);
  }

  int owner() {
    return owner;
  }

  MemorySegment segment() {
    return segment;
  }

  /** Where a row would begin whose columns are the intent's. */
  long asRow() {
    return base + COLUMNS - TableLayout.EXPIRES;
  }

  /** Where a text of the new columns goes, and some bytes behind it; the same object each time. */
  MemorySegment room(int column, TableLayout layout) {
    MemorySegment room = rooms[column];
    if (room == null) {
      long bytes = layout.maxBytes(column) + RowCodec.SLACK;
      room = segment.asSlice(asRow() + layout.offset(column), bytes);
      rooms[column] = room;
    }
    return room;
  }

  /** Says that a row is about to change; comes before anything is done to it. */
  void begin(int row, long place) {
    Memory.setOpaque(segment, base + PLACE, place);
    Memory.setOpaque(segment, base + COME_BEFORE, Memory.getOpaque(segment, come));
    Memory.setOpaque(segment, base + GONE_BEFORE, Memory.getOpaque(segment, gone));
    Memory.setRelease(segment, base + ROW, row);
  }

  /** Says where a row is about to be put. */
  void setPlace(long place) {
    Memory.setRelease(segment, base + PLACE, place);
  }

  /** Nothing is going on any more. */
  void end() {
    Memory.setRelease(segment, base + ROW, 0);
  }

  int row() {
    return rowAt(segment, base);
  }

  /** The row of an intent that begins at {@code base}, which may be somebody else's. */
  static int rowAt(MemorySegment segment, long base) {
    return (int) Memory.getVolatile(segment, base + ROW);
  }

  long place() {
    return Memory.getAcquire(segment, base + PLACE);
  }

  /** Counts a row that is about to be there. */
  void countCome() {
    Memory.setRelease(segment, come, Memory.getOpaque(segment, base + COME_BEFORE) + 1);
  }

  /** Counts a row that is about to be gone. */
  void countGone() {
    Memory.setRelease(segment, gone, Memory.getOpaque(segment, base + GONE_BEFORE) + 1);
  }

  /** Whether the row of this change is counted as come already. */
  boolean hasCountedCome() {
    return Memory.getVolatile(segment, come) != Memory.getVolatile(segment, base + COME_BEFORE);
  }

  /** Whether the row of this change is counted as gone already. */
  boolean hasCountedGone() {
    return Memory.getVolatile(segment, gone) != Memory.getVolatile(segment, base + GONE_BEFORE);
  }

  /** Counts neither: the change did not happen. */
  void uncount() {
    Memory.setRelease(segment, come, Memory.getAcquire(segment, base + COME_BEFORE));
    Memory.setRelease(segment, gone, Memory.getAcquire(segment, base + GONE_BEFORE));
  }
}
