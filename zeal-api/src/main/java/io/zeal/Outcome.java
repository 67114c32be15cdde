package io.zeal;

/** What is known of a write whose call ended in an error (S14). */
public enum Outcome {
  /** The write never left this process: it did not happen and may be tried again. */
  NOT_SENT,

  /** The write may have happened once. It never happens twice. */
  UNKNOWN
}
