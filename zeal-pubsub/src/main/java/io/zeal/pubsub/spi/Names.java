package io.zeal.pubsub.spi;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.spi.Texts;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Checks of what callers pass: the same refusals on every backend. */
public final class Names {

  private static final int LONGEST_NAME = 63;

  private Names() {}

  /** Returns {@code channel} if it is well-formed text and not empty. */
  public static String requireChannel(String channel) {
    return requireText(channel, "channel");
  }

  /** Returns {@code pattern} if it is well-formed text and not empty. */
  public static String requirePattern(String pattern) {
    return requireText(pattern, "pattern");
  }

  /** Returns {@code stream} if it may name a stream: 1 to 63 bytes of well-formed text. */
  public static String requireStream(String stream) {
    return requireName(stream, "stream");
  }

  /** Returns {@code group} if it may name a group: 1 to 63 bytes of well-formed text. */
  public static String requireGroup(String group) {
    return requireName(group, "group");
  }

  /** Returns {@code payload} if it has at most {@code limit} bytes. */
  public static byte[] requirePayload(byte[] payload, long limit) {
    if (Objects.requireNonNull(payload, "payload").length > limit) {
      throw new CapacityException(
          ErrorCode.VALUE_TOO_LONG,
          "The payload has "
              + payload.length
              + " bytes; the limit is "
              + limit
              + ". Nothing was published. Publish a reference to what is stored elsewhere, or"
              + " several messages.");
    }
    return payload;
  }

  private static String requireText(String text, String what) {
    if (Objects.requireNonNull(text, what).isEmpty() || !isWellFormed(text)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The "
              + what
              + " "
              + Texts.quote(text)
              + (text.isEmpty() ? " is empty" : " is not well-formed Unicode (a lone surrogate)")
              + "; use well-formed text of at least one character.");
    }
    return text;
  }

  private static String requireName(String name, String what) {
    Objects.requireNonNull(name, what);
    int bytes = isWellFormed(name) ? name.getBytes(StandardCharsets.UTF_8).length : -1;
    if (bytes < 1 || bytes > LONGEST_NAME) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The "
              + what
              + " name "
              + Texts.quote(name)
              + " is "
              + (bytes < 0
                  ? "not well-formed Unicode (a lone surrogate)"
                  : bytes + " bytes of UTF-8")
              + "; use 1 to 63 bytes of well-formed text.");
    }
    return name;
  }

  private static boolean isWellFormed(String text) {
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
}
