package io.zeal.benchmarks.memcached;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.exception.MemcachedException;

/** xmemcached, which makes one request of several reads by itself. */
record XmemcachedPeer(MemcachedClient client) implements Peer {

  private static final int FOR_EVER = 0;

  static XmemcachedPeer open() {
    try {
      XMemcachedClientBuilder builder = new XMemcachedClientBuilder(Peers.server().address());
      builder.setOpTimeout(Peers.PATIENCE.toMillis());
      return new XmemcachedPeer(builder.build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Call<T> {
    T make() throws TimeoutException, InterruptedException, MemcachedException;
  }

  private static <T> T made(Call<T> call) {
    try {
      return call.make();
    } catch (TimeoutException | InterruptedException | MemcachedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Object get(String key) {
    return made(() -> client.get(key));
  }

  @Override
  public Object set(String key) {
    return made(() -> client.set(key, FOR_EVER, Peers.VALUE));
  }

  @Override
  public long increment() {
    return made(() -> client.incr(Peers.COUNTER, 1));
  }

  @Override
  public Object getAll(List<String> keys) {
    return made(() -> client.get(keys));
  }

  @Override
  public void close() {
    try {
      client.shutdown();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
