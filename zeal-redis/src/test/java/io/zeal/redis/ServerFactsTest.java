package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.OperationInterruptedException;
import io.zeal.Outcome;
import io.zeal.ZealClosedException;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is believed of a server that says something of itself, and what is promised then. */
class ServerFactsTest {

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks();

  @AfterEach
  void stop() {
    executor.close();
  }

  @Test
  void redisIsReadAsItWritesItself() {
    assertThat(
            ServerFacts.read(
                "a:1",
                lines(
                    "# Server",
                    "redis_version:7.0.15",
                    "redis_mode:standalone",
                    "",
                    "# Memory",
                    "maxmemory:1048576",
                    "maxmemory_policy:allkeys-lru")))
        .isEqualTo(
            new ServerFacts("a:1", "Redis", "7.0.15", 1_048_576, "allkeys-lru", false, false));
  }

  @Test
  void valkeyIsNamedByItsOwnVersion() {
    assertThat(
            ServerFacts.read(
                "a:1",
                lines(
                    "redis_version:7.2.4",
                    "server_name:valkey",
                    "valkey_version:8.1.1",
                    "maxmemory:0",
                    "maxmemory_policy:noeviction")))
        .isEqualTo(new ServerFacts("a:1", "Valkey", "8.1.1", 0, "noeviction", false, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.2.14", "5.0.7", "0.0.1"})
  void anOldServerIsNamedWithWhatIsNeeded(String version) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ServerFacts.read("a:1", "redis_version:" + version + "\r\n"))
        .withMessageContainingAll("a:1", "Redis " + version, "Redis 7.0", "Valkey 7.2")
        .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_SETTING.id()));
  }

  @ParameterizedTest
  @CsvSource({
    "noeviction,      0,   true",
    "noeviction,      100, true",
    "allkeys-lru,     0,   true", // without a limit there is nothing to evict for
    "allkeys-lru,     100, false",
    "allkeys-lfu,     100, false",
    "allkeys-random,  100, false",
    "volatile-lru,    100, false",
    "volatile-lfu,    100, false",
    "volatile-random, 100, false",
    "volatile-ttl,    100, false",
    "'',              0,   false", // it does not say
    "'',              100, false",
  })
  void countsAreExactOnlyWhereNothingIsEvicted(String policy, long maxMemory, boolean exact) {
    ServerFacts facts = new ServerFacts("a:1", "Redis", "7.0.15", maxMemory, policy, false, false);

    assertThat(backend(facts).info().can(Capability.EXACT_COUNT)).isEqualTo(exact);
  }

  @Test
  void oneNodeThatEvictsIsEnough() {
    ServerFacts steady = new ServerFacts("a:1", "Redis", "7.0.15", 0, "noeviction", false, false);
    ServerFacts evicting =
        new ServerFacts("b:1", "Redis", "7.0.15", 100, "allkeys-lru", false, false);

    assertThat(backend(steady, steady).info().can(Capability.EXACT_COUNT)).isTrue();
    assertThat(backend(steady, evicting).info().can(Capability.EXACT_COUNT)).isFalse();
  }

  @Test
  void evictionTakesNoOtherCapability() {
    ServerFacts evicting =
        new ServerFacts("a:1", "Redis", "7.0.15", 100, "allkeys-lru", false, false);

    assertThat(backend(evicting).info().capabilities())
        .contains(Capability.COUNT, Capability.PAGE, Capability.CLEAR, Capability.COUNTERS);
  }

  @Test
  void everyPrimaryIsAskedAndFoundOut() {
    links.node("a:1", words -> info("redis_version:8.0.2", "maxmemory_policy:noeviction"));

    assertThat(backend().inspect())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Finding.Severity.INFO);
          assertThat(finding.toString()).contains("a:1 is Redis 8.0.2");
        });
    assertThat(links.asked).startsWith("a:1 INFO", "a:1 TIME");
  }

  @Test
  void aServerThatEvictsIsNamedWithItsPolicy() {
    links.node(
        "a:1",
        words -> info("redis_version:8.0.2", "maxmemory:100", "maxmemory_policy:volatile-ttl"));

    assertThat(backend().inspect())
        .last()
        .satisfies(finding -> {
          assertThat(finding.severity()).as("nobody minds").isEqualTo(Finding.Severity.INFO);
          assertThat(finding.toString()).contains("ZEAL-F302", "volatile-ttl", "noeviction");
        });
  }

  @Test
  void aServerThatMayNotBeAskedIsTakenForOneThatEvicts() {
    links.node(
        "a:1",
        words ->
            new Reply.Failure("NOPERM this user has no permissions to run the 'info' command"));

    List<ServerFacts> facts = ServerFacts.of(server(), System.nanoTime() + 2_000_000_000L);

    assertThat(facts)
        .containsExactly(new ServerFacts("a:1", "server", "unknown", 0, "", false, false));
    assertThat(backend().inspect())
        .extracting(Finding::code)
        .containsExactly("ZEAL-F301", "ZEAL-F302", "ZEAL-F312");
    assertThat(backend().inspect().get(1).found()).contains("does not say");
  }

  @Test
  void aServerThatIsNotThereIsAnErrorOfOpening() {
    assertThatExceptionOfType(BackendUnavailableException.class)
        .isThrownBy(() -> ServerFacts.of(server(), System.nanoTime() + 2_000_000_000L))
        .withMessageStartingWith("Opening ")
        .withMessageContaining("a:1");
  }

  @Test
  void aServerThatHangsKeepsNoOtherFromBeingAsked() {
    links.node(
        "a:1",
        words -> {
          long begin = System.nanoTime();
          while (System.nanoTime() - begin < 400_000_000) { // longer than a call may take
            LockSupport.parkNanos(1_000_000);
          }
          return new Reply.Lost(
              Outcome.UNKNOWN,
              new LinkException(LinkException.Kind.REPLY_TIMEOUT, "no reply from a:1", null));
        });
    links.node("b:1", words -> info("redis_version:8.0.2", "maxmemory_policy:noeviction"));
    List<Node> nodes =
        List.of(
            links.node(new Endpoint.Tcp("a", 1), executor),
            links.node(new Endpoint.Tcp("b", 1), executor));

    assertThat(backend(new Server(of(nodes), executor, Duration.ofMillis(300))).inspect())
        .extracting(Finding::toString)
        .satisfiesExactly(
            first -> assertThat(first).contains("ZEAL-F305", "a:1"),
            second -> assertThat(second).contains("b:1 is Redis 8.0.2"));
  }

  /** Each waits for the other: one after the other they would be two deadlines. */
  @Test
  void allServersAreAskedAtOnce() {
    CyclicBarrier both = new CyclicBarrier(2);
    Reply healthy = info("redis_version:8.0.2", "maxmemory_policy:noeviction");
    FakeLinks.Behaviour meeting =
        words -> {
          if (words.equals("INFO")) {
            try {
              both.await(20, TimeUnit.SECONDS);
            } catch (Exception e) {
              throw new AssertionError("the other is not asked", e);
            }
          }
          return healthy;
        };
    links.node("a:1", meeting).node("b:1", meeting);
    List<Node> nodes =
        List.of(
            links.node(new Endpoint.Tcp("a", 1), executor),
            links.node(new Endpoint.Tcp("b", 1), executor));

    assertThat(backend(new Server(of(nodes), executor, Duration.ofSeconds(30))).inspect())
        .extracting(Finding::code)
        .containsExactly("ZEAL-F301", "ZEAL-F301");
  }

  @Test
  void aServerThatStopsAnsweringIsNotHealthy() {
    links.node(
        "a:1",
        words ->
            words.equals("INFO")
                ? info("redis_version:8.0.2", "maxmemory_policy:noeviction")
                : new Reply.Lost(
                    Outcome.UNKNOWN,
                    new LinkException(
                        LinkException.Kind.REPLY_TIMEOUT, "no reply from a:1", null)));

    assertThat(backend().inspect())
        .extracting(Finding::code)
        .containsExactly("ZEAL-F301", "ZEAL-F305");
    assertThat(links.asked).as("once").containsExactly("a:1 INFO", "a:1 TIME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"INTERRUPTED", "CLOSED"})
  void whatSaysNothingOfAServerIsNoFinding(LinkException.Kind kind) {
    links.node(
        "a:1", words -> new Reply.Lost(Outcome.NOT_SENT, new LinkException(kind, "it ends", null)));

    assertThatExceptionOfType(
            kind == LinkException.Kind.CLOSED
                ? ZealClosedException.class
                : OperationInterruptedException.class)
        .isThrownBy(() -> backend().inspect());
    assertThat(Thread.interrupted()).isEqualTo(kind == LinkException.Kind.INTERRUPTED);
  }

  /** Redis 7.0.0 would do it. */
  @ParameterizedTest
  @CsvSource({"7.0.0, false", "7.0.1, true", "7.0.10, true", "8.0.2, true"})
  void nothingIsPublishedToFindOutWhetherThatIsAllowed(String version, boolean tried) {
    links.node("a:1", words -> info("redis_version:" + version, "maxmemory_policy:noeviction"));

    assertThat(backend().inspect()).isNotEmpty();

    assertThat(links.asked)
        .filteredOn(words -> words.startsWith("a:1 EVAL "))
        .singleElement()
        .satisfies(words -> assertThat(words.contains("publish")).isEqualTo(tried));
  }

  @Test
  void whatIsNoNumberIsNoneAndNoReasonToFail() {
    assertThat(ServerFacts.read("a:1", lines("redis_version:8.0.2", "maxmemory:lots")))
        .isEqualTo(new ServerFacts("a:1", "Redis", "8.0.2", 0, "", false, false));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ServerFacts.read("a:1", lines("redis_version:of a proxy")));
  }

  private static Topology of(List<Node> nodes) {
    return new Topology() {
      @Override
      public Node node(byte @Nullable [] key, long deadline) {
        return nodes.getFirst();
      }

      @Override
      public Node nodeAfterDoubt(byte @Nullable [] key, long deadline) {
        return nodes.getFirst();
      }

      @Override
      public boolean redirects() {
        return true;
      }

      @Override
      public Node at(Endpoint endpoint) {
        return nodes.getFirst();
      }

      @Override
      public void moved(byte[] key, Endpoint endpoint) {}

      @Override
      public void doubt() {}

      @Override
      public List<Node> primaries(long deadline) {
        return nodes;
      }

      @Override
      public Connections connections() {
        return new Connections(0, 0);
      }

      @Override
      public void close() {}
    };
  }

  private RedisBackend backend(ServerFacts... facts) {
    return backend(server(), facts);
  }

  private RedisBackend backend(Server server, ServerFacts... facts) {
    Names names = new Names("zeal");
    return new RedisBackend(
        links,
        server,
        names,
        1,
        0,
        List.of(facts),
        new RedisMessaging(server, names, executor, Duration.ofSeconds(1), false, false));
  }

  private Server server() {
    return new Server(
        new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)),
        executor,
        Duration.ofSeconds(30));
  }

  private static Reply info(String... lines) {
    return new Reply.Bytes(Names.bytes(lines(lines)));
  }

  /** As servers end their lines. */
  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }
}
