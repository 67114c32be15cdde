/** Caches over any backend, and the files that keep a cache over a restart. */
module io.zeal.cache {
  requires io.zeal;
  requires static org.jspecify;

  uses io.zeal.spi.CodecProvider;

  provides io.zeal.spi.CacheProvider with
      io.zeal.cache.ZealCacheProvider;
}
