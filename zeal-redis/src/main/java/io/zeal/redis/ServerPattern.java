package io.zeal.redis;

import io.zeal.pubsub.spi.Glob;

/**
 * A pattern in the server's notation, as wide as the application's or wider: a server's {@code ?}
 * is one byte, so it is asked for any text there, and what comes is matched again.
 */
final class ServerPattern {

  private static final String SPECIAL = "*?[]\\";

  private ServerPattern() {}

  /** The pattern of all channels that begin with {@code prefix} and go on as {@code glob} says. */
  static String of(String prefix, Glob glob) {
    StringBuilder pattern = new StringBuilder();
    prefix.codePoints().forEach(code -> pattern.append(literal(Character.toString(code))));
    return once(pattern + glob.render("*", "*", ServerPattern::literal));
  }

  private static String literal(String character) {
    return SPECIAL.contains(character) ? "\\" + character : character;
  }

  /** Several {@code *} in a row are one: a server tries each against the rest of the channel. */
  private static String once(String pattern) {
    StringBuilder shorter = new StringBuilder(pattern.length());
    boolean star = false;
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        shorter.append(c).append(pattern.charAt(++i));
        star = false;
      } else if (c != '*' || !star) {
        shorter.append(c);
        star = c == '*';
      }
    }
    return shorter.toString();
  }
}
