package io.zeal.testkit;

/** What a {@link Chaos} knows of a subscription. */
interface Line {

  /** A partition is over. */
  void healed();

  /** Nothing is handed over any more. */
  void end();

  /** Waits for a handler that runs, up to its limit after {@code fromNanos}. */
  void awaitHandler(long fromNanos);
}
