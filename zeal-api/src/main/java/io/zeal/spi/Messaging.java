package io.zeal.spi;

import io.zeal.PubSub;
import io.zeal.ReliablePubSub;

/** The messages of a backend, or of a process. */
public interface Messaging extends AutoCloseable {

  /** Publish and subscribe, at most once. */
  PubSub pubSub();

  /** Publish and subscribe, at least once. */
  ReliablePubSub reliablePubSub();

  /** Ends every subscription; waits for running handlers up to a limit. */
  @Override
  void close();
}
