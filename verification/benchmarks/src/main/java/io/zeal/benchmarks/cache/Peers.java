package io.zeal.benchmarks.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.zeal.benchmarks.Directory;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import java.time.Duration;
import java.util.function.BiConsumer;
import org.ehcache.PersistentCacheManager;
import org.ehcache.config.ResourcePools;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;

/** Caches of this process, filled. Whoever has a bound has it at twice the rows or more. */
final class Peers {

  static final String CAFFEINE = "Caffeine";
  static final String OFF_HEAP = "Ehcache off-heap";
  static final String OFF_HEAP_BY_HAND = "Ehcache off-heap, serializer by hand";
  static final String DISK = "Ehcache disk";

  /** Of every entry of everybody, as a cache has one. */
  static final Duration TTL = Duration.ofHours(1);

  /** The most that anybody may have on disk. */
  static final long DISK_BYTES = 256L << 20;

  private static final String NAME = "documents";

  private Peers() {}

  /** Keeps the objects themselves. */
  static Cache<String, Document> caffeine(Setting setting) {
    Cache<String, Document> cache =
        Caffeine.newBuilder().maximumSize(2L * setting.rows()).expireAfterWrite(TTL).build();
    fill(setting, cache::put);
    return cache;
  }

  /** A cache and what ends it. */
  record Ehcache(org.ehcache.Cache<String, Document> cache, Runnable end) implements AutoCloseable {

    /** With the serializer that it has unless told otherwise: Java's. */
    static Ehcache offHeap(Setting setting) {
      return offHeap(setting, configuration(offHeapPools(setting)));
    }

    /** Its fastest. */
    static Ehcache offHeapByHand(Setting setting) {
      return offHeap(
          setting,
          configuration(offHeapPools(setting)).withValueSerializer(new DocumentSerializer()));
    }

    private static ResourcePools offHeapPools(Setting setting) {
      return ResourcePoolsBuilder.newResourcePoolsBuilder()
          .offheap(32 + setting.rows() / 256, MemoryUnit.MB)
          .build();
    }

    private static Ehcache offHeap(
        Setting setting, CacheConfigurationBuilder<String, Document> configuration) {
      var manager =
          CacheManagerBuilder.newCacheManagerBuilder().withCache(NAME, configuration).build(true);
      return new Ehcache(manager.getCache(NAME, String.class, Document.class), manager::close)
          .filled(setting);
    }

    /** A disk tier needs a tier above it; this one is as small as one may be. */
    static Ehcache disk(Setting setting) {
      Directory directory = Directory.create();
      PersistentCacheManager manager =
          CacheManagerBuilder.newCacheManagerBuilder()
              .with(CacheManagerBuilder.persistence(directory.path().toFile()))
              .withCache(
                  NAME,
                  configuration(
                          ResourcePoolsBuilder.newResourcePoolsBuilder()
                              .heap(1, EntryUnit.ENTRIES)
                              .disk(DISK_BYTES, MemoryUnit.B, true)
                              .build())
                      .withValueSerializer(new DocumentSerializer()))
              .build(true);
      return new Ehcache(
              manager.getCache(NAME, String.class, Document.class),
              () -> {
                manager.close();
                directory.close();
              })
          .filled(setting);
    }

    private static CacheConfigurationBuilder<String, Document> configuration(ResourcePools pools) {
      return CacheConfigurationBuilder.newCacheConfigurationBuilder(
              String.class, Document.class, pools)
          .withExpiry(ExpiryPolicyBuilder.timeToLiveExpiration(TTL));
    }

    private Ehcache filled(Setting setting) {
      fill(setting, cache::put);
      return this;
    }

    @Override
    public void close() {
      end.run();
    }
  }

  private static void fill(Setting setting, BiConsumer<String, Document> put) {
    for (int row = 0; row < setting.rows(); row++) {
      put.accept(Picks.key(row), Document.number(row));
    }
  }
}
