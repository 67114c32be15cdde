package io.zeal.cache;

import io.zeal.spi.Texts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Text as UTF-8, never with anything replaced. */
final class Text {

  private static final char REPLACEMENT = '\uFFFD';

  private Text() {}

  /** Whether every surrogate is half of a pair, so that UTF-8 can hold the text. */
  static boolean isWellFormed(String text) {
    int i = 0;
    while (i < text.length()) {
      int c = text.codePointAt(i); // a pair is above the surrogates, half of one among them
      if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
        return false;
      }
      i += Character.charCount(c);
    }
    return true;
  }

  /** The bytes of a well-formed text. */
  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The text of bytes, which have to be UTF-8 throughout.
   *
   * <p>A decoder that reports what is malformed takes many times as long as a constructor that
   * replaces it, and is asked only about a text with a replacement character, its own or not.
   */
  static String of(byte[] bytes, int from, int length) throws DamagedException {
    String text = new String(bytes, from, length, StandardCharsets.UTF_8);
    return text.indexOf(REPLACEMENT) < 0 ? text : strictly(bytes, from, length);
  }

  private static String strictly(byte[] bytes, int from, int length) throws DamagedException {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes, from, length))
          .toString();
    } catch (CharacterCodingException e) {
      throw new DamagedException("text that is not UTF-8");
    }
  }

  /** Which cache and key a message is about. */
  static String where(String cache, String key) {
    return "Cache " + Texts.quote(cache) + ", key " + Texts.quote(key);
  }
}
