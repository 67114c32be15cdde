package io.zeal.redis.jedis;

import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.JedisSocketFactory;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Makes connections. */
final class OwnLinks implements LinkFactory {

  /** The steps of an attempt; whoever makes the first move decides how it ends. */
  private enum Attempt {
    UNDER_WAY,
    DONE,
    LATE
  }

  private final Executor executor;

  OwnLinks(Executor executor) {
    this.executor = executor;
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    long deadline = System.nanoTime() + options.connectTimeout().toNanos();
    ChannelSocket socket = socket(endpoint, options, deadline);
    JedisLink link = new JedisLink(new Connection(onlyOnce(socket)), socket, endpoint, executor);
    try {
      LinkSetup.greet(link, endpoint, options, deadline);
    } catch (LinkException e) {
      link.close();
      throw e;
    }
    return link;
  }

  /** Jedis connects again by itself; the commands in between are not for it to send. */
  private static JedisSocketFactory onlyOnce(Socket socket) {
    Iterator<Socket> one = List.of(socket).iterator();
    return () -> {
      if (one.hasNext()) {
        return one.next();
      }
      throw new JedisConnectionException("it had ended");
    };
  }

  private ChannelSocket socket(Endpoint endpoint, LinkOptions options, long deadline)
      throws LinkException {
    AtomicReference<Attempt> attempt = new AtomicReference<>(Attempt.UNDER_WAY);
    SocketChannel channel = null;
    try {
      channel = connected(endpoint, deadline);
      if (endpoint instanceof Endpoint.Tcp) {
        keepAlive(channel, options.deadPeerTimeout());
      }
      LinkOptions.Tls tls = options.tls();
      if (tls == null) {
        return ChannelSocket.plain(channel);
      }
      cutAt(deadline, channel, attempt);
      SSLSocket encrypted = encrypted(channel, endpoint, tls);
      if (!attempt.compareAndSet(Attempt.UNDER_WAY, Attempt.DONE)) {
        throw new SocketTimeoutException();
      }
      return ChannelSocket.encrypted(channel, encrypted);
    } catch (IOException e) {
      if (channel != null) {
        closeQuietly(channel);
      }
      throw failure(endpoint, e, attempt.get());
    }
  }

  private static LinkException failure(Endpoint endpoint, IOException e, Attempt attempt) {
    if (Thread.currentThread().isInterrupted()) {
      return LinkSetup.interrupted(endpoint, e);
    }
    if (attempt == Attempt.LATE) {
      return LinkSetup.lateHandshake(endpoint, e);
    }
    return e instanceof SocketTimeoutException
        ? LinkSetup.late(endpoint, e)
        : LinkSetup.failed(endpoint, e);
  }

  private static SocketChannel connected(Endpoint endpoint, long deadline) throws IOException {
    return switch (endpoint) {
      case Endpoint.Tcp tcp -> connected(tcp, deadline);
      case Endpoint.Unix unix -> {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
          channel.connect(UnixDomainSocketAddress.of(unix.path()));
          yield channel;
        } catch (IOException e) {
          channel.close();
          throw new ConnectException(e.getMessage());
        }
      }
    };
  }

  /** To the first address of the host that answers. */
  private static SocketChannel connected(Endpoint.Tcp endpoint, long deadline) throws IOException {
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(endpoint.host())) {
      SocketChannel channel = SocketChannel.open();
      try {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        long millis = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        channel
            .socket()
            .connect(
                new InetSocketAddress(address, endpoint.port()),
                Math.toIntExact(Math.max(1, millis)));
        return channel;
      } catch (IOException e) {
        closeQuietly(channel);
        failure = e;
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    throw failure == null ? new SocketException("the host has no address") : failure;
  }

  /** The JDK does not offer TCP_USER_TIMEOUT; probes find a dead peer while nothing is sent. */
  private static void keepAlive(SocketChannel channel, Duration deadPeerTimeout)
      throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      LinkSetup.KeepAlive keepAlive = LinkSetup.keepAlive(deadPeerTimeout);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, keepAlive.idleSeconds());
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, keepAlive.intervalSeconds());
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, keepAlive.probes());
    }
  }

  private void cutAt(long deadline, SocketChannel channel, AtomicReference<Attempt> attempt) {
    long nanos = Math.max(0, deadline - System.nanoTime());
    CompletableFuture.delayedExecutor(nanos, TimeUnit.NANOSECONDS, executor)
        .execute(() -> {
          if (attempt.compareAndSet(Attempt.UNDER_WAY, Attempt.LATE)) {
            closeQuietly(channel);
          }
        });
  }

  private static SSLSocket encrypted(SocketChannel channel, Endpoint endpoint, LinkOptions.Tls tls)
      throws IOException {
    if (!(endpoint instanceof Endpoint.Tcp(String host, int port))) {
      throw new SocketException("a unix socket cannot be encrypted");
    }
    SSLSocket socket =
        (SSLSocket)
            context(tls).getSocketFactory().createSocket(channel.socket(), host, port, true);
    if (tls.verifyHost()) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
    }
    socket.startHandshake();
    return socket;
  }

  private static SSLContext context(LinkOptions.Tls tls) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          tls.key() == null ? null : tls.key().getKeyManagers(),
          tls.trust() == null ? null : tls.trust().getTrustManagers(),
          null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new SocketException("TLS cannot be set up: " + e.getMessage(), e);
    }
  }

  private static void closeQuietly(@Nullable SocketChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      // It is given up in any case.
    }
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  /** Connections share nothing. */
  @Override
  public void close() {}
}
