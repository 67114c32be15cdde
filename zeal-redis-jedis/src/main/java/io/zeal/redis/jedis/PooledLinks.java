package io.zeal.redis.jedis;

import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisLink;
import java.io.IOException;
import java.util.NoSuchElementException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** Borrows connections from the application's pool. */
final class PooledLinks implements LinkFactory {

  private final ConnectionPool pool;
  private final Executor executor;

  PooledLinks(ConnectionPool pool, Executor executor) {
    this.pool = pool;
    this.executor = executor;
  }

  @Override
  public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    Connection connection = borrow(endpoint, options);
    String misfit = misfit(connection, endpoint);
    if (misfit != null) {
      pool.returnResource(connection);
      throw new LinkException(Kind.REFUSED, misfit, null);
    }
    return new JedisLink(connection, new BorrowedWire(connection), endpoint, executor);
  }

  private Connection borrow(Endpoint endpoint, LinkOptions options) throws LinkException {
    try {
      return pool.borrowObject(options.connectTimeout());
    } catch (NoSuchElementException e) {
      throw new LinkException(
          Kind.QUEUE_TIMEOUT,
          "the handed-in pool had no connection left: let its maxTotal be larger than"
              + " zeal.redis.connections",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw LinkSetup.interrupted(endpoint, e);
    } catch (JedisDataException e) {
      throw refused(endpoint, e);
    } catch (Exception e) {
      throw new LinkException(
          Kind.UNREACHABLE,
          "the handed-in pool has no connection to " + endpoint + " (" + e.getMessage() + ")",
          e);
    }
  }

  /**
   * What the server said to the pool's greeting. Without the cause, and without the arguments that
   * a server repeats of a command that it does not know: they are user and password.
   */
  private static LinkException refused(Endpoint endpoint, JedisDataException e) {
    String words = String.valueOf(e.getMessage());
    int arguments = words.indexOf(", with args");
    boolean access = e instanceof JedisAccessControlException;
    return new LinkException(
        access ? Kind.AUTHENTICATION : Kind.REFUSED,
        endpoint
            + (access ? " refused user or password" : " refused a connection")
            + " of the handed-in pool: "
            + (arguments < 0 ? words : words.substring(0, arguments)),
        null);
  }

  /** Why a connection of the pool cannot be used; null if it can. */
  private static @Nullable String misfit(Connection connection, Endpoint endpoint) {
    if (connection.getRedisProtocol() == RedisProtocol.RESP3) {
      return "the handed-in pool speaks RESP3: build it with"
          + " DefaultJedisClientConfig.builder().resp2()";
    }
    HostAndPort address = connection.getHostAndPort();
    if (endpoint instanceof Endpoint.Tcp(String host, int port)
        && address.getHost().equals(host)
        && address.getPort() == port) {
      return null;
    }
    return "the handed-in pool leads to "
        + address
        + ", zeal.redis.url to "
        + endpoint
        + ": let both name the same server, or do without the pool where there are several";
  }

  private final class BorrowedWire implements Wire {

    private final Connection connection;
    private final int soTimeout;

    /** The deadline of each exchange takes the place of the pool's timeout. */
    BorrowedWire(Connection connection) {
      this.connection = connection;
      this.soTimeout = connection.getSoTimeout();
      connection.setSoTimeout(0);
    }

    @Override
    public long position() {
      return 0;
    }

    /** Its buffer cannot be looked into. */
    @Override
    public boolean mayHaveLeft(long position) {
      return true;
    }

    @Override
    public boolean isEnded() {
      return !connection.isConnected();
    }

    /** On a thread of its own: closing a TLS socket waits for a write that is stuck. */
    @Override
    public void cut() {
      Thread.ofVirtual()
          .start(() -> {
            try {
              connection.forceDisconnect();
            } catch (IOException e) {
              // It is closed quietly, the signature says otherwise.
            }
          });
    }

    /**
     * A pool that loses a connection may make another at once, and throws if it cannot, as in an
     * outage. By then it is rid of the broken one, and the caller has been answered.
     */
    @Override
    public void end(boolean whole) {
      try {
        if (whole && !connection.isBroken()) {
          connection.setSoTimeout(soTimeout);
          pool.returnResource(connection);
        } else {
          pool.returnBrokenResource(connection);
        }
      } catch (JedisException e) {
        // The next call that borrows is told.
      }
    }
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  /** It is the application's. */
  @Override
  public void close() {}
}
