package io.zeal;

import java.time.Instant;
import java.util.Optional;

/** A message that a group has given up ({@link ReliablePubSub#deadLetters}). */
public interface DeadLetter {

  /** Its own id among the group's dead letters, which orders them. */
  String id();

  /** The id of the message in its stream. */
  String messageId();

  /** What was published; the channel is the stream. */
  Message message();

  /** The key it was published with. */
  Optional<String> key();

  /** How often it was delivered. */
  long deliveryCount();

  /**
   * Why: what {@link Ack#reject} said, or the class of what the handler threw, or that its
   * consumers ended again and again.
   */
  String reason();

  /** The same text for the same stack trace, to group by; empty if the handler threw nothing. */
  Optional<String> stackHash();

  /** When, by the server's clock. */
  Instant buriedAt();
}
