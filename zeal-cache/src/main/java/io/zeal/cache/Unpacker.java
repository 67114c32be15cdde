package io.zeal.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Takes out what a {@link Packer} put in, and trusts no byte of it. */
final class Unpacker {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  /** Reads from {@code from} up to {@code end}. */
  Unpacker(byte[] bytes, int from, int end) {
    this.bytes = bytes;
    this.position = from;
    this.end = end;
  }

  static int checksum(byte[] bytes, int length) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, 0, length);
    return (int) checksum.getValue();
  }

  /** A number of {@code size} bytes, its sign extended. */
  long fixed(int size) throws DamagedException {
    require(size);
    if (size == Long.BYTES) { // most of them: an entry has four
      position += Long.BYTES;
      return (long) LONGS.get(bytes, position - Long.BYTES);
    }
    long number = bytes[position++];
    for (int i = 1; i < size; i++) {
      number = (number << 8) | (bytes[position++] & 0xFF);
    }
    return number;
  }

  /** A number that is not negative. */
  long varint() throws DamagedException {
    long number = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      require(1);
      byte next = bytes[position++];
      number |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return number;
      }
    }
    throw new DamagedException("a number that does not end");
  }

  /** A count of things that take at least {@code size} bytes each. */
  int count(int size) throws DamagedException {
    long count = varint();
    if (count > (end - position) / size) {
      throw new DamagedException("less than they announce");
    }
    return (int) count;
  }

  /** Bytes with their length before them; a copy. */
  byte[] block() throws DamagedException {
    int length = count(1);
    position += length;
    return Arrays.copyOfRange(bytes, position - length, position);
  }

  /** As {@link #block}, where it lies. */
  Payload place() throws DamagedException {
    int length = count(1);
    position += length;
    return new Payload(bytes, position - length, length);
  }

  /** Well-formed text with its length before it. */
  String text() throws DamagedException {
    int length = count(1);
    position += length;
    return Text.of(bytes, position - length, length);
  }

  /** Requires that all has been taken out. */
  void requireEnd() throws DamagedException {
    if (position != end) {
      throw new DamagedException("more than they announce");
    }
  }

  private void require(int more) throws DamagedException {
    if (more > end - position) {
      throw new DamagedException("less than they announce");
    }
  }
}
