package io.zeal.benchmarks.memcached;

import com.spotify.folsom.AsciiMemcacheClient;
import com.spotify.folsom.BinaryMemcacheClient;
import com.spotify.folsom.MemcacheClient;
import com.spotify.folsom.MemcacheClientBuilder;
import com.spotify.folsom.MemcacheStatus;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** folsom, with the executor for replies and the connections that it has by default. */
record FolsomPeer(MemcacheClient<byte[]> client, Increment incrementing) implements Peer {

  private static final int FOR_EVER = 0;

  /** The client's own default would refuse the last of a thousand calls at once. */
  private static final int MOST_OUTSTANDING = 100_000;

  /** Each protocol has its own. */
  private interface Increment {
    CompletionStage<Long> begin();
  }

  static FolsomPeer open(Protocol protocol) {
    MemcacheClientBuilder<byte[]> builder =
        MemcacheClientBuilder.newByteArrayClient()
            .withAddress(Peers.server().host(), Peers.server().port())
            .withConnectionTimeoutMillis(Peers.PATIENCE.toMillis())
            .withMaxOutstandingRequests(MOST_OUTSTANDING);
    return connected(
        switch (protocol) {
          case TEXT -> {
            AsciiMemcacheClient<byte[]> client = builder.connectAscii();
            yield new FolsomPeer(client, () -> client.incr(Peers.COUNTER, 1));
          }
          case BINARY -> {
            BinaryMemcacheClient<byte[]> client = builder.connectBinary();
            yield new FolsomPeer(client, () -> client.incr(Peers.COUNTER, 1, 0, FOR_EVER));
          }
        });
  }

  private static FolsomPeer connected(FolsomPeer folsom) {
    try {
      folsom.client.awaitConnected(Peers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
      return folsom;
    } catch (InterruptedException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stores under every key, all sent before the first is waited for. */
  void setAll(List<String> keys) {
    List<CompletionStage<MemcacheStatus>> all =
        keys.stream().map(key -> client.set(key, Peers.VALUE, FOR_EVER)).toList();
    all.forEach(FolsomPeer::stored);
  }

  /** Begins the counter at zero. */
  void reset() {
    var _ = stored(client.set(Peers.COUNTER, new byte[] {'0'}, FOR_EVER));
  }

  private static MemcacheStatus stored(CompletionStage<MemcacheStatus> set) {
    MemcacheStatus status = join(set);
    if (status != MemcacheStatus.OK) {
      throw new IllegalStateException("folsom: " + status);
    }
    return status;
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().join();
  }

  @Override
  public Object get(String key) {
    return join(client.get(key));
  }

  @Override
  public Object set(String key) {
    return stored(client.set(key, Peers.VALUE, FOR_EVER));
  }

  @Override
  public long increment() {
    return join(incrementing.begin());
  }

  @Override
  public Object getAll(List<String> keys) {
    return join(client.get(keys));
  }

  @Override
  public void close() {
    client.shutdown();
  }
}
