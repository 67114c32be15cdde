package io.zeal.spi;

import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.ReliablePubSub;
import io.zeal.Stats;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import java.util.List;
import java.util.function.Consumer;

/**
 * The messages of a backend, or of a process. Safe for concurrent use; having it starts no thread
 * and opens no connection, only using it does.
 */
public interface Messaging extends AutoCloseable {

  /** How {@link #listen} subscribes, but for the gap callback. */
  SubscribeOptions LISTENING =
      SubscribeOptions.defaults().withQueue(16_384, SubscribeOptions.WhenFull.DROP_OLDEST);

  /** Publish and subscribe, at most once; needs {@code Capability.PUB_SUB}. */
  PubSub pubSub();

  /**
   * Subscribes to a channel of {@link #pubSub()} as a backend does that is told of changes rather
   * than as an application: what is heard is handled where it is received if that is possible, so
   * that no other thread has to wake up. Everything else is as {@link PubSub#subscribe}: one call
   * at a time, in order, the gap callback too. Up to 16,384 messages wait; one more takes the place
   * of the oldest, which is a gap.
   *
   * @param onGap called before the next message whenever some may have been missed
   * @param listener is quick and waits for nothing: others may receive from the same thread
   * @return in force
   */
  default Subscription listen(String channel, Runnable onGap, Consumer<? super Message> listener) {
    return pubSub().subscribe(channel, LISTENING.withOnGap(onGap), listener);
  }

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
