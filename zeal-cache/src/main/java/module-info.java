/** Caches over any backend, and the files that keep a cache over a restart. */
module io.zeal.cache {
  requires io.zeal;
  requires static org.jspecify;
}
