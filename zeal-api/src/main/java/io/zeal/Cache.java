package io.zeal;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of any type that can be had again: what it holds may go at any time. Safe for concurrent
 * use.
 *
 * <p>Keys are any text of any length. A value that cannot be decoded is a miss, never an error.
 * Null can be cached, and is told from absence by {@link Cached}.
 */
public interface Cache {

  /** The name it was opened by. */
  String name();

  /** What it was opened with. */
  CacheOptions options();

  /** What is cached under {@code key}. */
  <T> Cached<T> get(String key, ValueType<T> type);

  /** What is cached under {@code key}. */
  default <T> Cached<T> get(String key, Class<T> type) {
    return get(key, ValueType.of(type));
  }

  /** Caches a value; null is one. */
  <T> void put(String key, @Nullable T value, ValueType<T> type, CacheOptions options);

  /** Caches a value with this cache's options. */
  default <T> void put(String key, @Nullable T value, Class<T> type) {
    put(key, value, ValueType.of(type), options());
  }

  /**
   * The cached value, or what {@code loader} computes. However many callers miss at once in this
   * process, one load runs; its error reaches all who wait and is not cached. Interrupting a
   * caller, or its timeout, does not end the load.
   *
   * @throws LoaderFailedException if the loader threw, or asked for {@code key} itself
   * @throws OperationTimeoutException if the hard timeout passed
   */
  <T> @Nullable T getOrCompute(
      String key, ValueType<T> type, CacheOptions options, Loader<T> loader);

  /** The cached value, or what {@code loader} computes, with this cache's options. */
  default <T> @Nullable T getOrCompute(String key, Class<T> type, Loader<T> loader) {
    return getOrCompute(key, ValueType.of(type), options(), loader);
  }

  /**
   * What is cached under each key, in one trip; a key that is not cached is in neither map of the
   * result.
   */
  <T> BulkResult<Cached<T>> getAll(Collection<String> keys, ValueType<T> type);

  /** Caches many values in one trip. */
  <T> BulkResult<Boolean> putAll(Map<String, T> values, ValueType<T> type, CacheOptions options);

  /** Whether something is cached, without decoding it. */
  boolean contains(String key);

  /** Removes the entry: gone. A load of the key that is running does not bring it back. */
  boolean remove(String key);

  /** Expires the entry: stale, may still be served within {@code maxStale}. */
  boolean expire(String key);

  /** Invalidates every entry with {@code tag}, however many, at once. */
  void removeTag(String tag);

  /** Invalidates every entry at once. */
  void clear();

  /** The number of entries; may include dead ones until they are swept. */
  long count();

  /** Hits by tier, misses, stale served, loads, failures, flights joined, evictions. */
  Stats stats();

  /**
   * Where a key is and what is known of it: tier, age, expiry, codec, size, as one line for people.
   */
  String explain(String key);
}
