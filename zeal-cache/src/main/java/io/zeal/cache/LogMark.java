package io.zeal.cache;

import org.jspecify.annotations.Nullable;

/** The two numbers of a mark, and the segment that holds the record of them, once it does. */
record LogMark(long first, long second, @Nullable Segment segment) {

  static final int BYTES = 16;

  static LogMark read(byte[] bytes, int at, Segment segment) {
    return new LogMark(LogBytes.getLong(bytes, at), LogBytes.getLong(bytes, at + 8), segment);
  }

  static byte[] bytes(long first, long second) {
    var bytes = new byte[BYTES];
    LogBytes.putLong(bytes, 0, first);
    LogBytes.putLong(bytes, 8, second);
    return bytes;
  }
}
