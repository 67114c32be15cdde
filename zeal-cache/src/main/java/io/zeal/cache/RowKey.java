package io.zeal.cache;

import org.jspecify.annotations.Nullable;

/**
 * Where an entry is stored.
 *
 * @param text the key of its row, at most {@link Keys#LONGEST} bytes
 * @param original the application's key if {@code text} holds its hash alone, to be stored with the
 *     entry and compared on every read; otherwise null
 */
record RowKey(String text, @Nullable String original) {

  /** The application's key. */
  String key() {
    return original == null ? text.substring(1) : original;
  }
}
