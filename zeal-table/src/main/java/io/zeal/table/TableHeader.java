package io.zeal.table;

import java.lang.foreign.MemorySegment;

/**
 * The numbers of one table that all its writers share, each on a cache line of its own, and the
 * cells of its count. In front of them is what identifies a file ({@link TableFile}).
 */
final class TableHeader {

  /** Where the identification of a file ends. */
  static final long IDENTITY_BYTES = 128;

  private static final long CLOCK = IDENTITY_BYTES;
  private static final long HAND = CLOCK + 64;
  private static final long SWEEP = HAND + 64;
  private static final long FREED = SWEEP + 64;
  private static final long LAST_PROCESS = FREED + 64;
  private static final long PLACES = LAST_PROCESS + 64;

  /** In a process's place, the cells of its intents; before that, who it is. */
  private static final long CELLS = 64;

  private static final long PLACE_BYTES = CELLS + 2 * Owner.INTENTS * Long.BYTES;

  private final MemorySegment segment;

  TableHeader(MemorySegment segment) {
    this.segment = segment;
  }

  /** How long the header is. */
  static long bytes(int processes) {
    return PLACES + processes * PLACE_BYTES;
  }

  /** Where a process's place begins. */
  static long place(int process) {
    return PLACES + process * PLACE_BYTES;
  }

  /** Where it is counted how many rows came through an intent: behind its process's own numbers. */
  static long comeCell(int process, int intent) {
    return place(process) + CELLS + (long) intent * Long.BYTES;
  }

  /** Where it is counted how many rows went through an intent. */
  static long goneCell(int process, int intent) {
    return comeCell(process, Owner.INTENTS + intent);
  }

  MemorySegment segment() {
    return segment;
  }

  /** The highest time that anybody has seen. */
  long clock() {
    return Memory.getVolatile(segment, CLOCK);
  }

  /** Moves the clock's highest time on if {@code now} is later, and returns it. */
  long raiseClock(long now) {
    while (true) {
      long highest = Memory.getVolatile(segment, CLOCK);
      if (now <= highest) {
        return highest;
      }
      if (Memory.compareAndSet(segment, CLOCK, highest, now)) {
        return now;
      }
    }
  }

  /** Moves the evictor's hand on and returns where it was. */
  long nextHand() {
    return Memory.getAndAdd(segment, HAND, 1);
  }

  /** Who sweeps, {@link Owner#NOBODY} if nobody does. */
  int sweeper() {
    return (int) Memory.getVolatile(segment, SWEEP);
  }

  /** Takes the sweep from whom {@link #sweeper} named. */
  boolean trySweep(int seen, int owner) {
    return Memory.compareAndSet(segment, SWEEP, seen, owner);
  }

  void endSweep() {
    Memory.setRelease(segment, SWEEP, Owner.NOBODY);
  }

  /** The word of the free rows in which one was freed lately; only a hint. */
  long freed() {
    return Memory.getOpaque(segment, FREED);
  }

  void setFreed(long word) {
    if (Memory.getOpaque(segment, FREED) != word) {
      Memory.setOpaque(segment, FREED, word);
    }
  }

  /** The highest place that a process ever took. */
  int lastProcess() {
    return (int) Memory.getVolatile(segment, LAST_PROCESS);
  }

  void raiseLastProcess(int process) {
    while (true) {
      long last = Memory.getVolatile(segment, LAST_PROCESS);
      if (process <= last || Memory.compareAndSet(segment, LAST_PROCESS, last, process)) {
        return;
      }
    }
  }
}
