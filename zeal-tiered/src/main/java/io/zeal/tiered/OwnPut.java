package io.zeal.tiered;

/**
 * A put of this instance that is on its way, whose row may become a copy once it is made: if nobody
 * but the put itself moved the count of its slot in between.
 */
final class OwnPut {

  private static final long NOT_SENT = Long.MIN_VALUE;

  private final Thread caller;
  private final int slot;
  private final long generation;
  private final long startNanos;
  private volatile long stripe = NOT_SENT; // by the caller and the receiver
  private volatile boolean disturbed;

  /** Looks at generation and clock before anything is sent. */
  OwnPut(Fence fence, int slot) {
    this.caller = Thread.currentThread();
    this.slot = slot;
    this.generation = fence.generation(fence.bucketOfSlot(slot));
    this.startNanos = fence.nanos();
  }

  /** Whether the step that is being announced by this thread is this put. */
  boolean isOf(Thread thread, int announcedSlot) {
    return caller.equals(thread) && slot == announcedSlot;
  }

  int slot() {
    return slot;
  }

  /**
   * Moves the count of the slot on behalf of the put. Each move has a number of its own, so two of
   * them that meet at worst take each other for strangers, and no copy is made.
   */
  void bump(Fence fence) {
    long moved = fence.bump(slot);
    long before = stripe;
    if (before == NOT_SENT || moved == before + 1) {
      stripe = moved;
    } else {
      disturbed = true;
    }
  }

  /** Whether only the put itself moved the count since it was sent. */
  boolean isUndisturbed() {
    return stripe != NOT_SENT && !disturbed;
  }

  /** The copy; good for as long as the count stays where the put left it. */
  <R> NearRow<R> copy(R row, long ttlMillis) {
    return new NearRow<>(
        row, slot, generation, stripe, startNanos, ttlMillis == 0 ? NearRow.NEVER : ttlMillis);
  }
}
