package io.zeal.benchmarks.messages;

import java.nio.charset.StandardCharsets;

/** What everybody sends: a small event as JSON, 150 bytes. */
final class Payload {

  static final int BYTES = 150;

  private static final byte[] EVENT = event();

  private Payload() {}

  /** The same object each time; nobody changes it. */
  static byte[] bytes() {
    return EVENT;
  }

  private static byte[] event() {
    String head =
        "{\"kind\":\"moved\",\"user\":\"user:1234567\",\"room\":42,\"at\":1764000000,\"note\":\"";
    String tail = "\"}";
    String note = "n".repeat(BYTES - head.length() - tail.length());
    return (head + note + tail).getBytes(StandardCharsets.US_ASCII);
  }
}
