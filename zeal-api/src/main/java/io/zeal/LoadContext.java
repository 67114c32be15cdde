package io.zeal;

import java.time.Duration;
import java.time.Instant;

/**
 * What a {@link Loader} knows and can say, until it returns; for the loader's own thread.
 *
 * @param <T> the type of the value
 */
public interface LoadContext<T> {

  /** The key that is loaded. */
  String key();

  /** The value there was before, expired or about to. */
  Cached<T> previous();

  /** When the last caller that waits gives up; the load may go on, and is stored all the same. */
  Instant deadline();

  /**
   * Gives this entry a time to live of its own, in place of the options'; rounded up to
   * milliseconds, zero for no expiry.
   */
  void ttl(Duration ttl);

  /** Adds tags to this entry, to those of the options ({@link CacheOptions#withTags}). */
  void tags(String... tags);
}
