package io.zeal.memcached;

import com.spotify.folsom.MemcacheClientBuilder;
import com.spotify.folsom.guava.HostAndPort;
import com.spotify.folsom.reconnect.AbstractReconnectionListener;
import com.spotify.folsom.reconnect.ReconnectionListener;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
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

  private static final long FIRST_PAUSE_MILLIS = 10;
  private static final long LONGEST_PAUSE_MILLIS = 1000;
  private static final int DOUBLINGS = 7;
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("zeal-memcached-", 0).factory();

  private final MemcachedSettings settings;
  private final AtomicLong connections;
  private final List<EventLoopGroup> loops = new CopyOnWriteArrayList<>();

  /**
   * @param connections counts those that were made
   */
  Connector(MemcachedSettings settings, AtomicLong connections) {
    this.settings = settings;
    this.connections = connections;
  }

  /** A client that begins to connect. */
  Client connect(Address address, Node.Connection connection) {
    EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, THREADS, NioIoHandler.newFactory());
    loops.add(loop);
    MemcacheClientBuilder<byte[]> builder =
        MemcacheClientBuilder.newByteArrayClient()
            .withAddress(address.host(), address.port())
            // A write that was lost may have happened; whoever made it decides (S14).
            .withRetry(false)
            .withConnectionTimeoutMillis(settings.timeout().toMillis())
            .withMaxOutstandingRequests(settings.maxWaiting())
            .withMaxSetLength(Integer.MAX_VALUE) // the server's own limit is asked for
            .withBackoff(Connector::pauseMillis)
            .withReconnectionListener(listener(connection))
            .withEventLoopGroup(loop)
            .withChannelClass(NioSocketChannel.class)
            .withReplyExecutor(Runnable::run);
    settings
        .user()
        .ifPresent(user -> builder.withUsernamePassword(user, settings.password().orElse("")));
    return FolsomClient.connect(address, settings.protocol(), builder);
  }

  private static long pauseMillis(int attempt) {
    return Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(attempt, DOUBLINGS));
  }

  private ReconnectionListener listener(Node.Connection connection) {
    return new AbstractReconnectionListener() {
      @Override
      public void reconnectionSuccessful(HostAndPort address, int attempt, boolean stays) {
        connections.incrementAndGet();
        connection.opened();
      }

      @Override
      public void connectionLost(@Nullable Throwable cause, HostAndPort address) {
        connection.closed();
      }
    };
  }

  @Override
  public void close() {
    loops.forEach(loop -> {
      var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    });
  }
}
