package io.zeal.redis;

import io.zeal.DeadLetter;
import io.zeal.Message;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A dead letter as the server keeps it: the message's fields and what became of it. */
record RedisDeadLetter(String id, String stream, Map<String, byte[]> fields) implements DeadLetter {

  private static final byte[] NOTHING = {};

  /** Reads one from the answer to {@code XRANGE}. */
  static RedisDeadLetter of(String stream, Reply entry) {
    List<Reply> parts = StreamReplies.items(entry);
    return new RedisDeadLetter(
        StreamReplies.text(parts.get(0)), stream, StreamReplies.fields(parts.get(1)));
  }

  /** How long it is. */
  long bytes() {
    return fields.values().stream().mapToLong(value -> value.length).sum();
  }

  private Optional<String> text(String field) {
    return Optional.ofNullable(fields.get(field))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  @Override
  public String messageId() {
    return text("m").orElse("");
  }

  @Override
  public Message message() {
    return new Message(stream, fields.getOrDefault("p", NOTHING).clone());
  }

  @Override
  public Optional<String> key() {
    return text("k");
  }

  @Override
  public long deliveryCount() {
    try {
      return Long.parseLong(text("c").orElse("0"));
    } catch (NumberFormatException e) {
      return 0; // somebody else wrote it
    }
  }

  @Override
  public String reason() {
    return text("r").orElse("");
  }

  @Override
  public Optional<String> stackHash() {
    return text("h");
  }

  @Override
  public Instant buriedAt() {
    return Instant.ofEpochMilli(StreamId.of(id).millis());
  }

  /** Not the payload, the key or the reason, which may be secret. */
  @Override
  public String toString() {
    return "DeadLetter[" + id + ", message=" + messageId() + ", count=" + deliveryCount() + "]";
  }
}
