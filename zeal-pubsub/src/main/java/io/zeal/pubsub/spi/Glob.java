package io.zeal.pubsub.spi;

import java.util.Arrays;
import java.util.function.UnaryOperator;

/**
 * A pattern of channels: {@code *} is any text, {@code ?} one character (a code point), {@code \}
 * takes the next literally, everything else is literal. A {@code \} at the end is itself.
 * Immutable; two of the same text are equal.
 */
public final class Glob {

  private static final int ANY_TEXT = -1;
  private static final int ONE_CHARACTER = -2;

  private final String text;
  private final int[] parts; // code points, ANY_TEXT and ONE_CHARACTER

  private Glob(String text, int[] parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Reads a pattern.
   *
   * @throws io.zeal.InvalidArgumentException if it is empty or not well-formed
   */
  public static Glob of(String pattern) {
    int[] codes = Names.requirePattern(pattern).codePoints().toArray();
    int[] parts = new int[codes.length];
    int length = 0;
    for (int i = 0; i < codes.length; i++) {
      parts[length++] =
          switch (codes[i]) {
            case '*' -> ANY_TEXT;
            case '?' -> ONE_CHARACTER;
            case '\\' -> i + 1 < codes.length ? codes[++i] : '\\';
            default -> codes[i];
          };
    }
    return new Glob(pattern, Arrays.copyOf(parts, length));
  }

  /**
   * Whether {@code channel} matches.
   *
   * <p>After a mismatch only the last {@code *} takes one more character: what earlier ones took
   * can stay as it is. So the cost is the product of both lengths at worst, and never exponential.
   */
  public boolean matches(String channel) {
    int at = 0;
    int part = 0;
    int star = -1; // the last ANY_TEXT met, and
    int resume = 0; // where in the channel the text behind it was last assumed to begin
    while (at < channel.length()) {
      int code = channel.codePointAt(at);
      if (part < parts.length && parts[part] == ANY_TEXT) {
        star = part++;
        resume = at;
      } else if (part < parts.length && (parts[part] == code || parts[part] == ONE_CHARACTER)) {
        part++;
        at += Character.charCount(code);
      } else if (star >= 0) {
        resume += Character.charCount(channel.codePointAt(resume));
        at = resume;
        part = star + 1;
      } else {
        return false;
      }
    }
    while (part < parts.length && parts[part] == ANY_TEXT) {
      part++;
    }
    return part == parts.length;
  }

  /**
   * This pattern in another notation.
   *
   * @param anyText what stands for any text
   * @param oneCharacter what stands for one character
   * @param literal writes one literal character, escaped where the notation needs it
   */
  public String render(String anyText, String oneCharacter, UnaryOperator<String> literal) {
    StringBuilder rendered = new StringBuilder();
    for (int part : parts) {
      rendered.append(
          switch (part) {
            case ANY_TEXT -> anyText;
            case ONE_CHARACTER -> oneCharacter;
            default -> literal.apply(Character.toString(part));
          });
    }
    return rendered.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Glob glob && text.equals(glob.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The pattern as it was given. */
  @Override
  public String toString() {
    return text;
  }
}
