/** The backend "memcached": stores and counters on Memcached servers, through folsom. */
@SuppressWarnings(
    "requires-automatic") // folsom's name comes from its file: FolsomClient alone uses it
module io.zeal.memcached {
  // folsom is an automatic module: it reads these, but does not bring them into the module graph.
  requires folsom;
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
