package io.zeal.cache;

import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The files of one cache, as its shelf uses them. */
interface CacheFiles extends AutoCloseable {

  @SuppressWarnings("ArrayRecordComponent")
  record Stored(byte[] bytes, long expireAtMillis, long sequence) {}

  Optional<Stored> get(String key);

  boolean holds(String key, long sequence);

  boolean put(String key, byte[] bytes, long expireAtMillis);

  void remove(String key);

  void stamp(TagHash tag, long number);

  void epoch(long epoch, long number);

  long count();

  Map<String, Long> numbers();

  void sweep(Predicate<byte[]> dead);

  @Override
  void close();
}
