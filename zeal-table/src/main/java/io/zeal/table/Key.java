package io.zeal.table;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A key on its way through one call: its bytes of UTF-8, its hash, and the row it was found in.
 * Plain ASCII is packed from the characters; only other text is turned into an array.
 *
 * <p>It is compared and hashed 8 bytes at a time. The last 8 bytes of a key whose length is no
 * multiple of 8 overlap those before; of a key that is shorter than 8 there is one word with zeros
 * above it.
 */
final class Key {

  private static final long MULTIPLIER = 0x9e37_79b9_7f4a_7c15L;

  private final String text;
  private final byte @Nullable [] utf8;
  private final int length;
  private final int hash;
  private long word;
  private long place;

  Key(String text, long seed) {
    this.text = text;
    this.utf8 = isAscii(text) ? null : text.getBytes(StandardCharsets.UTF_8);
    this.length = utf8 == null ? text.length() : utf8.length;
    this.hash = hash(seed);
  }

  /** A key of these bytes; they are not copied. */
  Key(byte[] utf8, long seed) {
    this.text = "";
    this.utf8 = utf8;
    this.length = utf8.length;
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
   * choose one bucket.
   */
  private int hash(long seed) {
    long folded = seed ^ (length * MULTIPLIER);
    int whole = length & -Long.BYTES;
    for (int i = 0; i < whole; i += Long.BYTES) {
      folded = fold(folded ^ wordAt(i), MULTIPLIER ^ seed);
    }
    if (whole != length) {
      folded = fold(folded ^ lastWord(), MULTIPLIER ^ seed);
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

  /** Where the last search found this key. */
  long place() {
    return place;
  }

  void found(long underWord, long inPlace) {
    this.word = underWord;
    this.place = inPlace;
  }

  /**
   * Whether the row at {@code base} has this key. Torn if the row is being filled: the caller
   * checks its word after.
   */
  boolean matches(MemorySegment segment, long base, long keyOffset) {
    if (Memory.getKeyLength(segment, base) != length) {
      return false;
    }
    long at = base + keyOffset;
    int whole = length & -Long.BYTES;
    for (int i = 0; i < whole; i += Long.BYTES) {
      if (segment.get(Memory.KEY_WORD, at + i) != wordAt(i)) {
        return false;
      }
    }
    return whole == length || lastWord(segment, at) == lastWord();
  }

  /** What comes before a key in its row is at least 8 bytes long, so this never leaves the row. */
  private long lastWord(MemorySegment segment, long at) {
    long last = segment.get(Memory.KEY_WORD, at + length - Long.BYTES);
    return length >= Long.BYTES ? last : last >>> (Long.SIZE - length * Byte.SIZE);
  }

  /** Writes the key and its length. */
  void writeTo(MemorySegment segment, long base, long keyOffset) {
    Memory.setKeyLength(segment, base, length);
    long at = base + keyOffset;
    int whole = length & -Long.BYTES;
    for (int i = 0; i < whole; i += Long.BYTES) {
      segment.set(Memory.KEY_WORD, at + i, wordAt(i));
    }
    for (int i = whole; i < length; i++) {
      segment.set(ValueLayout.JAVA_BYTE, at + i, (byte) byteAt(i));
    }
  }

  private long lastWord() {
    return length >= Long.BYTES ? wordAt(length - Long.BYTES) : packed(0, length);
  }

  private long wordAt(int from) {
    byte[] bytes = utf8;
    return bytes != null
        ? (long) Memory.KEY_WORD_OF_ARRAY.get(bytes, from)
        : packed(from, from + Long.BYTES);
  }

  private long packed(int from, int end) {
    long packed = 0;
    for (int i = end - 1; i >= from; i--) {
      packed = (packed << Byte.SIZE) | byteAt(i);
    }
    return packed;
  }

  private int byteAt(int i) {
    byte[] bytes = utf8;
    return bytes == null ? text.charAt(i) : bytes[i] & 0xff;
  }

  /** Orders keys as pages do: by hash without sign, then by bytes without sign. */
  static int compare(int hash, byte[] bytes, int otherHash, byte[] otherBytes) {
    int byHash = Integer.compareUnsigned(hash, otherHash);
    return byHash != 0 ? byHash : Arrays.compareUnsigned(bytes, otherBytes);
  }
}
