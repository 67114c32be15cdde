package io.zeal;

import io.zeal.spi.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * What a subscriber receives.
 *
 * @param channel the channel it was published on, also for a pattern subscription
 * @param payload the bytes; the receiver's own copy
 */
@SuppressWarnings("ArrayRecordComponent") // equality is of no use here; the copy is documented
public record Message(String channel, byte[] payload) {

  /** Neither is null. */
  public Message {
    Objects.requireNonNull(channel, "channel");
    Objects.requireNonNull(payload, "payload");
  }

  /** The payload as UTF-8; what is not well-formed becomes U+FFFD. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** The channel and the size; not the payload, which may be secret. */
  @Override
  public String toString() {
    return "Message[" + Texts.quote(channel) + ", " + payload.length + " bytes]";
  }
}
