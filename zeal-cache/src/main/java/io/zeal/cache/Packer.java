package io.zeal.cache;

import java.util.Arrays;

/**
 * Puts numbers, bytes and text one after the other: fixed numbers with the high byte first, small
 * ones as varints (seven bits a byte, the low ones first, the high bit for "more"), bytes and text
 * with their length before them. {@link Unpacker} takes them out.
 */
final class Packer {

  private byte[] bytes;
  private int length;

  /** Begins with room for {@code expected} bytes, and grows. */
  Packer(int expected) {
    this.bytes = new byte[Math.max(expected, 16)];
  }

  /** The low {@code size} bytes of a number. */
  Packer fixed(long number, int size) {
    reserve(size);
    for (int shift = (size - 1) * 8; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (number >>> shift);
    }
    return this;
  }

  /** A number, small and not negative for the most part. */
  Packer varint(long number) {
    reserve(10);
    long rest = number;
    while ((rest & ~0x7FL) != 0) {
      bytes[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[length++] = (byte) rest;
    return this;
  }

  /** Bytes with their length before them. */
  Packer block(byte[] block) {
    varint(block.length);
    reserve(block.length);
    System.arraycopy(block, 0, bytes, length, block.length);
    length += block.length;
    return this;
  }

  private void reserve(int more) {
    if (more > bytes.length - length) {
      long doubled = Math.min(2L * bytes.length, Integer.MAX_VALUE - 8);
      bytes = Arrays.copyOf(bytes, Math.max((int) doubled, Math.addExact(length, more)));
    }
  }

  /** The checksum (CRC32C) of all there is. */
  int checksum() {
    return Unpacker.checksum(bytes, length);
  }

  /** All there is. */
  byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }
}
