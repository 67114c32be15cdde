package io.zeal.proofs.cache;

/** How a call ended. */
enum Ending {
  /** It returned; a change has happened. */
  DONE,
  /** It returned that there was nothing to change. */
  NOTHING_TO_DO,
  /** It answered a value, or that there is none. */
  ANSWERED,
  /** The loader threw, as it was meant to. */
  LOAD_FAILED,
  /** The change did not happen. */
  NOT_SENT,
  /** The change may have happened, or may yet. */
  UNKNOWN,
  /** The value fits nowhere, and what was there is gone. */
  GONE
}
