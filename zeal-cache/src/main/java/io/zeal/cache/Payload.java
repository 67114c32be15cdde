package io.zeal.cache;

import java.util.Arrays;

/**
 * The bytes of a value where they lie, mostly within those of its entry. Nobody changes them.
 *
 * @param bytes among others
 * @param from where it begins
 * @param length how many bytes it has
 */
@SuppressWarnings("ArrayRecordComponent") // read once, compared by nobody
record Payload(byte[] bytes, int from, int length) {

  static final Payload NOTHING = of(new byte[0]);

  /** All of these bytes. */
  static Payload of(byte[] bytes) {
    return new Payload(bytes, 0, bytes.length);
  }

  /** Takes out what a {@link Packer} put in. */
  Unpacker unpacker() {
    return new Unpacker(bytes, from, from + length);
  }

  /** The bytes alone. */
  byte[] toBytes() {
    return length == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, from + length);
  }
}
