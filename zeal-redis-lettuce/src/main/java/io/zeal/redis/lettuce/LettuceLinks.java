package io.zeal.redis.lettuce;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.MaintNotificationsConfig;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SocketOptions.KeepAliveOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.SslVerifyMode;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.CommandEncoder;
import io.lettuce.core.protocol.DefaultEndpoint;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import java.net.SocketException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Connections of one backend, which share the threads of one {@link ClientResources}. */
final class LettuceLinks implements LinkFactory {

  private static final long SHUTDOWN_MILLIS = 2_000;

  private final ClientResources resources;
  private final boolean own;
  private final Client client;

  /** Held while options are set and a connection begins with them; nothing waits under it. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Connections on their way down. */
  private final Map<StatefulRedisConnection<?, ?>, CompletableFuture<Void>> closing =
      new ConcurrentHashMap<>();

  LettuceLinks(ClientResources resources, boolean own) {
    this.resources = resources;
    this.own = own;
    this.client = new Client(resources);
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    return switch (endpoint) {
      case Endpoint.Tcp tcp -> connect(tcp, options);
      case Endpoint.Unix unix ->
          throw new LinkException(
              Kind.REFUSED,
              "the driver 'lettuce' does not reach "
                  + unix
                  + " (for a unix socket Lettuce needs native libraries); set"
                  + " zeal.redis.driver=jedis, or name a host and port",
              null);
    };
  }

  private RedisLink connect(Endpoint.Tcp endpoint, LinkOptions options) throws LinkException {
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    StatefulRedisConnection<byte[], byte[]> connection = connection(endpoint, options);
    Channel channel = Reachable.of(connection);
    ChannelHandlerContext encoder =
        channel == null ? null : channel.pipeline().context(CommandEncoder.class);
    if (channel == null || encoder == null) {
      close(connection);
      throw LinkSetup.failed(endpoint, new SocketException("it ended at once"));
    }
    LettuceLink link = new LettuceLink(endpoint, channel, encoder, () -> close(connection));
    try {
      awaitHandshake(endpoint, connection, deadline);
      LinkSetup.greet(link, endpoint, options, deadline);
      return link;
    } catch (LinkException e) {
      link.close();
      throw e;
    }
  }

