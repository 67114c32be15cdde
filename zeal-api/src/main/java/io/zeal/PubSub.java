package io.zeal;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Publish and subscribe, at most once: who is subscribed and reachable receives. Safe for
 * concurrent use.
 *
 * <p>Messages of one publisher on one channel arrive in order. A handler that throws is counted and
 * goes on receiving. After an outage a subscription comes back by itself and its gap callback runs.
 * For messages that must not be lost use {@link ReliablePubSub}.
 *
 * <p>If the backend cannot be reached, publishing fails with {@link BackendUnavailableException} or
 * {@link OperationTimeoutException}, whose {@link ZealException#outcome()} says whether the message
 * may have gone out, and subscribing fails too; running subscriptions do not. Once the {@link Zeal}
 * it came from is closed, every method throws {@link ZealClosedException}. Channels and patterns
 * are any well-formed text that is not empty, others are an {@link InvalidArgumentException}; null
 * is a {@link NullPointerException}. Channels live under the backend's prefix: no two applications
 * with different prefixes meet.
 */
public interface PubSub {

  /**
   * Publishes bytes and returns how many receivers the answering node knows of; exact only with
   * {@link Capability#EXACT_RECEIVERS}.
   *
   * @param payload any bytes, none too, up to the backend's limit {@code payloadBytes} ({@link
   *     BackendInfo#limits}); it may be changed once the call has returned
   * @throws CapacityException if the payload is longer than the limit; nothing was published
   */
  long publish(String channel, byte[] payload);

  /** Publishes text as UTF-8; a lone surrogate becomes {@code ?}. */
  default long publish(String channel, String text) {
    return publish(channel, Objects.requireNonNull(text, "text").getBytes(StandardCharsets.UTF_8));
  }

  /** Subscribes to one channel; any characters are taken literally. */
  default Subscription subscribe(String channel, Consumer<? super Message> handler) {
    return subscribe(channel, SubscribeOptions.defaults(), handler);
  }

  /**
   * Subscribes to one channel; any characters are taken literally. Returns when the subscription is
   * in force: what is published afterwards arrives. The handler runs on a virtual thread of Zeal,
   * one message at a time; one that closes the {@link Zeal} may be interrupted behind that (P5.2).
   */
  Subscription subscribe(
      String channel, SubscribeOptions options, Consumer<? super Message> handler);

  /**
   * Subscribes to every channel that matches: {@code *} is any text, {@code ?} one character,
   * {@code \} takes the next literally. Who subscribes to a channel and to a pattern that matches
   * it receives a message twice, once by each.
   */
  default Subscription subscribePattern(String pattern, Consumer<? super Message> handler) {
    return subscribePattern(pattern, SubscribeOptions.defaults(), handler);
  }

  /** Subscribes to every channel that matches. Returns when the subscription is in force. */
  Subscription subscribePattern(
      String pattern, SubscribeOptions options, Consumer<? super Message> handler);

  /**
   * The same over channel names as they are on the server, without the backend's prefix: to talk
   * with programs that do not use Zeal. Where there is no prefix, as within one process, this
   * itself.
   */
  PubSub raw();
}
