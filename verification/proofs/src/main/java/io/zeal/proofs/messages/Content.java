package io.zeal.proofs.messages;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;

/** What a message with a number is made of: whoever receives it can tell whether that is so. */
final class Content {

  /** So many numbers in a row have one key, and go out together if they go out in a batch. */
  static final int BLOCK = 16;

  private static final int KEYS = 10;
  private static final int MOST_FILLING = 300;
  private static final int MOST_RARELY = 20_000;

  private Content() {}

  /** The number as text, a blank, and any bytes. */
  static byte[] of(long number) {
    Random random = new Random(number * 31 + 7);
    byte[] head = (number + " ").getBytes(StandardCharsets.US_ASCII);
    int most = random.nextInt(100) == 0 ? MOST_RARELY : MOST_FILLING;
    byte[] content = new byte[head.length + random.nextInt(most)];
    random.nextBytes(content);
    System.arraycopy(head, 0, content, 0, head.length);
    return content;
  }

  /** The number of a content that begins as it should. */
  static long number(byte[] content) {
    return number(new String(content, StandardCharsets.ISO_8859_1));
  }

  static long number(String content) {
    int blank = content.indexOf(' ');
    if (blank < 1 || !content.substring(0, blank).chars().allMatch(Character::isDigit)) {
      throw new IllegalArgumentException("No number in front of " + content.length() + " bytes");
    }
    return Long.parseLong(content.substring(0, blank));
  }

  /** Every third block has no key. */
  static Optional<String> key(long number) {
    long block = number / BLOCK;
    return block % 3 == 0
        ? Optional.empty()
        : Optional.of("key:" + Math.floorMod(block * 0x9E37_79B9L, KEYS));
  }
}