  private StatefulRedisConnection<byte[], byte[]> connection(
      Endpoint.Tcp endpoint, LinkOptions options) throws LinkException {
    CompletableFuture<StatefulRedisConnection<byte[], byte[]>> future = begin(endpoint, options);
    try {
      return future.get(options.connectTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      abandon(future);
      throw options.tls() == null
          ? LinkSetup.late(endpoint, e)
          : LinkSetup.lateHandshake(endpoint, e);
    } catch (InterruptedException e) {
      abandon(future);
      Thread.currentThread().interrupt();
      throw LinkSetup.interrupted(endpoint, e);
    } catch (ExecutionException e) {
      throw LinkSetup.failed(endpoint, e);
    }
  }

  /** Lettuce hands out a connection whose TLS handshake may still fail. */
  private static void awaitHandshake(
      Endpoint.Tcp endpoint, StatefulRedisConnection<?, ?> connection, long deadline)
      throws LinkException {
    Future<?> handshake = Reachable.handshake(connection);
    if (handshake == null) {
      return;
    }
    try {
      if (!handshake.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        throw LinkSetup.lateHandshake(endpoint, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LinkSetup.interrupted(endpoint, e);
    }
    Throwable failure = handshake.cause();
    if (failure != null) {
      throw LinkSetup.failed(endpoint, failure);
    }
  }

  /** Whatever comes of the attempt, it is closed. */
  private void abandon(CompletableFuture<StatefulRedisConnection<byte[], byte[]>> future) {
    future.cancel(true);
    var _ = future.thenAccept(this::close);
  }

  private void close(StatefulRedisConnection<?, ?> connection) {
    CompletableFuture<Void> closed = connection.closeAsync();
    closing.put(connection, closed);
    var _ = closed.whenComplete((nothing, failure) -> closing.remove(connection));
  }

  private CompletableFuture<StatefulRedisConnection<byte[], byte[]>> begin(
      Endpoint.Tcp endpoint, LinkOptions options) {
    lock.lock();
    try {
      client.setOptions(clientOptions(options));
      return client
          .connectAsync(ByteArrayCodec.INSTANCE, uri(endpoint, options))
          .toCompletableFuture();
    } finally {
      lock.unlock();
    }
  }

  private static RedisURI uri(Endpoint.Tcp endpoint, LinkOptions options) {
    RedisURI uri = new RedisURI(endpoint.host(), endpoint.port(), options.connectTimeout());
    // Who connects is nobody's business but the server's, and saying so costs a round trip.
    uri.setLibraryName("");
    uri.setLibraryVersion("");
    options
        .encryption()
        .ifPresent(tls -> {
          uri.setSsl(true);
          uri.setVerifyPeer(tls.verifyHost() ? SslVerifyMode.FULL : SslVerifyMode.CA);
        });
    return uri;
  }

  private static ClientOptions clientOptions(LinkOptions options) {
    ClientOptions.Builder builder =
        ClientOptions.builder()
            .autoReconnect(false)
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .protocolVersion(ProtocolVersion.RESP2)
            .pingBeforeActivateConnection(false) // LinkSetup does
            .useHashIndexQueue(false) // nothing is taken out of its middle
            .maintNotificationsConfig(MaintNotificationsConfig.disabled())
            .timeoutOptions(TimeoutOptions.create())
            .socketOptions(
                SocketOptions.builder()
                    .connectTimeout(options.connectTimeout())
                    .tcpNoDelay(true)
                    .keepAlive(keepAlive(options.deadPeerTimeout()))
                    .build());
    options.encryption().ifPresent(tls -> builder.sslOptions(sslOptions(tls, options)));
    return builder.build();
  }

  private static KeepAliveOptions keepAlive(Duration deadPeer) {
    LinkSetup.KeepAlive keepAlive = LinkSetup.keepAlive(deadPeer);
    return KeepAliveOptions.builder()
        .enable()
        .idle(Duration.ofSeconds(keepAlive.idleSeconds()))
        .interval(Duration.ofSeconds(keepAlive.intervalSeconds()))
        .count(keepAlive.probes())
        .build();
  }

  private static SslOptions sslOptions(LinkOptions.Tls tls, LinkOptions options) {
    SslOptions.Builder builder =
        SslOptions.builder()
            .jdkSslProvider()
            .protocols("TLSv1.3", "TLSv1.2")
            .handshakeTimeout(options.connectTimeout());
    if (tls.trust() != null) {
      builder.trustManager(tls.trust());
    }
    if (tls.key() != null) {
      builder.keyManager(tls.key());
    }
    return builder.build();
  }

  @Override
  public void close() {
    awaitClosing(); // else Lettuce closes them again, and warns
    if (own) {
      resources
          .shutdown(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS)
          .awaitUninterruptibly(SHUTDOWN_MILLIS);
    } else {
      client.shutdown(0, SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void awaitClosing() {
    try {
      CompletableFuture.allOf(closing.values().toArray(CompletableFuture[]::new))
          .get(SHUTDOWN_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The threads are ended in any case.
    }
  }

  /** Lettuce's client, with connections whose channel can be reached. */
  private static final class Client extends RedisClient {

    Client(ClientResources resources) {
      super(resources, new RedisURI());
    }

    @Override
    protected DefaultEndpoint createEndpoint() {
      return new Reachable(getOptions(), getResources());
    }
  }

  /** Shows the channel, and the TLS handshake on it. */
  private static final class Reachable extends DefaultEndpoint {

    private volatile @Nullable Channel active;

    /** Ends with the TLS handshake; null without TLS. */
    private volatile @Nullable Future<Channel> handshake;

    Reachable(ClientOptions options, ClientResources resources) {
      super(options, resources);
    }

    static @Nullable Future<Channel> handshake(StatefulRedisConnection<?, ?> connection) {
      return endpoint(connection).handshake;
    }

    static @Nullable Channel of(StatefulRedisConnection<?, ?> connection) {
      return endpoint(connection).active;
    }

    private static Reachable endpoint(StatefulRedisConnection<?, ?> connection) {
      return (Reachable) ((RedisChannelHandler<?, ?>) connection).getChannelWriter();
    }

    @Override
    public void notifyChannelActive(Channel channel) {
      SslHandler tls = channel.pipeline().get(SslHandler.class);
      handshake = tls == null ? null : tls.handshakeFuture();
      active = channel;
      super.notifyChannelActive(channel);
    }
  }
}
