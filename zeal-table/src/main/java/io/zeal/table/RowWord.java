package io.zeal.table;

/**
 * The first 8 bytes of a row: its state, who holds it, and a number that every change moves on.
 * Equal words mean: nothing happened in between. The states and who moves between them are drawn in
 * docs/synchronization.md.
 */
final class RowWord {

  /** In no bucket; whoever claims it fills it. */
  static final int FREE = 0;

  /** Being filled by its holder; may be in a bucket already, but is not there for readers. */
  static final int FILLING = 1;

  /** There, and held by nobody. */
  static final int LIVE = 2;

  /** There and held. Its columns can be read: the holder changes at most one of them, at once. */
  static final int HELD = 3;

  /** There and held. Its columns are in the holder's intent, and on their way to the row. */
  static final int MOVING = 4;

  /** Gone; its holder takes it out of its bucket. */
  static final int LEAVING = 5;

  private static final long STATE = 7;
  private static final int OWNER_SHIFT = 3;
  private static final long STEP = 1L << (OWNER_SHIFT + Owner.BITS);
  private static final long NUMBER = -STEP;
  private static final long OWNER = ~NUMBER & ~STATE;

  private RowWord() {}

  static int state(long word) {
    return (int) (word & STATE);
  }

  /** Whether the row is there for readers: live, held or moving. */
  static boolean isThere(long word) {
    int state = state(word);
    return state >= LIVE && state <= MOVING;
  }

  static boolean isLive(long word) {
    return state(word) == LIVE;
  }

  /** Whether the row is there, and its columns are in it. */
  static boolean isInPlace(long word) {
    int state = state(word);
    return state == LIVE || state == HELD;
  }

  static boolean isHeld(long word) {
    return state(word) == HELD;
  }

  static boolean isMoving(long word) {
    return state(word) == MOVING;
  }

  static boolean isFree(long word) {
    return state(word) == FREE;
  }

  /** Who holds the row; {@link Owner#NOBODY} if it is free or live. */
  static int owner(long word) {
    return (int) ((word & OWNER) >>> OWNER_SHIFT);
  }

  /** The same number in a state in which it is held. */
  static long held(long word, int state, int owner) {
    return (word & NUMBER) | ((long) owner << OWNER_SHIFT) | state;
  }

  /** The next number, held by nobody. */
  static long next(long word, int state) {
    return ((word & NUMBER) + STEP) | state;
  }

  /** The same number, live and held by nobody: nothing was changed. */
  static long unchanged(long word) {
    return (word & NUMBER) | LIVE;
  }
}
