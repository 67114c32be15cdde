package io.zeal;

import org.jspecify.annotations.Nullable;

/** Keys and names: any well-formed Unicode text up to a limit in bytes of UTF-8 (S8). */
final class Text {

  /** How the names of Zeal's own stores begin. */
  private static final String OWN_STORES = "zeal:";

  private Text() {}

  /** The length of {@code text} in bytes of UTF-8, or -1 if it holds a lone surrogate. */
  static int utf8Length(String text) {
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
  static String quote(String text) {
    return text.length() > 40
        ? "'" + escaped(text.substring(0, 40)) + "…'"
        : "'" + escaped(text) + "'";
  }

  /** The text with everything escaped that does not print or that ends a quotation. */
  static String escaped(String text) {
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

  /** Returns {@code key} if it may be used in a store whose key limit is {@code limit} bytes. */
  static String requireKey(@Nullable String key, int limit, String store) {
    int length = utf8Length(java.util.Objects.requireNonNull(key, "key"));
    if (length < 1 || length > limit) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_KEY,
          "Store "
              + quote(store)
              + ": key "
              + quote(key)
              + " is "
              + size(length)
              + "; the limit is 1 to "
              + limit
              + " bytes of well-formed text. Use a shorter key or raise StoreOptions.withKeyLimit.");
    }
    return key;
  }

  /** Returns {@code name} if it may name a {@code what} (store, counter, …): 1 to 63 bytes. */
  static String requireName(@Nullable String name, String what) {
    int length = utf8Length(java.util.Objects.requireNonNull(name, what + " name"));
    if (length < 1 || length > 63) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The "
              + what
              + " name "
              + quote(name)
              + " is "
              + size(length)
              + "; use 1 to 63 bytes of well-formed text.");
    }
    return name;
  }

  /** Returns {@code name} if an application may give it to a store (S8.8). */
  static String requireStoreName(@Nullable String name) {
    String checked = requireName(name, "store");
    if (checked.startsWith(OWN_STORES)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The store name "
              + quote(checked)
              + " begins with '"
              + OWN_STORES
              + "', as the stores do that Zeal makes for itself. Use another name.");
    }
    return checked;
  }

  /** A length as {@link #utf8Length} answers it, in words. */
  static String size(int length) {
    return length < 0 ? "not well-formed Unicode (a lone surrogate)" : length + " bytes of UTF-8";
  }
}
