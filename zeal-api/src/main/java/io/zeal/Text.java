package io.zeal;

import io.zeal.spi.Texts;
import org.jspecify.annotations.Nullable;

/** Keys and names: any well-formed Unicode text up to a limit in bytes of UTF-8 (S8). */
final class Text {

  /** How the names of Zeal's own stores begin. */
  private static final String OWN_STORES = "zeal:";

  private Text() {}

  /** Returns {@code name} if it may name a {@code what} (store, counter, …): 1 to 63 bytes. */
  static String requireName(@Nullable String name, String what) {
    int length = Texts.utf8Length(java.util.Objects.requireNonNull(name, what + " name"));
    if (length < 1 || length > 63) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_NAME,
          "The "
              + what
              + " name "
              + Texts.quote(name)
              + " is "
              + Texts.size(length)
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
              + Texts.quote(checked)
              + " begins with '"
              + OWN_STORES
              + "', as the stores do that Zeal makes for itself. Use another name.");
    }
    return checked;
  }
}
