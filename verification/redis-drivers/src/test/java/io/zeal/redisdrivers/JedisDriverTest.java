package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.jedis.JedisDriver;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redisdrivers.DriverUnderTest.Ability;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.Request;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/** Every chapter over Jedis, and what this driver alone promises. */
class JedisDriverTest {

  private static final DriverUnderTest JEDIS =
      DriverUnderTest.of(new JedisDriver(), Ability.UNIX_SOCKETS, Ability.KNOWS_WHAT_WAS_NOT_BEGUN);

  @Nested
  class Replies extends DriverRepliesTck {
    Replies() {
      super(JEDIS);
    }
  }

  @Nested
  class Deadlines extends DriverDeadlinesTck {
    Deadlines() {
      super(JEDIS);
    }
  }

  @Nested
  class Cuts extends DriverCutsTck {
    Cuts() {
      super(JEDIS);
    }
  }

  @Nested
  class Closing extends DriverClosingTck {
    Closing() {
      super(JEDIS);
    }
  }

  @Nested
  class Listening extends DriverListeningTck {
    Listening() {
      super(JEDIS);
    }
  }

  @Nested
  class Connecting extends DriverConnectingTck {
    Connecting() {
      super(JEDIS);
    }
  }

  @Nested
  class Authentication extends DriverAuthenticationTck {
    Authentication() {
      super(JEDIS);
    }
  }

  @Nested
  class Tls extends DriverTlsTck {
    Tls() {
      super(JEDIS);
    }
  }

  /** It has no thread that would notice the end of a connection nobody uses. */
  @Nested
  class Idle extends DriverTck {

    Idle() {
      super(JEDIS);
    }

    @Test
    void aConnectionThatEndedWhileIdleIsFoundBeforeAnythingIsSent() throws LinkException {
      String key = freshKey();
      try (FaultProxy proxy = proxy();
          FaultProxy tlsProxy = FaultProxy.start(server().tlsPort())) {
        RedisLink alive = link(proxy);
        RedisLink plain = link(proxy);
        Endpoint endpoint = new Endpoint.Tcp("localhost", tlsProxy.port());
        RedisLink aliveTls = connect(endpoint, tlsOptions(TlsSides.trusting()));
        RedisLink encrypted = connect(endpoint, tlsOptions(TlsSides.trusting()));
        long begin = System.nanoTime();
        await("the connections to be idle", () -> System.nanoTime() - begin > 1_200_000_000);
        assertThat(exchange(alive, command("PING"))).containsExactly("PONG");
        assertThat(exchange(aliveTls, command("PING"))).containsExactly("PONG");
        proxy.cut();
        tlsProxy.cut();
        await("no connection", () -> proxy.connections() + tlsProxy.connections() == 0);
        assertThat(exchange(plain, command("INCR", key)))
            .containsExactly("lost NOT_SENT UNREACHABLE");
        assertThat(exchange(encrypted, command("INCR", key)))
            .containsExactly("lost NOT_SENT UNREACHABLE");
      }
    }
  }

  /** Else what waits for messages would run on virtual threads, which are told late. */
  @Test
  void whoWaitsReadsTheSocketWhoeverMadeTheConnection() {
    JedisDriver driver = new JedisDriver();
    try (ConnectionPool pool = new ConnectionPool(new HostAndPort("127.0.0.1", 1), resp2());
        DriverContext own = DriverContext.empty();
        DriverContext handedIn = DriverContext.with(Map.of(ConnectionPool.class, pool));
        LinkFactory ofOwn = driver.open(own);
        LinkFactory ofPool = driver.open(handedIn)) {
      assertThat(ofOwn.isBlocking()).isTrue();
      assertThat(ofPool.isBlocking()).isTrue();
    }
  }

  private static DefaultJedisClientConfig resp2() {
    return DefaultJedisClientConfig.builder().resp2().timeoutMillis(200).build();
  }

  /** A pool of the application lends its connections. */
  @Nested
  class HandedIn extends DriverTck {

    HandedIn() {
      super(JEDIS);
    }

    @Test
    void aHandedInPoolLendsItsConnectionsAndGetsThemBack() throws LinkException {
      try (ConnectionPool pool = pool(server().port(), resp2(), 1);
          DriverContext context = DriverContext.with(Map.of(ConnectionPool.class, pool));
          LinkFactory factory = driver().open(context)) {
        String key = freshKey();
        RedisLink link = factory.connect(tcp(server().port()), plainOptions());
        assertThat(exchange(link, command("SET", key, "v"), command("GET", key)))
            .containsExactly("OK", "v");
        // Longer than the timeout of the pool's own calls: the deadline of the exchange counts.
        assertThat(exchange(link, command("BLPOP", key + "-none", "0.5")))
            .containsExactly((Object) null);
        assertThat(pool.getNumActive()).isEqualTo(1);
        LinkException exhausted = refusal(factory, server().port());
        assertThat(exhausted.kind()).isEqualTo(Kind.QUEUE_TIMEOUT);
        assertThat(exhausted).hasMessageContaining("maxTotal");

        link.close();
        link.close();

        assertThat(pool.getNumActive()).isZero();
        try (Connection again = pool.getResource()) {
          assertThat(again.getSoTimeout()).isEqualTo(200);
          assertThat(again.ping()).isTrue();
        }
        assertThat(pool.getCreatedCount()).isEqualTo(1);
      }
    }

