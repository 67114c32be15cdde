package io.zeal;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of any type that can be had again: what it holds may go at any time. Safe for concurrent
 * use.
 *
 * <p>Keys are any well-formed text of any length that is not empty; another is an {@link
 * InvalidArgumentException}, and null a {@link NullPointerException}. A value that cannot be
 * decoded is a miss, never an error. Null can be cached, and is told from absence by {@link
 * Cached}. Options are given per call and replace those of the cache: change some with {@code
 * cache.options().withTtl(…)}.
 *
 * <p>If the backend cannot be reached, {@link #get} and {@link #getOrCompute} answer from the tiers
 * that are left, and {@code getOrCompute} loads where they have nothing; every other call fails
 * with {@link BackendUnavailableException} or {@link OperationTimeoutException}, and a change says
 * by {@link ZealException#outcome()} whether it may have happened. Once the {@link Zeal} it came
 * from is closed, every method but {@link #name} and {@link #options} throws {@link
 * ZealClosedException}.
 */
public interface Cache {

  /** The name it was opened by. */
  String name();

  /** What it was opened with. */
  CacheOptions options();

  /** What is cached under {@code key}; a miss too if it is of another type. */
  <T> Cached<T> get(String key, ValueType<T> type);

  /** What is cached under {@code key}; a miss too if it is of another type. */
  default <T> Cached<T> get(String key, Class<T> type) {
    return get(key, ValueType.of(type));
  }

  /**
   * Caches a value; null is one. Time to live, jitter and tags are those of {@code options}: {@code
   * put(key, value, type, cache.options().withTags("team:7"))}.
   *
   * @throws CodecException if the value cannot be encoded; nothing is changed
   * @throws CapacityException if it fits into no tier; what was cached under the key is gone
   */
  <T> void put(String key, @Nullable T value, ValueType<T> type, CacheOptions options);

  /**
   * Caches a value with this cache's options; as {@link #put(String, Object, ValueType,
   * CacheOptions)}.
   */
  default <T> void put(String key, @Nullable T value, Class<T> type) {
    put(key, value, ValueType.of(type), options());
  }

  /**
   * The cached value, or what {@code loader} computes. However many callers miss at once in this
   * process, one load runs; its error reaches all who wait and is not cached. Interrupting a
   * caller, or its timeout, does not end the load. The value is stored with the ttl and tags of
   * {@code options}, unless the loader gives it others; a loaded value that cannot be stored is
   * returned all the same, and counted; the first of each cache is a warning in the log.
   *
   * @throws LoaderFailedException if the loader threw, or asked for {@code key} itself
   * @throws OperationTimeoutException if the hard timeout passed
   * @throws OperationInterruptedException if the caller was interrupted
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

  /**
   * The cached value of each key, or what {@code loader} computes for it: as {@link
   * #getOrCompute(String, ValueType, CacheOptions, Loader)} of each, with the reads in one trip and
   * the writes in another. The loader runs once for each key that is missing, on a virtual thread
   * for each; a load that runs already, whoever began it, is joined, and single callers join those
   * begun here. The hard timeout is that of the whole call.
   *
   * @return per key a hit, whose value is null where null was cached or loaded, or its error:
   *     {@link LoaderFailedException}, or {@link OperationTimeoutException} for what was not loaded
   *     in time
   * @throws OperationInterruptedException if the caller was interrupted; loads go on
   */
  <T> BulkResult<Cached<T>> getAllOrCompute(
      Collection<String> keys, ValueType<T> type, CacheOptions options, Loader<T> loader);

  /**
   * Caches many values in one trip, each as {@link #put(String, Object, ValueType, CacheOptions)}
   * would, tags included.
   *
   * @return per key {@code true}, or its error
   */
  <T> BulkResult<Boolean> putAll(
      Map<String, ? extends @Nullable T> values, ValueType<T> type, CacheOptions options);

  /** Whether something is cached, without decoding it. */
  boolean contains(String key);

  /**
   * Removes the entry: gone. A load of the key that is running does not bring it back, here or in
   * another process.
   *
   * @return whether there was one that had not expired
   */
  boolean remove(String key);

  /**
   * Expires the entry: stale, may still be served within {@code maxStale}.
   *
   * @return whether there was one that had not expired
   */
  boolean expire(String key);

  /**
   * Invalidates every entry with {@code tag}, however many, in one step. A load that was running
   * when it was called does not bring one back.
   *
   * @throws InvalidArgumentException if the tag is empty or not well-formed
   */
  void removeTag(String tag);

  /** Invalidates every entry, however many, in one step; as {@link #removeTag}. */
  void clear();

  /**
   * The number of entries; may include dead ones until they are swept.
   *
   * @throws UnsupportedCapabilityException if the backend cannot count
   */
  long count();

  /**
   * Hits by tier, misses, stale served, loads, failures, flights joined, spills to the files, and
   * evictions of each tier ({@code memoryEvictions} only where the backend tells); docs/caches.md
   * says what each number counts.
   */
  Stats stats();

  /**
   * Where a key is and what is known of it: tier, age, expiry, codec, size, as one line for people,
   * without the value. Says so where there is nothing.
   */
  String explain(String key);
}
