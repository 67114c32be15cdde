package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redisdrivers.DriverUnderTest.Ability;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every driver has to do: {@link RedisLink} and {@link LinkFactory}, against real servers.
 * Each chapter is a class that extends this one; a driver's test class nests one of each.
 */
abstract class DriverTck {

  static final String USER = DriverServers.USER;
  static final String PASSWORD = DriverServers.PASSWORD;
  static final String VALUE = "value-nobody-may-log";

  static final String LARGE = "x".repeat(1 << 20);
  private static final String LARGE_BEGIN = "xxxx";
  private static final String LARGE_BEGIN_AS_BYTES = "120, 120, 120";

  /** Far more than any reply takes, so that its end is an error. */
  static final Duration LONG = Duration.ofSeconds(20);

  static final Duration SHORT = Duration.ofMillis(400);

  /** What a wait may take beyond its deadline on a busy machine, far less than {@link #LONG}. */
  static final Duration GRACE = Duration.ofSeconds(5);

  private final DriverUnderTest driver;
  private final LogCapture log = new LogCapture();
  private DriverContext context;
  private LinkFactory factory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  DriverTck(DriverUnderTest driver) {
    this.driver = driver;
  }

  @BeforeAll
  static void startServersOrSkip() {
    DriverServers.plain();
    DriverServers.guarded();
  }

  @BeforeEach
  void openFactory() {
    log.listen();
    context = DriverContext.empty();
    factory = driver().open(context);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    factory.close();
    context.close();
    log.close();
    assertThat(log.text()).doesNotContain(PASSWORD, VALUE, LARGE_BEGIN, LARGE_BEGIN_AS_BYTES);
    assertThat(Thread.interrupted()).as("a test left the thread interrupted").isFalse();
  }

  final RedisDriver driver() {
    return driver.driver();
  }

  final boolean can(Ability ability) {
    return driver.abilities().contains(ability);
  }

  /** What this test's factory was opened with. */
  final DriverContext context() {
    return context;
  }

  static RedisServer server() {
    return DriverServers.plain();
  }

  static RedisServer guarded() {
    return DriverServers.guarded();
  }

  static FaultProxy proxy() {
    return FaultProxy.start(server().port());
  }

  static String freshKey() {
    return "driver-" + UUID.randomUUID();
  }

  static Endpoint tcp(int port) {
    return new Endpoint.Tcp("127.0.0.1", port);
  }

  static LinkOptions plainOptions() {
    return new LinkOptions(null, null, 0, null, LONG, Duration.ofSeconds(5));
  }

  static LinkOptions tlsOptions(LinkOptions.Tls tls) {
    return new LinkOptions(null, null, 0, tls, LONG, Duration.ofSeconds(5));
  }

  static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  /** A connection to the plain server, closed after the test. */
  final RedisLink link() throws LinkException {
    return connect(tcp(server().port()), plainOptions());
  }

  final RedisLink link(FaultProxy proxy) throws LinkException {
    return connect(tcp(proxy.port()), plainOptions());
  }

  final RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    RedisLink link = factory.connect(endpoint, options);
    opened.add(link);
    return link;
  }

  final LinkException refused(Endpoint endpoint, LinkOptions options) {
    try (RedisLink _ = factory.connect(endpoint, options)) {
      throw new AssertionError("connected to " + endpoint + ", against what was expected");
    } catch (LinkException e) {
      return e;
    }
  }

  static List<@Nullable Object> exchange(RedisLink link, Command... commands) {
    return plain(link.exchange(List.of(commands), in(LONG)));
  }

  /** A connection that lost a reply sends nothing more. */
  static void assertEnded(RedisLink link) {
    String key = freshKey();
    assertThat(exchange(link, command("INCR", key)))
        .singleElement()
        .asString()
        .startsWith("lost NOT_SENT");
    assertThat(server().command("GET", key)).isNull();
  }

  static void awaitBlocked() {
    await("a blocked client", () -> server().fact("blocked_clients").orElse("0").equals("1"));
  }

  static void awaitNoneBlocked() {
    await("no blocked client", () -> server().fact("blocked_clients").orElse("1").equals("0"));
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = in(LONG);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long for %s", what).isNegative();
      LockSupport.parkNanos(MILLISECONDS.toNanos(5));
    }
  }

  interface Work<T> {
    T run() throws Exception;
  }

  static <T> CompletableFuture<T> on(ThreadFactory threads, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    threads
        .newThread(() -> {
          try {
            result.complete(work.run());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        })
        .start();
    return result;
  }
}
