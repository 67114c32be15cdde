package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.resource.ClientResources;
import io.zeal.BackendUnavailableException;
import io.zeal.ConfigurationException;
import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPool;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;

/** A client that the application made and hands in: all of Zeal works over it, and it stays its. */
class ReadyMadeClientTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final String PASSWORD = "s3cret-of-the-client";
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final LogCapture log = new LogCapture();
  private RedisServer server;
  private FaultProxy proxy;

  /** Something that an application may hand in. */
  enum Kind {
    JEDIS_POOL("jedis") {
      @Override
      Client make(RedisServer server, int port) {
        DefaultJedisClientConfig config =
            DefaultJedisClientConfig.builder().resp2().password(PASSWORD).build();
        return jedis(new ConnectionPool(new HostAndPort("127.0.0.1", port), config, room()));
      }
    },
    LETTUCE_CLIENT("lettuce") {
      @Override
      Client make(RedisServer server, int port) {
        RedisClient client = RedisClient.create(uri(server));
        client.setOptions(ClientOptions.builder().autoReconnect(false).build());
        return lettuce(client);
      }
    },
    LETTUCE_RESOURCES("lettuce") {
      @Override
      Client make(RedisServer server, int port) {
        return lettuce(ClientResources.create(), uri(server));
      }
    },
    REDISSON_CLIENT("redisson") {
      @Override
      Client make(RedisServer server, int port) {
        return redisson(server);
      }
    };

    final String driver;

    Kind(String driver) {
      this.driver = driver;
    }

    /**
     * Makes one.
     *
     * @param port where Zeal is going to find the server, for a client that brings connections
     */
    abstract Client make(RedisServer server, int port);
  }

  /** What was made, as its application sees it. */
  interface Client extends AutoCloseable {

    void handIn(ZealConfig.Builder config);

    /** Uses it for something that is not Zeal's. */
    boolean works();

    @Override
    void close();
  }

  @BeforeEach
  void start() {
    server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(
                RedisOptions.defaults()
                    .withPassword(PASSWORD)
                    .with("appendonly", "yes")
                    .with("appendfsync", "always")));
    proxy = FaultProxy.start(server.port());
    log.listen();
  }

  @AfterEach
  void stop() {
    log.close();
    if (proxy != null) {
      proxy.close();
    }
    if (server != null) {
      server.close();
    }
    assertThat(log.text()).as("log").doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @EnumSource
  void storesAndCountersWorkOverItAndItWorksOnAfterZealIsClosed(Kind kind) {
    try (Client client = kind.make(server, proxy.port())) {
      for (int i = 1; i <= 2; i++) {
        try (Zeal zeal = open(kind, client, PASSWORD)) {
          Store<Row> store = zeal.store("rows", Schema.of(Row.class));
          store.put("k", new Row("a", i));
          assertThat(store.increment("k", "number", 1)).isEqualTo(i + 1);
          assertThat(store.get("k")).contains(new Row("a", i + 1));
          assertThat(zeal.counter("hits").increment()).isEqualTo(i);
          assertThat(client.works()).as("works beside Zeal").isTrue();
        }
        assertThat(client.works()).as("works after Zeal").isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aWriteThatWasExecutedBeforeTheCutIsNotRepeated(Kind kind) {
    try (Client client = kind.make(server, proxy.port());
        Zeal zeal = open(kind, client, PASSWORD)) {
      Counter counter = zeal.counter("hits");
      counter.increment();

      proxy.executeThenCut(1, Request.named("INCRBY"));

      assertThat(catchThrowableOfType(BackendUnavailableException.class, counter::increment))
          .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
      assertThat(counter.get()).isEqualTo(2);
      assertThat(proxy.forwarded("INCRBY")).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource
  void itCarriesZealAgainAfterAnOutage(Kind kind) {
    try (Client client = kind.make(server, proxy.port());
        Zeal zeal = open(kind, client, PASSWORD)) {
      Counter counter = zeal.counter("hits");
      counter.increment();

      server.kill();
      await("an error", () -> !succeeds(counter::get));
      server.restart();

      await("the counter", () -> succeeds(counter::get));
      assertThat(counter.get()).isEqualTo(1);
      assertThat(counter.increment()).isEqualTo(2);
      await("the application's own use", () -> succeeds(client::works));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatDescribesZealAndItsErrorsShowsNoPassword(Kind kind) {
    try (Client client = kind.make(server, proxy.port())) {
      ZealConfig config = config(kind, client, PASSWORD);
      try (Zeal zeal = Zeal.open(config)) {
        assertThat("" + config + zeal + zeal.info() + zeal.inspect() + zeal.stats())
            .contains(proxy.address())
            .doesNotContain(PASSWORD);
        proxy.refuse();
        proxy.cut();
        assertThat(
                trace(
                    catchThrowableOfType(ZealException.class, () -> zeal.counter("c").increment())))
            .contains(proxy.address())
            .doesNotContain(PASSWORD);
      }
    }
  }

  /** Where the client brings no connections, user and password of the URL count. */
  @ParameterizedTest
  @EnumSource(names = "JEDIS_POOL", mode = EnumSource.Mode.EXCLUDE)
  void aWrongPasswordOfTheUrlIsSaidToBeOne(Kind kind) {
    try (Client client = kind.make(server, proxy.port())) {
      ServerRefusedException error =
          catchThrowableOfType(
              ServerRefusedException.class, () -> open(kind, client, PASSWORD + "x").close());
      assertThat(error.reason()).isEqualTo(Reason.AUTHENTICATION);
      assertThat(trace(error)).contains("zeal.redis.url").doesNotContain(PASSWORD);
      assertThat(client.works()).isTrue();
    }
  }

  @Test
  void aWrongPasswordOfAPoolIsSaidToBeThePools() {
    DefaultJedisClientConfig wrong =
        DefaultJedisClientConfig.builder().resp2().password(PASSWORD + "x").build();
    HostAndPort address = new HostAndPort("127.0.0.1", proxy.port());
    try (Client client = jedis(new ConnectionPool(address, wrong, room()))) {
      ServerRefusedException error =
          catchThrowableOfType(
              ServerRefusedException.class, () -> open(Kind.JEDIS_POOL, client, PASSWORD).close());
      assertThat(error.reason()).isEqualTo(Reason.AUTHENTICATION);
      assertThat(trace(error)).contains("pool", "WRONGPASS").doesNotContain(PASSWORD);
    }
  }

  /** The server answers an unknown command with its arguments. */
  @Test
  void aPoolsPasswordDoesNotShowEvenIfTheServerRepeatsIt() {
    RedisOptions options =
        RedisOptions.defaults()
            .with("rename-command", "HELLO", "")
            .with("rename-command", "AUTH", "");
    // Without a protocol Jedis takes the one that the server knows, and here says AUTH.
    DefaultJedisClientConfig any = DefaultJedisClientConfig.builder().password(PASSWORD).build();
    try (RedisServer renamed = RedisServer.start(options);
        Client client =
            jedis(new ConnectionPool(new HostAndPort("127.0.0.1", renamed.port()), any, room()))) {
      ZealConfig.Builder config =
          ZealConfig.builder()
              .set("zeal.backend", "redis")
              .set("zeal.redis.driver", "jedis")
              .set("zeal.redis.url", "redis://" + renamed.address());
      client.handIn(config);
      ServerRefusedException error =
          catchThrowableOfType(
              ServerRefusedException.class, () -> Zeal.open(config.build()).close());
      assertThat(trace(error)).contains("pool", "unknown command").doesNotContain(PASSWORD);
    }
  }

  /** Each is returned to a pool that cannot make another. */
  @Test
  void aPoolOfAServerThatIsDownCostsNoCallItsWords() {
    try (Client client = Kind.JEDIS_POOL.make(server, proxy.port());
        Zeal zeal = open(Kind.JEDIS_POOL, client, PASSWORD)) {
      Counter counter = zeal.counter("hits");
      proxy.refuse();
      proxy.cut();
      for (int i = 0; i < 3; i++) {
        assertThat(catchThrowableOfType(BackendUnavailableException.class, counter::increment))
            .hasMessageContaining(proxy.address());
      }
    }
  }

  @Test
  void aPoolThatSpeaksProtocol3IsRefused() {
    DefaultJedisClientConfig three =
        DefaultJedisClientConfig.builder().resp3().password(PASSWORD).build();
    HostAndPort address = new HostAndPort("127.0.0.1", proxy.port());
    try (Client client = jedis(new ConnectionPool(address, three, room()))) {
      assertThat(
              catchThrowableOfType(
                  ServerRefusedException.class,
                  () -> open(Kind.JEDIS_POOL, client, PASSWORD).close()))
          .hasMessageContaining("resp2()");
      assertThat(client.works()).isTrue();
    }
  }

  @Test
  void aPoolThatLeadsElsewhereIsRefusedWithBothAddresses() {
    try (Client client = Kind.JEDIS_POOL.make(server, server.port())) {
      assertThat(
              catchThrowableOfType(
                  ServerRefusedException.class,
                  () -> open(Kind.JEDIS_POOL, client, PASSWORD).close()))
          .hasMessageContainingAll(server.address(), proxy.address());
      assertThat(client.works()).isTrue();
    }
  }

  @Test
  void aPoolGetsItsConnectionsBackAndIsRidOfBrokenOnes() {
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder().resp2().password(PASSWORD).build();
    HostAndPort address = new HostAndPort("127.0.0.1", proxy.port());
    try (ConnectionPool pool = new ConnectionPool(address, config, room())) {
      try (Zeal zeal = open(Kind.JEDIS_POOL, jedis(pool), PASSWORD)) {
        Counter counter = zeal.counter("hits");
        assertThat(pool.getNumActive()).isEqualTo(1);
        proxy.cut();
        await("a new connection", () -> succeeds(counter::get));
        assertThat(pool.getDestroyedCount()).isEqualTo(1);
        assertThat(pool.getNumActive()).isEqualTo(1);
      }
      assertThat(pool.getNumActive()).isZero();
      assertThat(pool.getNumIdle()).isEqualTo(1);
      assertThat(pool.isClosed()).isFalse();
    }
  }

  @Test
  void aLettuceClientThatReconnectsIsRefusedWithWhatToChange() {
    try (Client client = lettuce(RedisClient.create(uri(server)))) {
      ConfigurationException error =
          catchThrowableOfType(
              ConfigurationException.class,
              () -> open(Kind.LETTUCE_CLIENT, client, PASSWORD).close());
      assertThat(error)
          .hasMessageContainingAll("autoReconnect(false)", "ClientResources", "ZEAL-104");
      assertThat(trace(error)).doesNotContain(PASSWORD);
      assertThat(client.works()).isTrue();
    }
  }

  @Test
  void aRedissonClientThatIsShutDownIsRefused() {
    Client client = redisson(server);
    client.close();
    assertThat(
            catchThrowableOfType(
                ConfigurationException.class,
                () -> open(Kind.REDISSON_CLIENT, client, PASSWORD).close()))
        .hasMessageContaining("shut down");
  }

  private Zeal open(Kind kind, Client client, String password) {
    return Zeal.open(config(kind, client, password));
  }

  private ZealConfig config(Kind kind, Client client, String password) {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", kind.driver)
            .set("zeal.redis.timeout", "10s")
            .set("zeal.redis.url", "redis://:" + password + "@" + proxy.address());
    client.handIn(config);
    return config.build();
  }

  private static ConnectionPoolConfig room() {
    ConnectionPoolConfig limits = new ConnectionPoolConfig();
    limits.setMaxTotal(3);
    return limits;
  }

  private static Client jedis(ConnectionPool pool) {
    return new Client() {
      @Override
      public void handIn(ZealConfig.Builder config) {
        config.instance(ConnectionPool.class, pool);
      }

      @Override
      public boolean works() {
        try (Connection connection = pool.getResource()) {
          return connection.ping();
        }
      }

      @Override
      public void close() {
        pool.close();
      }
    };
  }

  private static RedisURI uri(RedisServer server) {
    return RedisURI.builder()
        .withHost("127.0.0.1")
        .withPort(server.port())
        .withPassword(PASSWORD.toCharArray())
        .build();
  }

  private static Client lettuce(RedisClient client) {
    return new Client() {
      @Override
      public void handIn(ZealConfig.Builder config) {
        config.instance(RedisClient.class, client);
      }

      @Override
      public boolean works() {
        return pings(client);
      }

      @Override
      public void close() {
        client.shutdown(0, 2, TimeUnit.SECONDS);
      }
    };
  }

  private static Client lettuce(ClientResources resources, RedisURI uri) {
    return new Client() {
      @Override
      public void handIn(ZealConfig.Builder config) {
        config.instance(ClientResources.class, resources);
      }

      @Override
      public boolean works() {
        RedisClient client = RedisClient.create(resources, uri);
        try {
          return pings(client);
        } finally {
          client.shutdown(0, 2, TimeUnit.SECONDS);
        }
      }

      @Override
      public void close() {
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
      }
    };
  }

  private static boolean pings(RedisClient client) {
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return connection.sync().ping().equals("PONG");
    }
  }

  private static Client redisson(RedisServer server) {
    Config config = new Config();
    config.setThreads(2).setNettyThreads(2).setPassword(PASSWORD);
    config
        .useSingleServer()
        .setAddress("redis://" + server.address())
        .setConnectionMinimumIdleSize(1)
        .setConnectionPoolSize(2)
        .setSubscriptionConnectionMinimumIdleSize(0);
    RedissonClient client = Redisson.create(config);
    return new Client() {
      @Override
      public void handIn(ZealConfig.Builder builder) {
        builder.instance(RedissonClient.class, client);
      }

      @Override
      public boolean works() {
        return client.getBucket("own", StringCodec.INSTANCE).get() == null;
      }

      @Override
      public void close() {
        if (!client.isShutdown()) {
          client.shutdown();
        }
      }
    };
  }

  private static boolean succeeds(Runnable use) {
    try {
      use.run();
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("%s within %s", what, LIMIT).isNegative();
      LockSupport.parkNanos(5_000_000);
    }
  }
}
