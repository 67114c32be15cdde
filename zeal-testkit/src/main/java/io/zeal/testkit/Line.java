package io.zeal.testkit;

import io.zeal.Subscription;

/** What a {@link Chaos} knows of a subscription. */
interface Line {

  /** The subscription as its owner sees it. */
  Subscription of(Subscription real);

  /** A partition is over. */
  void healed();

  /** Nothing is handed over any more. */
  void end();

  /** Waits for a handler that runs, up to its limit after {@code fromNanos}. */
  void awaitHandler(long fromNanos);
}
