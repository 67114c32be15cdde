package io.zeal.pubsub.spi;

import io.zeal.Subscription;

/**
 * A subscription that can begin to end without being waited for, so that many end at the same time.
 */
public sealed interface Endable extends Subscription permits Mailbox, Consumption {

  /**
   * Begins to end: nothing more is handed to the handler. The close timeout runs from here. Does
   * not wait; {@link #close} does.
   */
  void end();

  /**
   * As {@link #end}, for one who closes behind it what answers would be recorded in. If that is one
   * of its own handlers, which can not be waited for, it is given up: its answer is not recorded,
   * and {@link #close} waits for everything else.
   */
  void endAndGiveUpCaller();
}
