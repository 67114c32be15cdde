package io.zeal;

import java.util.Optional;

/**
 * One delivery of a reliable message to a handler.
 *
 * <p>While the handler runs, the claim on the message is extended by itself, however long that
 * takes and by its owner alone; there is no call for it. It is lost if the process stands still or
 * is cut off for longer than {@link ConsumeOptions#claimAfter}: then the message is delivered
 * elsewhere with a higher count, and what this handler answers changes nothing.
 */
public interface Delivery {

  /** The message's id, as {@link ReliablePubSub#publish} returned it. */
  String id();

  /** What was published; the channel is the stream. */
  Message message();

  /** The key it was published with. */
  Optional<String> key();

  /**
   * 1 for the first delivery of the message to the group; higher for each later one, and so a
   * fencing token: whoever writes under it refuses a lower one.
   */
  long deliveryCount();

  /**
   * Whether the claim still stands as far as this process knows, without asking a server. False is
   * certain: the message has been, or will be, delivered elsewhere.
   */
  boolean isClaimed();
}
