package io.zeal;

import java.util.function.Function;

/**
 * Publish and consume, at least once. Safe for concurrent use.
 *
 * <p>Each group receives every message. Once an acknowledgement is recorded, the message is never
 * handed to that group again; a message whose handler was cut off is delivered again with a higher
 * {@link Delivery#deliveryCount()}, so handlers have to stand a second delivery. How long messages
 * last is a matter of {@link Capability#DURABLE_MESSAGES}.
 */
public interface ReliablePubSub {

  /** Publishes and returns the message's id once it is recorded. */
  String publish(String stream, byte[] payload);

  /**
   * Publishes, unless {@code publisherId} was published to the stream within the duplicate window;
   * then returns the id of the first.
   */
  String publishOnce(String stream, String publisherId, byte[] payload);

  /** Consumes as a member of {@code group}, which is created if there is none. */
  Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler);

  /**
   * The state of a group: {@code lag}, {@code pending}, {@code oldestMillis}, {@code retries},
   * {@code deadLetters}.
   */
  Stats stats(String stream, String group);
}
