package io.zeal.spi;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Stats;

/** The caches of one {@link io.zeal.Zeal} instance. */
public interface Caches extends AutoCloseable {

  /** Attaches to a cache, or creates it. */
  Cache cache(String name, CacheOptions options);

  /** Numbers about them. */
  Stats stats();

  /** Releases everything; leaves the backend open. */
  @Override
  void close();
}
