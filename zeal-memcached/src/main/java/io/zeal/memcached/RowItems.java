package io.zeal.memcached;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Rows as values of items: a header, the columns, a checksum. Everything is big-endian.
 *
 * <pre>
 *  0  'Z' 'R'       what it is
 *  2  1             version of this form
 *  3  flags         1: there is an expiry, 2: there is a key
 *  4  8 bytes       the schema and options of the store, see {@link Epoch#fingerprint}
 * 12  12 bytes      the epoch it was written in
 * 24  8 bytes       when it ends, milliseconds since 1970 (flag 1)
 *     2 + n bytes   the key in UTF-8 with its length (flag 2: the item is called by a hash)
 *     ...           the columns, see {@link RowForm}
 *     4 bytes       CRC-32C of all before and, behind it, of the key in UTF-8
 * </pre>
 *
 * What is anything else (written by somebody else, damaged, of another key) is no row, and counted.
 */
final class RowItems<R> {

  private static final byte[] BEGIN = {'Z', 'R', 1};
  private static final int HAS_EXPIRY = 1;
  private static final int HAS_KEY = 2;
  private static final int FIXED = BEGIN.length + 1 + Long.BYTES + Epoch.BYTES;
  private static final int LEAST = FIXED + Integer.BYTES;

  private final RowForm<R> form;
  private final AtomicLong foreign;

  /**
   * @param foreign counts what is no row
   */
  RowItems(RowForm<R> form, AtomicLong foreign) {
    this.form = form;
    this.foreign = foreign;
  }

  /**
   * The value of a row's item.
   *
   * @param hashed whether the item is called by a hash of the key
   */
  static byte[] encode(Epoch epoch, String key, boolean hashed, long expiryMillis, byte[] columns) {
    byte[] own = key.getBytes(StandardCharsets.UTF_8);
    int length =
        LEAST
            + (expiryMillis == 0 ? 0 : Long.BYTES)
            + (hashed ? Short.BYTES + own.length : 0)
            + columns.length;
    ByteBuffer value = ByteBuffer.allocate(length);
    value.put(BEGIN);
    value.put((byte) ((expiryMillis == 0 ? 0 : HAS_EXPIRY) | (hashed ? HAS_KEY : 0)));
    value.putLong(epoch.fingerprint());
    value.put(epoch.id());
    if (expiryMillis != 0) {
      value.putLong(expiryMillis);
    }
    if (hashed) {
      value.putShort((short) own.length).put(own);
    }
    value.put(columns);
    value.putInt(checksum(value.array(), length - Integer.BYTES, own));
    return value.array();
  }

  /** Of the key too, so that a row that came to stand under another name is none. */
  private static int checksum(byte[] bytes, int length, byte[] key) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    crc.update(key, 0, key.length);
    return (int) crc.getValue();
  }

  /**
   * The row in an item that was found under the key's name in this epoch; null if it has expired or
   * is no row of ours.
   *
   * @param hashed whether the item is called by a hash of the key
   */
  @Nullable StoredRow<R> decode(
      byte[] value, Epoch epoch, String key, boolean hashed, long nowMillis) {
    try {
      StoredRow<R> row = checked(value, epoch, key, hashed);
      boolean over = row.expiryMillis() != 0 && row.expiryMillis() < nowMillis;
      return over ? null : row;
    } catch (IllegalArgumentException e) {
      foreign.incrementAndGet();
      return null;
    }
  }

  private StoredRow<R> checked(byte[] value, Epoch epoch, String key, boolean hashed) {
    int end = value.length - Integer.BYTES;
    require(value.length >= LEAST);
    require(Arrays.equals(value, 0, BEGIN.length, BEGIN, 0, BEGIN.length));
    ByteBuffer in = ByteBuffer.wrap(value);
    byte[] own = key.getBytes(StandardCharsets.UTF_8);
    require(in.getInt(end) == checksum(value, end, own));
    int flags = in.get(BEGIN.length);
    require((flags & ~(HAS_EXPIRY | HAS_KEY)) == 0);
    int at = BEGIN.length + 1;
    require(in.getLong(at) == epoch.fingerprint());
    at += Long.BYTES;
    require(Arrays.equals(value, at, at + Epoch.BYTES, epoch.id(), 0, Epoch.BYTES));
    at += Epoch.BYTES;
    long expiryMillis = 0;
    if ((flags & HAS_EXPIRY) != 0) {
      require(end - at >= Long.BYTES);
      expiryMillis = in.getLong(at);
      at += Long.BYTES;
    }
    require(hashed == ((flags & HAS_KEY) != 0));
    if (hashed) {
      require(end - at >= Short.BYTES + own.length && in.getShort(at) == own.length);
      at += Short.BYTES;
      require(Arrays.equals(value, at, at + own.length, own, 0, own.length));
      at += own.length;
    }
    return new StoredRow<>(form.cells(value, at, end), expiryMillis);
  }

  private static void require(boolean condition) {
    if (!condition) {
      throw new IllegalArgumentException("no row of this store");
    }
  }
}
