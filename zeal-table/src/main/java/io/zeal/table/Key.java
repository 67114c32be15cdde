package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key on its way through one call: its bytes of UTF-8, 8 at a time, its hash, and the word of the
 * row it was found in. Plain ASCII is packed from the characters; only other text is turned into an
 * array.
 */
final class Key {

  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

  private final String text;
  private final byte @Nullable [] utf8;
  private final int length;
  private final int hash;
  private long word;

  Key(String text, long seed) {
    this.text = text;
    this.utf8 = isAscii(text) ? null : text.getBytes(StandardCharsets.UTF_8);
    this.length = utf8 == null ? text.length() : utf8.length;
    this.hash = hash(seed);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /**
   * Multiplies and folds 8 bytes at a time, from a secret start: whoever may choose keys cannot
   * choose one long chain.
   */
  private int hash(long seed) {
    long folded = seed ^ (length * MULTIPLIER);
    for (int i = 0; i < length; i += Long.BYTES) {
      folded = fold(folded ^ wordAt(i), MULTIPLIER ^ seed);
    }
    return (int) (fold(folded, MULTIPLIER) >>> 32);
  }

  private static long fold(long a, long b) {
    return Math.multiplyHigh(a, b) ^ (a * b);
  }

  int length() {
    return length;
  }

  int hash() {
    return hash;
  }

  byte[] bytes() {
    return utf8 == null ? text.getBytes(StandardCharsets.ISO_8859_1) : utf8;
  }

  /** The word of the row under which the last search found this key. */
  long word() {
    return word;
  }

  void foundUnder(long rowWord) {
    this.word = rowWord;
  }

  /**
   * Whether the row at {@code base} has this key. Torn if the row is being filled: the caller
   * checks its word after.
   */
  boolean matches(MemorySegment segment, long base, long keyOffset) {
    if (segment.get(ValueLayout.JAVA_INT, base + TableLayout.KEY_LENGTH) != length) {
      return false;
    }
    for (int i = 0; i < length; i += Long.BYTES) {
      if (segment.get(Memory.KEY_WORD, base + keyOffset + i) != wordAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Writes the key and its zero padding up to a multiple of 8. */
  void writeTo(MemorySegment segment, long base, long keyOffset) {
    segment.set(ValueLayout.JAVA_INT, base + TableLayout.KEY_LENGTH, length);
    for (int i = 0; i < length; i += Long.BYTES) {
      segment.set(Memory.KEY_WORD, base + keyOffset + i, wordAt(i));
    }
  }

  private long wordAt(int from) {
    byte[] bytes = utf8;
    int end = Math.min(from + Long.BYTES, length);
    if (bytes != null && end - from == Long.BYTES) {
      return (long) Memory.KEY_WORD_OF_ARRAY.get(bytes, from);
    }
    long packed = 0;
    for (int i = end - 1; i >= from; i--) {
      packed = packed << 8 | (bytes == null ? text.charAt(i) : bytes[i] & 0xff);
    }
    return packed;
  }

  /** Orders keys as pages do: by hash without sign, then by bytes without sign. */
  static int compare(int hash, byte[] bytes, int otherHash, byte[] otherBytes) {
    int byHash = Integer.compareUnsigned(hash, otherHash);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(bytes, otherBytes);
  }
}
