package io.zeal;

import java.time.Duration;
import java.time.Instant;

/**
 * What a {@link Loader} knows and can say.
 *
 * @param <T> the type of the value
 */
public interface LoadContext<T> {

  /** The key that is loaded. */
  String key();

  /** The value there was before, expired or about to. */
  Cached<T> previous();

  /** When the load is given up. */
  Instant deadline();

  /** Gives this entry a time to live of its own; zero for no expiry. */
  void ttl(Duration ttl);

  /** Adds tags to this entry. */
  void tags(String... tags);
}
