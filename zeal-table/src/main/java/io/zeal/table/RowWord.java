package io.zeal.table;

/**
 * The first 8 bytes of a row: whether a writer holds it, whether it is in a chain, and a number
 * that every committed change moves on. Equal words mean: nothing happened in between. The states
 * and who moves between them are drawn in docs/synchronization.md.
 */
final class RowWord {

  /** A writer holds the row. */
  static final long LOCKED = 1;

  /** The row is in the chain of its bucket; its hash, key and link mean something. */
  static final long LIVE = 2;

  private static final long STEP = 4;

  private RowWord() {}

  static boolean isLocked(long word) {
    return (word & LOCKED) != 0;
  }

  static boolean isLive(long word) {
    return (word & LIVE) != 0;
  }

  /** Neither held nor in a chain. */
  static boolean isFree(long word) {
    return (word & (LOCKED | LIVE)) == 0;
  }

  /** Held by a writer. */
  static long locked(long word) {
    return word | LOCKED;
  }

  /** Filled and about to be put into its chain; still held. */
  static long linking(long word) {
    return word | LIVE | LOCKED;
  }

  /** In its chain, changed, and let go. */
  static long committed(long word) {
    return (word & ~LOCKED) + STEP;
  }

  /** Out of its chain and let go. */
  static long freed(long word) {
    return (word & ~(LOCKED | LIVE)) + STEP;
  }
}
