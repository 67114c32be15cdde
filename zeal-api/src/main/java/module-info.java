/** The promise: stores, counters, caches and messages, their errors, and what plugins implement. */
module io.zeal {
  requires static org.jspecify;

  exports io.zeal;
  exports io.zeal.spi;

  uses io.zeal.spi.BackendDecorator;
  uses io.zeal.spi.BackendProvider;
  uses io.zeal.spi.CacheProvider;
  uses io.zeal.spi.CodecProvider;
  uses io.zeal.spi.MessagingProvider;
}
