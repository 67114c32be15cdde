package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Counter;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A password shows in no error, no cause of one, nothing that describes, and no log. */
class SecretsTest {

  private static final String USER = "app";
  private static final String PASSWORD = "s3cret-nobody-may-see";

  private static RedisServer server;

  private final LogCapture log = new LogCapture();
  private Level level;

  @BeforeAll
  static void startServer() {
    server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(
                RedisOptions.defaults()
                    .withUser(USER, "on", ">" + PASSWORD, "~*", "&*", "+@all")
                    .withTls()));
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void listen() {
    level = Logger.getLogger("").getLevel();
    log.listen();
  }

  @AfterEach
  void logsShowNoPassword() {
    log.close();
    Logger.getLogger("").setLevel(level);
    assertThat(log.text()).as("log").doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aWrongPassword(String driver) {
    String text = refusal(config(driver, "redis", PASSWORD + "x", server.address()));

    assertThat(text).contains("WRONGPASS", "zeal.redis.url", "ZEAL-").doesNotContain(PASSWORD);
  }

  /** The server answers an unknown command with its arguments. */
  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aServerThatCallsAuthByAnotherName(String driver) {
    try (RedisServer renamed =
        RedisServer.start(RedisOptions.defaults().with("rename-command", "AUTH", "other"))) {
      String text = refusal(config(driver, "redis", PASSWORD, renamed.address()));

      assertThat(text).contains("unknown command").doesNotContain(PASSWORD);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aHostThatIsNotThere(String driver) {
    String text = refusal(config(driver, "redis", PASSWORD, "nowhere.invalid:6379"));

    assertThat(text).contains("nowhere.invalid:6379").doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aCertificateNobodyTrusts(String driver) {
    String text =
        refusal(
            config(driver, "rediss", PASSWORD, "localhost:" + server.tlsPort())
                .set("zeal.redis.tls.ca", Certificates.get().otherAuthority().toString()));

    assertThat(text).contains("zeal.redis.tls.ca").doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void whatDescribesAnOpenBackendAndItsErrors(String driver) {
    try (FaultProxy proxy = FaultProxy.start(server.port())) {
      ZealConfig config = config(driver, "redis", PASSWORD, proxy.address()).build();
      try (Zeal zeal = Zeal.open(config)) {
        Counter counter = zeal.counter("secrets-" + driver);
        counter.increment();
        assertThat(config + " " + zeal + zeal.info() + zeal.inspect() + zeal.stats() + counter)
            .contains(proxy.address())
            .doesNotContain(PASSWORD);

        proxy.refuse();
        proxy.cut();

        ZealException error = catchThrowableOfType(ZealException.class, counter::increment);
        assertThat(trace(error)).contains(proxy.address()).doesNotContain(PASSWORD);
      }
    }
  }

  private static ZealConfig.Builder config(
      String driver, String scheme, String password, String address) {
    // At trace Redisson writes out every byte: docs/redis-drivers.md.
    Logger.getLogger("").setLevel(driver.equals("redisson") ? Level.FINE : Level.ALL);
    return ZealConfig.builder()
        .set("zeal.backend", "redis")
        .set("zeal.redis.driver", driver)
        .set("zeal.redis.timeout", "10s")
        .set("zeal.redis.url", scheme + "://" + USER + ":" + password + "@" + address);
  }

  private static String refusal(ZealConfig.Builder config) {
    ZealException error =
        catchThrowableOfType(ZealException.class, () -> Zeal.open(config.build()).close());
    assertThat(error).as("what open throws").isNotNull();
    return trace(error);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
