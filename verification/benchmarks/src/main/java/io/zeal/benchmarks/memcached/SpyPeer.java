package io.zeal.benchmarks.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutionException;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedClient;

/** spymemcached. */
record SpyPeer(MemcachedClient client) implements Peer {

  private static final int FOR_EVER = 0;

  static SpyPeer open() {
    // It logs by itself unless told otherwise, between the lines of progress.
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SLF4JLogger");
    try {
      return new SpyPeer(
          new MemcachedClient(
              new ConnectionFactoryBuilder()
                  .setDaemon(true)
                  .setOpTimeout(Peers.PATIENCE.toMillis())
                  .build(),
              List.of(new InetSocketAddress(Peers.server().host(), Peers.server().port()))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Object get(String key) {
    return client.get(key);
  }

  @Override
  public Object set(String key) {
    try {
      return client.set(key, FOR_EVER, Peers.VALUE).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public long increment() {
    return client.incr(Peers.COUNTER, 1);
  }

  @Override
  public Object getAll(List<String> keys) {
    return client.getBulk(keys);
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
