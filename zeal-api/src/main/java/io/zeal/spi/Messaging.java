package io.zeal.spi;

import io.zeal.Finding;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import java.util.List;

/**
 * The messages of a backend, or of a process. Safe for concurrent use; having it starts no thread
 * and opens no connection, only using it does.
 */
public interface Messaging extends AutoCloseable {

  /** Publish and subscribe, at most once; needs {@code Capability.PUB_SUB}. */
  PubSub pubSub();

  /** Publish and subscribe, at least once; needs {@code Capability.RELIABLE_PUB_SUB}. */
  ReliablePubSub reliablePubSub();

  /**
   * Numbers about them: subscriptions, messages published, received, failed and dropped, gaps,
   * reconnections.
   */
  Stats stats();

  /** What an operator should know; may ask the server. */
  List<Finding> inspect();

  /** Ends every subscription; waits for running handlers up to a limit. */
  @Override
  void close();
}
