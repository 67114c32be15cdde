package io.zeal.cache;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.spi.Texts;
import java.util.Base64;
import java.util.Objects;

/**
 * The keys of a cache's rows. The first letter says what a row is, so that nothing an application
 * calls its keys or tags meets anything else.
 */
final class Keys {

  /** The most bytes of a row's key: the default key limit of a store. */
  static final int LONGEST = 63;

  /** The row of the cache's epoch and number. */
  static final String CONTROL = "c";

  private static final int MOST_BYTES_OF_A_CHAR = 3;

  private static final String PLAIN = "k";
  private static final String HASHED = "h";
  private static final String TAG = "t";
  private static final String MARK = "m";

  private Keys() {}

  /**
   * The row of an entry: the key itself where it is short, otherwise its SHA-256.
   *
   * @throws InvalidArgumentException if the key is empty or not well-formed
   */
  static RowKey of(String cache, String key) {
    if (Objects.requireNonNull(key, "key").isEmpty() || !Text.isWellFormed(key)) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_KEY,
          "Cache "
              + Texts.quote(cache)
              + ": key "
              + Texts.quote(key)
              + (key.isEmpty() ? " is empty" : " is not well-formed Unicode (a lone surrogate)")
              + ". Use well-formed text of at least one character.");
    }
    if (isShort(key)) {
      return new RowKey(PLAIN + key, null);
    }
    byte[] hash = TagHash.sha256(Text.utf8(key));
    return new RowKey(HASHED + Base64.getUrlEncoder().withoutPadding().encodeToString(hash), key);
  }

  /** Whether the key and its letter fit into a row's key; most are counted without encoding. */
  private static boolean isShort(String key) {
    return key.length() < LONGEST / MOST_BYTES_OF_A_CHAR
        || (key.length() < LONGEST && Text.utf8(key).length < LONGEST);
  }

  /** The row of a tag's stamp. */
  static String of(TagHash tag) {
    return TAG + tag.text();
  }

  /** The row of a mark ({@link Marks}). */
  static String mark(String name) {
    return MARK + name;
  }

  /** Whether a row holds an entry, and neither a stamp nor the control. */
  static boolean isEntry(String row) {
    return row.startsWith(PLAIN) || row.startsWith(HASHED);
  }
}
