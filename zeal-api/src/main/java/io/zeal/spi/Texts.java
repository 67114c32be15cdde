package io.zeal.spi;

/** What is said of texts: how long they are, and how they stand in a message. */
public final class Texts {

  private Texts() {}

  /** The length of {@code text} in bytes of UTF-8, or -1 if it holds a lone surrogate. */
  public static int utf8Length(String text) {
    int length = text.length();
    int bytes = length;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        continue;
      }
      if (c < 0x800) {
        bytes += 1;
      } else if (!Character.isSurrogate(c)) {
        bytes += 2;
      } else if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        bytes += 2;
        i++;
      } else {
        return -1;
      }
    }
    return bytes;
  }

  /** The text between quotes, shortened, with everything that does not print escaped. */
  public static String quote(String text) {
    return text.length() > 40
        ? "'" + escaped(text.substring(0, 40)) + "…'"
        : "'" + escaped(text) + "'";
  }

  /** The text with everything escaped that does not print or that ends a quotation. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\'' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c >= 0x20 && c < 0x7f) {
        escaped.append(c);
      } else {
        escaped.append(String.format("\\u%04x", (int) c));
      }
    }
    return escaped.toString();
  }

  /** A length as {@link #utf8Length} answers it, in words. */
  public static String size(int length) {
    return length < 0 ? "not well-formed Unicode (a lone surrogate)" : length + " bytes of UTF-8";
  }
}
