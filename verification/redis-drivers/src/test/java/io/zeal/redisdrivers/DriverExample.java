package io.zeal.redisdrivers;

import io.zeal.Outcome;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.LinkSetup;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/** The examples of docs/redis-drivers.md: a test compares them. */
final class DriverExample {

  private DriverExample() {}

  static Zeal openOver(ConnectionPoolConfig room) {
    DefaultJedisClientConfig config = DefaultJedisClientConfig.builder().resp2().build();
    ConnectionPool pool = new ConnectionPool(new HostAndPort("localhost", 6379), config, room);
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.redis.url", "redis://localhost:6379")
            .instance(ConnectionPool.class, pool)
            .build()); // and at the end zeal.close(), then pool.close()
  }

  /** What is left to the library. */
  interface Wire {
    void write(List<Command> commands, long deadline) throws IOException;

    Reply read(long deadline) throws IOException;

    void close();
  }

  private static Wire open(Endpoint endpoint, LinkOptions options, long deadline)
      throws IOException {
    throw new IOException("no library: " + endpoint + options + deadline);
  }

  public static final class MineDriver implements RedisDriver {
    @Override
    public String name() {
      return "mine"; // -Dzeal.redis.driver=mine
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public LinkFactory open(BackendContext context) {
      return new MineLinks(); // asks context.instance(…) for a client that is there already
    }
  }

  static final class MineLinks implements LinkFactory {
    @Override
    public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
      long deadline = System.nanoTime() + options.connectTimeout().toNanos();
      RedisLink link;
      try {
        // TCP or unix socket, TLS, keep-alive
        link = new MineLink(open(endpoint, options, deadline), endpoint);
      } catch (IOException e) {
        throw LinkSetup.failed(endpoint, e);
      }
      try {
        LinkSetup.greet(link, endpoint, options, deadline); // AUTH, SELECT, PING
        return link;
      } catch (LinkException e) {
        link.close();
        throw e;
      }
    }

    @Override
    public boolean isBlocking() {
      return true; // whoever calls receive reads the socket: it gets a platform thread
    }

    @Override
    public void close() {} // ends threads that the links shared
  }

  record MineLink(Wire wire, Endpoint endpoint) implements RedisLink {
    @Override
    public List<Reply> exchange(List<Command> commands, long deadline) {
      List<Reply> replies = new ArrayList<>();
      try {
        wire.write(commands, deadline);
        while (replies.size() < commands.size()) {
          replies.add(wire.read(deadline));
        }
      } catch (IOException e) {
        LinkException cause = broken(e); // a late reply would be taken for that of another command
        while (replies.size() < commands.size()) {
          replies.add(new Reply.Lost(Outcome.UNKNOWN, cause)); // some bytes may have left
        }
      }
      return replies;
    }

    @Override
    public void send(List<Command> commands, long deadline) throws LinkException {
      try {
        wire.write(commands, deadline); // by any thread, also while another reads
      } catch (IOException e) {
        throw broken(e);
      }
    }

    @Override
    public Reply receive(long deadline) throws LinkException {
      try {
        return wire.read(deadline); // reads nothing ahead without a limit
      } catch (IOException e) {
        throw broken(e);
      }
    }

    private LinkException broken(IOException e) {
      wire.close();
      Kind kind = e instanceof SocketTimeoutException ? Kind.REPLY_TIMEOUT : Kind.UNREACHABLE;
      return new LinkException(kind, LinkSetup.broken(endpoint, e), e);
    }

    @Override
    public void close() {
      wire.close(); // by any thread: an exchange under way ends
    }
  }
}
