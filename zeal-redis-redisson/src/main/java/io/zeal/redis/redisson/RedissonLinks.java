package io.zeal.redis.redisson;

import io.netty.channel.ConnectTimeoutException;
import io.netty.resolver.DefaultAddressResolverGroup;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.redisson.client.RedisClient;
import org.redisson.client.RedisClientConfig;
import org.redisson.client.RedisConnection;
import org.redisson.config.SslVerificationMode;
import org.redisson.misc.RedisURI;

/** Makes connections. */
final class RedissonLinks implements LinkFactory {

  private final Carrier carrier;

  RedissonLinks(Carrier carrier) {
    this.carrier = carrier;
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    RedissonLink link =
        switch (endpoint) {
          case Endpoint.Tcp tcp -> reach(tcp, options, deadline);
          case Endpoint.Unix _ ->
              throw new LinkException(
                  Kind.REFUSED,
                  "the driver redisson does not reach the unix socket "
                      + endpoint
                      + "; use -Dzeal.redis.driver=jedis",
                  null);
        };
    try {
      LinkSetup.greet(link, endpoint, options, deadline);
    } catch (LinkException e) {
      link.close();
      throw e;
    }
    return link;
  }

  /** To the first address of the host that answers. */
  private RedissonLink reach(Endpoint.Tcp endpoint, LinkOptions options, long deadline)
      throws LinkException {
    LinkException failure = null;
    for (InetAddress address : addresses(endpoint)) {
      try {
        return reach(endpoint, address, options, deadline);
      } catch (LinkException e) {
        failure = e;
        if (e.kind() != Kind.UNREACHABLE) {
          break;
        }
      }
    }
    throw failure == null
        ? new LinkException(Kind.UNREACHABLE, endpoint + " has no address", null)
        : failure;
  }

  /** By the JDK, here: netty would resolve on the thread that carries other connections. */
  private static InetAddress[] addresses(Endpoint.Tcp endpoint) throws LinkException {
    try {
      return InetAddress.getAllByName(endpoint.host());
    } catch (UnknownHostException e) {
      throw LinkSetup.failed(endpoint, e);
    }
  }

  private RedissonLink reach(
      Endpoint.Tcp endpoint, InetAddress address, LinkOptions options, long deadline)
      throws LinkException {
    long left = Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    RedisURI uri =
        new RedisURI(options.tls() == null ? "redis" : "rediss", endpoint.host(), endpoint.port());
    Wiring wiring = new Wiring(uri.getScheme());
    RedisClientConfig config =
        config(options, Math.toIntExact(left))
            .setAddress(new InetSocketAddress(address, endpoint.port()), uri)
            .setNettyHook(wiring);
    try {
      RedisConnection connection =
          RedisClient.create(config)
              .connectAsync()
              .toCompletableFuture()
              .get(left, TimeUnit.MILLISECONDS);
      return new RedissonLink(connection, wiring, endpoint);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      wiring.giveUp();
      throw LinkSetup.interrupted(endpoint, e);
    } catch (TimeoutException e) {
      boolean handshake = options.tls() != null && wiring.isConnected();
      wiring.giveUp();
      throw handshake ? LinkSetup.lateHandshake(endpoint, e) : LinkSetup.late(endpoint, e);
    } catch (ExecutionException e) {
      wiring.giveUp();
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw cause instanceof ConnectTimeoutException
          ? LinkSetup.late(endpoint, cause)
          : LinkSetup.failed(endpoint, cause);
    }
  }

  /** Without user, password and database: those are said by the greeting. */
  private RedisClientConfig config(LinkOptions options, int connectMillis) {
    LinkSetup.KeepAlive keepAlive = LinkSetup.keepAlive(options.deadPeerTimeout());
    RedisClientConfig config =
        new RedisClientConfig()
            .setGroup(carrier.group())
            .setTimer(carrier.timer())
            .setExecutor(carrier.executor())
            .setSocketChannelClass(carrier.channelType())
            .setResolverGroup(DefaultAddressResolverGroup.INSTANCE)
            .setConnectTimeout(connectMillis)
            .setTcpNoDelay(true)
            .setKeepAlive(true)
            .setTcpKeepAliveIdle(keepAlive.idleSeconds())
            .setTcpKeepAliveInterval(keepAlive.intervalSeconds())
            .setTcpKeepAliveCount(keepAlive.probes())
            .setTcpUserTimeout(Math.toIntExact(options.deadPeerTimeout().toMillis()));
    LinkOptions.Tls tls = options.tls();
    if (tls != null) {
      config
          .setSslVerificationMode(
              tls.verifyHost() ? SslVerificationMode.STRICT : SslVerificationMode.CA_ONLY)
          .setSslTrustManagerFactory(tls.trust())
          .setSslKeyManagerFactory(tls.key());
    }
    return config;
  }

  @Override
  public void close() {
    carrier.end();
  }
}
