package io.zeal;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Publish and subscribe, at most once: who is subscribed and reachable receives. Safe for
 * concurrent use.
 *
 * <p>Messages of one publisher on one channel arrive in order. A handler that throws is counted and
 * goes on receiving. After an outage a subscription comes back by itself and its gap callback runs.
 * For messages that must not be lost use {@link ReliablePubSub}.
 */
public interface PubSub {

  /**
   * Publishes bytes and returns how many receivers the answering node knows of; exact only with
   * {@link Capability#EXACT_RECEIVERS}.
   */
  long publish(String channel, byte[] payload);

  /** Publishes text as UTF-8. */
  default long publish(String channel, String text) {
    return publish(channel, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Subscribes to one channel; any characters are taken literally. */
  default Subscription subscribe(String channel, Consumer<? super Message> handler) {
    return subscribe(channel, SubscribeOptions.defaults(), handler);
  }

  /** Subscribes to one channel. Returns when the subscription is in force. */
  Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler);

  /**
   * Subscribes to every channel that matches: {@code *} is any text, {@code ?} one character,
   * {@code \} takes the next literally.
   */
  default Subscription subscribePattern(String pattern, Consumer<? super Message> handler) {
    return subscribePattern(pattern, SubscribeOptions.defaults(), handler);
  }

  /** Subscribes to every channel that matches. Returns when the subscription is in force. */
  Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler);
}
