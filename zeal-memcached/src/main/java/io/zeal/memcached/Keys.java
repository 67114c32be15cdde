package io.zeal.memcached;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * What items are called; {@code docs/memcached.md} lists it. A server takes up to 250 printable
 * ASCII characters without spaces. What an application calls its stores, counters and rows stands
 * behind {@code =} as it is if it is such text and short enough, else behind {@code #} as the
 * SHA-256 of its UTF-8: no two of them meet.
 */
final class Keys {

  /** The longest that a server takes. */
  static final int LONGEST = 250;

  private final String prefix;

  /**
   * @param prefix letters, digits, {@code - _ .}
   */
  Keys(String prefix) {
    this.prefix = prefix;
  }

  /** The epoch of a store. */
  String epoch(String store) {
    return named(prefix + ":e:", store);
  }

  /** The text of a store's schema and options. */
  String schema(String store) {
    return named(prefix + ":s:", store);
  }

  /** The value of a counter. */
  String counter(String counter) {
    return named(prefix + ":c:", counter);
  }

  /** The options of a counter. */
  String counterOptions(String counter) {
    return named(prefix + ":o:", counter);
  }

  /** What all rows of an epoch begin with. */
  String rows(String epoch) {
    return prefix + ":r:" + epoch;
  }

  /** A name behind what its kind begins with. */
  static String named(String begin, String name) {
    return isLiteral(begin, name) ? begin + '=' + name : begin + '#' + hash(name);
  }

  /** Whether {@link #named} has the name as it is. */
  static boolean isLiteral(String begin, String name) {
    int length = name.length();
    if (begin.length() + 1 + length > LONGEST) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  private static String hash(String name) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sha256(name.getBytes(StandardCharsets.UTF_8)));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
