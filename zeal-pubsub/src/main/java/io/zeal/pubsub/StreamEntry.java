package io.zeal.pubsub;

import org.jspecify.annotations.Nullable;

/** A message of a stream. Its bytes are never handed out, only copies of them. */
final class StreamEntry {

  /** What an entry takes beside its payload and key, roughly. */
  private static final int OVERHEAD = 128;

  final long number;
  final byte[] payload;
  final @Nullable String key;
  final long publishedMillis;

  /** Whether it was cut off before every group had handled it; guarded by the stream's lock. */
  boolean cut;

  StreamEntry(long number, byte[] payload, @Nullable String key, long publishedMillis) {
    this.number = number;
    this.payload = payload;
    this.key = key;
    this.publishedMillis = publishedMillis;
  }

  String id() {
    return Long.toString(number);
  }

  long bytes() {
    return bytes(payload, key);
  }

  static long bytes(byte[] payload, @Nullable String key) {
    return OVERHEAD + payload.length + (key == null ? 0 : 2L * key.length());
  }
}
