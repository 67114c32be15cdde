package io.zeal.cache;

import org.jspecify.annotations.Nullable;

/**
 * One record of the log: a header of fixed length, the key, the value ({@code
 * docs/cache-files.md}).
 *
 * <p>The header has a checksum of its own, so that its length, its kind and its key's hash can be
 * trusted even if key or value cannot. That checksum also covers the seed of the segment: bytes of
 * another segment, or of a value that holds a record, are never taken for a record.
 */
final class LogRecord {

  static final int HEADER_BYTES = 56;

  /** A version that is the record's own number. */
  static final long OWN_NUMBER = 0;

  static final byte[] NOTHING = new byte[0];

  private static final int MAGIC = 0x5a43_4c52;

  private static final int KIND_AT = 4;
  private static final int NUMBER_AT = 8;
  private static final int VERSION_AT = 16;
  private static final int EXPIRES_AT = 24;
  private static final int HASH_AT = 32;
  private static final int KEY_BYTES_AT = 40;
  private static final int VALUE_BYTES_AT = 44;
  private static final int BODY_SUM_AT = 48;
  private static final int HEADER_SUM_AT = 52;

  /** What a record says. */
  enum Kind {
    /** The key has this value from now on. */
    PUT(1),
    /** The key has no value from now on. */
    REMOVE(2),
    /** The mark has these two numbers from now on. */
    MARK(3),
    /** The mark is gone from now on. */
    UNMARK(4),
    /** Nothing that was said before holds: no key has a value, no mark is there. */
    CLEAR(5);

    private final int id;

    Kind(int id) {
      this.id = id;
    }

    private static @Nullable Kind of(int id) {
      for (var kind : values()) {
        if (kind.id == id) {
          return kind;
        }
      }
      return null;
    }
  }

  /** What a header says, once its checksum is right. */
  record Header(
      Kind kind,
      long number,
      long version,
      long expireAtMillis,
      long keyHash,
      int keyBytes,
      int valueBytes,
      int bodySum) {

    int length() {
      return HEADER_BYTES + keyBytes + valueBytes;
    }

    boolean isKey(byte[] bytes, int at) {
      return LogBytes.hash(bytes, at, keyBytes) == keyHash;
    }

    boolean isBody(byte[] bytes, int at) {
      return LogBytes.checksum(bytes, at, keyBytes + valueBytes) == bodySum;
    }
  }

  /** A record that still lacks number, version and the checksum of the header. */
  static byte[] unnumbered(Kind kind, byte[] key, byte[] value, long expireAtMillis) {
    var bytes = new byte[Math.addExact(HEADER_BYTES, Math.addExact(key.length, value.length))];
    LogBytes.putInt(bytes, 0, MAGIC);
    LogBytes.putInt(bytes, KIND_AT, kind.id);
    LogBytes.putLong(bytes, EXPIRES_AT, expireAtMillis);
    LogBytes.putLong(bytes, HASH_AT, LogBytes.hash(key, 0, key.length));
    LogBytes.putInt(bytes, KEY_BYTES_AT, key.length);
    LogBytes.putInt(bytes, VALUE_BYTES_AT, value.length);
    System.arraycopy(key, 0, bytes, HEADER_BYTES, key.length);
    System.arraycopy(value, 0, bytes, HEADER_BYTES + key.length, value.length);
    LogBytes.putInt(
        bytes, BODY_SUM_AT, LogBytes.checksum(bytes, HEADER_BYTES, key.length + value.length));
    return bytes;
  }

  /** Completes the header for the place that the record gets; may be done again for another. */
  static void number(byte[] record, long number, long version, long seed) {
    LogBytes.putLong(record, NUMBER_AT, number);
    LogBytes.putLong(record, VERSION_AT, version);
    LogBytes.putInt(record, HEADER_SUM_AT, headerSum(record, 0, seed));
  }

  /** What a record says that {@link #unnumbered} made. */
  static @Nullable Kind kind(byte[] record) {
    return Kind.of(LogBytes.getInt(record, KIND_AT));
  }

  /** When the value of a record expires; 0 if never. */
  static long expireAtMillis(byte[] record) {
    return LogBytes.getLong(record, EXPIRES_AT);
  }

  /** The header at an index, or null if it is not whole. */
  static @Nullable Header header(byte[] bytes, int at, long seed) {
    if (LogBytes.getInt(bytes, at) != MAGIC
        || LogBytes.getInt(bytes, at + HEADER_SUM_AT) != headerSum(bytes, at, seed)) {
      return null;
    }
    var kind = Kind.of(LogBytes.getInt(bytes, at + KIND_AT));
    int keyBytes = LogBytes.getInt(bytes, at + KEY_BYTES_AT);
    int valueBytes = LogBytes.getInt(bytes, at + VALUE_BYTES_AT);
    if (kind == null
        || keyBytes < 0
        || valueBytes < 0
        || (long) HEADER_BYTES + keyBytes + valueBytes > Integer.MAX_VALUE) {
      return null;
    }
    return new Header(
        kind,
        LogBytes.getLong(bytes, at + NUMBER_AT),
        LogBytes.getLong(bytes, at + VERSION_AT),
        LogBytes.getLong(bytes, at + EXPIRES_AT),
        LogBytes.getLong(bytes, at + HASH_AT),
        keyBytes,
        valueBytes,
        LogBytes.getInt(bytes, at + BODY_SUM_AT));
  }

  private static int headerSum(byte[] bytes, int at, long seed) {
    // Folding the seed into the sum is as good as summing it first, and needs no copy.
    int sum = LogBytes.checksum(bytes, at, HEADER_SUM_AT);
    return sum ^ (int) (seed ^ seed >>> 32);
  }

  private LogRecord() {}
}
