package io.zeal.memcached;

import com.spotify.folsom.RawMemcacheClient;
import com.spotify.folsom.Settings;
import com.spotify.folsom.client.NoopMetrics;
import com.spotify.folsom.guava.HostAndPort;
import com.spotify.folsom.reconnect.CatchingReconnectionListener;
import com.spotify.folsom.reconnect.ReconnectingClient;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.zeal.ConfigurationException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, each served by a thread of its own: looking up a host's name, which folsom
 * does there, keeps no other server waiting.
 */
final class Connector implements AutoCloseable {

  /** So long a thread outlives the backend, for an attempt to connect that is under way. */
  private static final long QUIET_MILLIS = 50;

  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("zeal-memcached-", 0).factory();

  private final MemcachedSettings settings;
  private final AtomicLong connections;
  private final @Nullable Encryption encryption;
  private final ConnectFailures failures;
  private final Timekeeper timekeeper = new Timekeeper();
  private final List<EventLoopGroup> loops = new CopyOnWriteArrayList<>();

  /**
   * Reads the files of the encryption.
   *
   * @param connections counts those that were made
   * @throws ConfigurationException if one of the files cannot be used
   */
  Connector(MemcachedSettings settings, AtomicLong connections) {
    this.settings = settings;
    this.connections = connections;
    this.encryption = settings.tls().map(Encryption::of).orElse(null);
    this.failures =
        new ConnectFailures(settings.timeout(), settings.protocol(), settings.tls().isPresent());
  }

  /**
   * A client that begins to connect. It repeats no request, as folsom's builder would have it: a
   * write that was lost may have happened; whoever made it decides (S14).
   */
  Client connect(Address address, Node.Connection connection) {
    Attempts attempts = new Attempts(address, failures, connection, connections);
    EventLoopGroup loop = new WatchedLoop(THREADS, settings.timeout(), attempts);
    loops.add(loop);
    RawMemcacheClient client =
        new ReconnectingClient(
            attempts,
            loop,
            HostAndPort.fromParts(address.host(), address.port()),
            new CatchingReconnectionListener(attempts),
            settings.maxWaiting(),
            Settings.DEFAULT_BATCH_SIZE,
            settings.protocol() == Protocol.BINARY,
            greeting(),
            null, // what takes replies is ours, and quick
            settings.timeout().toMillis(),
            StandardCharsets.US_ASCII,
            NoopMetrics.INSTANCE,
            Integer.MAX_VALUE, // the server's own limit is asked for
            loop,
            NioSocketChannel.class,
            encryption);
    return FolsomClient.of(address, settings.protocol(), client, attempts, timekeeper);
  }

  private Greeting greeting() {
    return new Greeting(
        settings.protocol(),
        settings
            .user()
            .map(user -> new Greeting.Login(user, settings.password().orElse("")))
            .orElse(null));
  }

  @Override
  public void close() {
    timekeeper.close();
    loops.forEach(loop -> {
      var _ = loop.shutdownGracefully(QUIET_MILLIS, 1_000, TimeUnit.MILLISECONDS);
    });
  }
}
