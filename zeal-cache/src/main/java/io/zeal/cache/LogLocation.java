package io.zeal.cache;

/** Where the value of a key is. Compared by identity: a place that is another object is another. */
final class LogLocation {

  final Segment segment;
  final int offset;
  final int length;
  final long expireAtMillis;
  final long version;

  LogLocation(Segment segment, int offset, int length, long expireAtMillis, long version) {
    this.segment = segment;
    this.offset = offset;
    this.length = length;
    this.expireAtMillis = expireAtMillis;
    this.version = version;
  }

  /** Alive while {@code now <= expireAt}. */
  boolean isExpired(long nowMillis) {
    return expireAtMillis != 0 && nowMillis > expireAtMillis;
  }

  int end() {
    return offset + length;
  }
}