    @Test
    void aHandedInPoolIsRidOfConnectionsThatBroke() throws LinkException {
      try (FaultProxy proxy = proxy();
          ConnectionPool pool = pool(proxy.port(), resp2(), 1);
          DriverContext context = DriverContext.with(Map.of(ConnectionPool.class, pool));
          LinkFactory factory = driver().open(context)) {
        String key = freshKey();
        try (RedisLink link = factory.connect(tcp(proxy.port()), plainOptions())) {
          assertThat(
                  plain(
                      link.exchange(
                          List.of(command("BLPOP", key, "0")), in(Duration.ofMillis(300)))))
              .containsExactly("lost UNKNOWN REPLY_TIMEOUT");
        }
        try (RedisLink link = factory.connect(tcp(proxy.port()), plainOptions())) {
          proxy.executeThenCut(1, Request.named("INCR"));
          assertThat(exchange(link, command("INCR", key)))
              .containsExactly("lost UNKNOWN UNREACHABLE");
          assertEnded(link);
        }
        assertThat(pool.getNumActive()).isZero();
        assertThat(pool.getDestroyedCount()).isEqualTo(2);
        assertThat(proxy.forwarded("INCR")).isEqualTo(1);
      }
    }

    @Test
    void aConnectionThatListenedIsNotLentAgain() throws LinkException {
      try (ConnectionPool pool = pool(server().port(), resp2(), 1);
          DriverContext context = DriverContext.with(Map.of(ConnectionPool.class, pool));
          LinkFactory factory = driver().open(context)) {
        for (int i = 1; i <= 3; i++) {
          RedisLink link = factory.connect(tcp(server().port()), plainOptions());
          link.send(List.of(command("SUBSCRIBE", "pooled")), in(LONG));
          assertThat(plain(link.receive(in(LONG)))).isEqualTo(List.of("subscribe", "pooled", 1L));
          // Longer than the timeout of the pool's own calls: the deadline counts.
          long begin = System.nanoTime();
          await("a while", () -> System.nanoTime() - begin > 300_000_000);
          link.send(List.of(command("PING")), in(LONG));
          assertThat(plain(link.receive(in(LONG)))).isEqualTo(List.of("pong", ""));
          link.close();
          int round = i;
          await("the pool to be rid of it", () -> pool.getDestroyedCount() == round);
        }
        assertThat(pool.getNumActive()).isZero();
      }
    }

    /** As when the process may have no more of them. */
    @Test
    void aConnectionThatListenedIsGivenBackAlsoWithoutAThreadForIt() throws LinkException {
      AtomicBoolean threadless = new AtomicBoolean();
      ThreadPoolExecutor threads =
          new ThreadPoolExecutor(
              0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>()) {
            @Override
            public void execute(Runnable task) {
              if (threadless.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              super.execute(task);
            }
          };
      try (ConnectionPool pool = pool(server().port(), resp2(), 1);
          DriverContext context = new DriverContext(Map.of(ConnectionPool.class, pool), threads);
          LinkFactory factory = driver().open(context)) {
        RedisLink link = factory.connect(tcp(server().port()), plainOptions());
        link.send(List.of(command("SUBSCRIBE", "pooled")), in(LONG));
        assertThat(plain(link.receive(in(LONG)))).isEqualTo(List.of("subscribe", "pooled", 1L));
        threadless.set(true);

        link.close();

        assertThat(pool.getNumActive()).isZero();
        assertThat(pool.getDestroyedCount()).isEqualTo(1);
      }
    }

    @Test
    void aPoolThatDoesNotFitIsRefusedWithWhatToChange() {
      DefaultJedisClientConfig resp3 = DefaultJedisClientConfig.builder().resp3().build();
      try (ConnectionPool pool = pool(server().port(), resp3, 1);
          DriverContext context = DriverContext.with(Map.of(ConnectionPool.class, pool));
          LinkFactory factory = driver().open(context)) {
        LinkException error = refusal(factory, server().port());
        assertThat(error.kind()).isEqualTo(Kind.REFUSED);
        assertThat(error).hasMessageContaining("resp2()");
        assertThat(pool.getNumActive()).isZero();
      }
      try (ConnectionPool pool = pool(server().port(), resp2(), 1);
          DriverContext context = DriverContext.with(Map.of(ConnectionPool.class, pool));
          LinkFactory factory = driver().open(context)) {
        LinkException error = refusal(factory, guarded().port());
        assertThat(error.kind()).isEqualTo(Kind.REFUSED);
        assertThat(error)
            .hasMessageContaining(server().address())
            .hasMessageContaining(guarded().address());
      }
    }

    private static LinkException refusal(LinkFactory factory, int port) {
      LinkOptions options =
          new LinkOptions(null, null, 0, null, Duration.ofMillis(300), Duration.ofSeconds(5));
      try (RedisLink _ = factory.connect(tcp(port), options)) {
        throw new AssertionError("connected, against what was expected");
      } catch (LinkException e) {
        return e;
      }
    }

    private static ConnectionPool pool(int port, DefaultJedisClientConfig config, int most) {
      ConnectionPoolConfig limits = new ConnectionPoolConfig();
      limits.setMaxTotal(most);
      return new ConnectionPool(new HostAndPort("127.0.0.1", port), config, limits);
    }
  }
}
