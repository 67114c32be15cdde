package io.zeal.testkit;

/** What of the way between a process and its backend is cut. */
enum Partition {
  NONE,
  /** Nothing gets through. */
  BOTH_WAYS,
  /** Calls arrive; answers and messages do not. */
  ONE_WAY
}
