package io.zeal.memcached;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A life of a store on one server: a random id in an item of its own, which every row's name and
 * header repeat. Whoever puts another id there has cleared the store: no row is found any more.
 *
 * <pre>
 *  0  'Z' 'E'       what it is
 *  2  1             version of this form
 *  3  12 bytes      the id
 * 15  8 bytes       the first of the SHA-256 of the store's schema and options as text
 * 23  8 bytes       when it began, milliseconds since 1970 by the clock of who began it
 * 31  4 bytes       CRC-32C of all before, at the end of every form
 * </pre>
 *
 * @param id nobody changes it
 * @param fingerprint of the store's schema and options
 * @param rows what the names of its rows begin with
 * @param begunMillis when it began
 * @param value its item's; nobody changes it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by isSame
record Epoch(byte[] id, long fingerprint, String rows, long begunMillis, byte[] value) {

  /** The length of an id. */
  static final int BYTES = 12;

  private static final byte[] BEGIN = {'Z', 'E', 1};
  private static final int LENGTH = BEGIN.length + BYTES + 2 * Long.BYTES + Integer.BYTES;
  private static final long NOBODYS = 0;
  private static final SecureRandom RANDOM = new SecureRandom();

  static Epoch random(long fingerprint, Keys keys, long nowMillis) {
    byte[] id = new byte[BYTES];
    RANDOM.nextBytes(id);
    return of(id, fingerprint, keys, nowMillis);
  }

  private static Epoch of(byte[] id, long fingerprint, Keys keys, long begunMillis) {
    String text = Base64.getUrlEncoder().withoutPadding().encodeToString(id);
    byte[] value = encoded(id, fingerprint, begunMillis);
    return new Epoch(id, fingerprint, keys.rows(text), begunMillis, value);
  }

  /**
   * The epoch in an item's value; null if it is none. One of a later form has a fingerprint that is
   * nobody's here.
   */
  static @Nullable Epoch decode(byte[] value, Keys keys) {
    if (!isWhole(value)) {
      return null;
    }
    if (value[2] > BEGIN[2]) {
      return of(new byte[BYTES], NOBODYS, keys, 0);
    }
    if (value.length != LENGTH || value[2] != BEGIN[2]) {
      return null;
    }
    byte[] id = Arrays.copyOfRange(value, BEGIN.length, BEGIN.length + BYTES);
    ByteBuffer in = ByteBuffer.wrap(value, BEGIN.length + BYTES, 2 * Long.BYTES);
    return of(id, in.getLong(), keys, in.getLong());
  }

  /** Whether it is an epoch of any form. A damaged one must not be taken for another store's. */
  private static boolean isWhole(byte[] value) {
    int end = value.length - Integer.BYTES;
    return end >= BEGIN.length
        && value[0] == BEGIN[0]
        && value[1] == BEGIN[1]
        && ByteBuffer.wrap(value).getInt(end) == checksum(value, end);
  }

  private static byte[] encoded(byte[] id, long fingerprint, long begunMillis) {
    ByteBuffer value = ByteBuffer.allocate(LENGTH).put(BEGIN).put(id);
    value.putLong(fingerprint).putLong(begunMillis);
    return value.putInt(checksum(value.array(), value.position())).array();
  }

  private static int checksum(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  /**
   * Whether an item's value is this epoch, to the last byte: of one that is damaged anywhere all
   * have to think the same.
   */
  boolean isIn(byte[] other) {
    return Arrays.equals(value, other);
  }

  boolean isSame(@Nullable Epoch other) {
    return other != null && Arrays.equals(id, other.id);
  }

  static long fingerprint(String text) {
    long hash = ByteBuffer.wrap(Keys.sha256(text.getBytes(StandardCharsets.UTF_8))).getLong();
    return hash == NOBODYS ? 1 : hash;
  }
}
