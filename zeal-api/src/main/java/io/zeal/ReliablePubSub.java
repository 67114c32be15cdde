package io.zeal;

import java.util.List;
import java.util.function.Function;

/**
 * Publish and consume, at least once. Safe for concurrent use.
 *
 * <p>Each group receives every message. Once an acknowledgement is recorded, the message is never
 * handed to that group again; a message whose handler was cut off is delivered again with a higher
 * {@link Delivery#deliveryCount()}, so handlers have to stand a second delivery. How long messages
 * last is a matter of {@link Capability#DURABLE_MESSAGES}.
 *
 * <p>If the backend cannot be reached a call fails with {@link BackendUnavailableException} or
 * {@link OperationTimeoutException}, and a publication says by {@link ZealException#outcome()}
 * whether it may have happened; running subscriptions come back by themselves. Once the {@link
 * Zeal} it came from is closed, every method throws {@link ZealClosedException}. Streams and groups
 * are named by 1 to 63 bytes of well-formed text, any other name is an {@link
 * InvalidArgumentException}; null is a {@link NullPointerException}.
 */
public interface ReliablePubSub {

  /** Publishes with {@link PublishOptions#defaults()} and returns the message's id. */
  default String publish(String stream, byte[] payload) {
    return publish(stream, payload, PublishOptions.defaults());
  }

  /**
   * Publishes and returns the message's id once it is recorded. With a publisher id that was
   * published within the duplicate window it records nothing and returns the id of the first,
   * whatever the payload.
   *
   * @param payload any bytes, none too, up to the backend's limit {@code payloadBytes} ({@link
   *     BackendInfo#limits}); it may be changed once the call has returned
   * @throws CapacityException if the payload is longer than the limit, or there is no room; nothing
   *     was published
   */
  String publish(String stream, byte[] payload, PublishOptions options);

  /**
   * Publishes many in one trip, in the order given, and returns their ids in that order.
   *
   * @throws InvalidArgumentException if {@code options} have a publisher id, which is for one
   *     message; nothing was published
   * @throws CapacityException as {@link #publish(String, byte[], PublishOptions)}, of any of them;
   *     nothing was published
   * @throws ZealException of the first that failed; those before it were published, those behind it
   *     may have been
   */
  List<String> publishAll(String stream, List<byte[]> payloads, PublishOptions options);

  /** Consumes with {@link ConsumeOptions#defaults()}. */
  default Subscription consume(String stream, String group, Function<Delivery, Ack> handler) {
    return consume(stream, group, ConsumeOptions.defaults(), handler);
  }

  /**
   * Consumes as a member of {@code group}, which is created if there is none, and so is the stream.
   * Returns when the membership is in force; ends with {@link Subscription#close}.
   *
   * <p>The handler runs on virtual threads of Zeal, up to {@link ConsumeOptions#concurrency} at
   * once. If it throws, the message is delivered again after {@link ConsumeOptions#retryDelay}, or
   * goes to the dead letters if that was the last delivery; after a {@link CodecException} it goes
   * there at once, since it will not become readable. Interrupting it, which closing does after its
   * timeout, counts as being cut off; so does closing the {@link Zeal} in it, behind which its
   * thread may be interrupted (R7.5).
   */
  Subscription consume(
      String stream, String group, ConsumeOptions options, Function<Delivery, Ack> handler);

  /**
   * The state of a group: {@code lag} (messages not delivered yet), {@code pending} (delivered and
   * not answered), {@code oldestMillis} (the age of the oldest of both, 0 for none), {@code
   * retries}, {@code deadLetters}. No numbers at all if there is no such stream or group.
   */
  Stats stats(String stream, String group);

  /**
   * At most {@code limit} dead letters of a group behind {@code after}, oldest first, {@code ""}
   * being before the first; none if there is no such stream or group. They stay until they are
   * removed.
   *
   * @throws InvalidArgumentException if {@code limit} is below 1
   */
  List<DeadLetter> deadLetters(String stream, String group, String after, int limit);

  /**
   * Removes a dead letter, by its own id: when it was published anew, or is of no use.
   *
   * @return whether there was one
   */
  boolean removeDeadLetter(String stream, String group, String id);

  /**
   * Removes a group that nobody needs any more, with what it has not handled and its dead letters;
   * the messages stay for other groups. Until then a group without consumers counts for {@link
   * PublishOptions.Trim#ACKNOWLEDGED} and keeps messages where there is no room.
   *
   * <p>Close its consumers first. One that still runs loses its claims, and joins anew: that makes
   * the group again, which begins with the oldest message there is.
   *
   * @return whether there was one
   */
  boolean removeGroup(String stream, String group);
}
