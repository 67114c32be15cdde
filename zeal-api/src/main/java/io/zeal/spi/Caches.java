package io.zeal.spi;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Finding;
import io.zeal.Stats;
import java.util.List;

/** The caches of one {@link io.zeal.Zeal} instance. Safe for concurrent use. */
public interface Caches extends AutoCloseable {

  /**
   * Attaches to a cache, or creates it. Name and options have been checked.
   *
   * @throws io.zeal.UnsupportedCapabilityException if the backend lacks what every cache needs
   */
  Cache cache(String name, CacheOptions options);

  /** Numbers about them, one part for each cache. */
  Stats stats();

  /** What an operator should know: a file tier that is off, a codec that is missing. */
  List<Finding> inspect();

  /** Releases everything; leaves the backend open, and may find it closed. */
  @Override
  void close();
}
