/** Messages inside one process, and the delivery loops that backends with messages build on. */
module io.zeal.pubsub {
  requires transitive io.zeal;
  requires static org.jspecify;

  exports io.zeal.pubsub.spi;

  provides io.zeal.spi.MessagingProvider with
      io.zeal.pubsub.InProcessMessagingProvider;
}
