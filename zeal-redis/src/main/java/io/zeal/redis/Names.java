package io.zeal.redis;

import java.nio.charset.StandardCharsets;

/**
 * What keys are called: {@code docs/redis-layout.md} lists them.
 *
 * <p>A name of the application stands percent-encoded between the braces of the hash tag, so that
 * it can neither end the tag nor reach into another part. A row's key stands last and as it is.
 */
final class Names {

  private final String prefix;

  Names(String prefix) {
    this.prefix = encoded(prefix);
  }

  /** The record of a store's schema. */
  byte[] store(String store) {
    return bytes(prefix + ":s:{" + encoded(store) + "}");
  }

  /** What all keys of one bucket of a store begin with. */
  String bucket(String store, int bucket) {
    return prefix + ":s:{" + encoded(store) + ":" + bucket + "}:";
  }

  /** The value of a counter. */
  byte[] counter(String counter) {
    return bytes(prefix + ":c:{" + encoded(counter) + "}:v");
  }

  /** The record of a counter's options. */
  byte[] counterOptions(String counter) {
    return bytes(prefix + ":c:{" + encoded(counter) + "}:o");
  }

  /** What all channels begin with. */
  String channels() {
    return prefix + ":p:";
  }

  /** What all keys of a stream of messages begin with. */
  String stream(String stream) {
    return prefix + ":m:{" + encoded(stream) + "}:";
  }

  /** The pattern of all keys, for people to read. */
  String keys() {
    return prefix + ":*";
  }

  /** Whether a key belongs to a backend of this prefix. */
  boolean isOurs(String key) {
    return key.startsWith(prefix + ":");
  }

  /**
   * Whether a key holds rows of this store or what belongs to them; not the record of its schema.
   */
  boolean isOfRows(String key, String store) {
    return key.startsWith(prefix + ":s:{" + encoded(store) + ":");
  }

  /** The bucket of this store that a key belongs to; -1 if it belongs to none. */
  int bucketOf(String key, String store) {
    String begin = prefix + ":s:{" + encoded(store) + ":";
    int end = key.startsWith(begin) ? key.indexOf("}:", begin.length()) : -1;
    if (end < 0) {
      return -1;
    }
    try {
      return Integer.parseUnsignedInt(key, begin.length(), end, 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The text without {@code % : { } }, which mean something in a key. */
  static String encoded(String text) {
    StringBuilder encoded = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '%' -> encoded.append("%25");
        case ':' -> encoded.append("%3A");
        case '{' -> encoded.append("%7B");
        case '}' -> encoded.append("%7D");
        default -> encoded.append(c);
      }
    }
    return encoded.toString();
  }

  /**
   * What begins like this and ends with {@code *}, as the rules of a server's users have it: there
   * some characters mean something, and a blank would end the rule.
   */
  static String pattern(String beginningAndStar) {
    String begin = beginningAndStar.substring(0, beginningAndStar.length() - 1);
    return begin.replaceAll("[*?\\[\\]\\\\]", "\\\\$0").replaceAll("\\s", "?") + "*";
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
