package io.zeal.redis;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The buckets of one store, shared by all that attached to it through one backend. */
final class RedisStore {

  final String name;
  private final List<Bucket> buckets;

  /** With whom it was opened last; scripts of the application announce what they touch to it. */
  private volatile @Nullable StepAnnouncer announcer;

  RedisStore(Names names, String name, int buckets) {
    this.name = name;
    this.buckets =
        IntStream.range(0, buckets).mapToObj(i -> new Bucket(names.bucket(name, i), i)).toList();
  }

  void announceWith(@Nullable StepAnnouncer announcer) {
    this.announcer = announcer;
  }

  @Nullable StepAnnouncer announcer() {
    return announcer;
  }

  List<Bucket> buckets() {
    return buckets;
  }

  Bucket bucket(byte[] key) {
    return buckets.size() == 1 ? buckets.getFirst() : buckets.get(position(key, buckets.size()));
  }

  int position(String key) {
    return position(key.getBytes(StandardCharsets.UTF_8), buckets.size());
  }

  /**
   * The bucket of a key: FNV-1a of 32 bits with a final mix, modulo the number of buckets. Part of
   * what is stored: it never changes.
   */
  static int position(byte[] key, int buckets) {
    int hash = 0x811c9dc5;
    for (byte b : key) {
      hash = (hash ^ (b & 0xff)) * 0x01000193;
    }
    hash ^= hash >>> 16;
    hash *= 0x85ebca6b;
    hash ^= hash >>> 13;
    return Integer.remainderUnsigned(hash, buckets);
  }
}
