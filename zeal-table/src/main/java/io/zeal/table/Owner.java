package io.zeal.table;

/**
 * Who holds a row, a bucket or the sweep, in {@value #BITS} bits: a process by the number of its
 * place and by how many had this place before it, and one of its {@link Intent}s. Nobody is 0.
 */
final class Owner {

  /** Places for processes. */
  static final int PROCESSES = 32;

  /** Intents of one process. */
  static final int INTENTS = 16;

  /** Instead of an intent: the holder changes one number, or holds a bucket. */
  static final int NO_INTENT = INTENTS + 1;

  static final int NOBODY = 0;

  /** After so many incarnations the same bits come again. */
  static final int INCARNATIONS = 1 << 10;

  static final int BITS = 20;

  private static final int INTENT_BITS = 5;
  private static final int PROCESS_BITS = 5;
  private static final int INCARNATION_SHIFT = INTENT_BITS + PROCESS_BITS;

  private Owner() {}

  /** An intent is numbered from 1, so that no owner is 0. */
  static int of(int process, long incarnation, int intent) {
    int remainder = (int) (incarnation & (INCARNATIONS - 1));
    return (remainder << INCARNATION_SHIFT) | (process << INTENT_BITS) | intent;
  }

  static int intent(int owner) {
    return owner & ((1 << INTENT_BITS) - 1);
  }

  static int process(int owner) {
    return (owner >>> INTENT_BITS) & (PROCESSES - 1);
  }

  /** The lowest bits of the incarnation. */
  static int incarnation(int owner) {
    return owner >>> INCARNATION_SHIFT;
  }
}
