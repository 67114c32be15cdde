/** The backend "memcached": stores and counters on Memcached servers, through folsom. */
@SuppressWarnings(
    "requires-automatic") // folsom's name comes from its file: it is used behind Client alone
module io.zeal.memcached {
  // folsom is an automatic module: it reads these, but does not bring them into the module graph.
  // Of guava only a newer release than folsom's own needs that, one that is a module by itself.
  requires folsom;
  requires com.google.common;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires org.apache.commons.lang3;
  requires org.slf4j;
  requires transitive io.zeal;
  requires static org.jspecify;

  provides io.zeal.spi.BackendProvider with
      io.zeal.memcached.MemcachedBackendProvider;
}
