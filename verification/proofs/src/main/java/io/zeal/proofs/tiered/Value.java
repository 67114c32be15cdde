package io.zeal.proofs.tiered;

/**
 * A row.
 *
 * @param writer the process that put it
 * @param number which of the writes of its key it is: higher ones are later
 * @param nanos when its writer began
 */
record Value(long writer, long number, long nanos) {

  static final String WRITER = "writer";
  static final String NUMBER = "number";
  static final String NANOS = "nanos";
}
