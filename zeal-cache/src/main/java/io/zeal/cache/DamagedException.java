package io.zeal.cache;

/** Stored bytes that are not what they should be. Says what was found, and never shows them. */
final class DamagedException extends Exception {

  /** Creates the error; {@code found} completes "the bytes hold …". */
  DamagedException(String found) {
    super(found);
  }
}
