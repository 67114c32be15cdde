package io.zeal.pubsub;

import io.zeal.DeadLetter;
import io.zeal.Message;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A dead letter in memory. */
record BuriedMessage(
    long number,
    String stream,
    StreamEntry entry,
    long deliveryCount,
    String reason,
    @Nullable String hash,
    Instant buriedAt)
    implements DeadLetter {

  @Override
  public String id() {
    return Long.toString(number);
  }

  @Override
  public String messageId() {
    return entry.id();
  }

  @Override
  public Message message() {
    return new Message(stream, entry.payload.clone());
  }

  @Override
  public Optional<String> key() {
    return Optional.ofNullable(entry.key);
  }

  @Override
  public Optional<String> stackHash() {
    return Optional.ofNullable(hash);
  }

  /** Not the payload, the key or the reason, which may be secret. */
  @Override
  public String toString() {
    return "DeadLetter[" + id() + ", message=" + messageId() + ", count=" + deliveryCount + "]";
  }
}
