package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a server is asked for anything. */
class RedisBackendProviderTest {

  private static final String PASSWORD = "hunter2";

  /** A driver that behaves as its library does, or as one whose library is not there. */
  private record FakeDriver(String name, LinkageError error) implements RedisDriver {

    FakeDriver(String name) {
      this(name, new LinkageError());
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public LinkFactory open(BackendContext context) {
      throw error;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "redis://:hunter2@localhost, zeal.redis.tls.ca, ca.pem",
    "redis://:hunter2@localhost, zeal.redis.tls.certificate, own.pem",
    "redis+cluster://:hunter2@localhost, zeal.redis.tls.key, own.key",
    "redis+sentinel://:hunter2@localhost/m, zeal.redis.tls.verify-host, true",
    "redis+unix://:hunter2@/run/redis.sock, zeal.redis.tls.verify-host, false"
  })
  void settingsOfEncryptionWithAUrlInPlainTextNameBoth(String url, String key, String value) {
    ConfigurationException error =
        refused(Map.of("zeal.redis.url", url, key, value), new FakeDriver("jedis"));

    assertThat(error.code()).isEqualTo(ErrorCode.INVALID_SETTING.id());
    assertThat(error)
        .hasMessageContainingAll("zeal.redis.url", "[" + key + "]", "rediss", "ZEAL-104")
        .hasMessageNotContaining(PASSWORD);
  }

  @Test
  void everySettingOfEncryptionThatWouldDoNothingIsNamed() {
    Map<String, String> settings = new HashMap<>();
    settings.put("zeal.redis.url", "redis://localhost");
    settings.put("zeal.redis.tls.ca", "ca.pem");
    settings.put("zeal.redis.tls.key", "own.key");

    assertThat(refused(settings, new FakeDriver("jedis")))
        .hasMessageContaining("[zeal.redis.tls.ca, zeal.redis.tls.key]");
  }

  @Test
  void aDriverWithoutItsLibrarySaysSo() {
    LinkageError missing = new NoClassDefFoundError("redis/clients/jedis/ConnectionPool");

    ConfigurationException error =
        refused(Map.of("zeal.redis.url", "redis://localhost"), new FakeDriver("jedis", missing));

    assertThat(error.code()).isEqualTo(ErrorCode.MODULE_NOT_FOUND.id());
    assertThat(error)
        .hasMessageContainingAll(
            "'jedis'", "redis/clients/jedis/ConnectionPool", "library", "ZEAL-106")
        .hasCause(missing);
  }

  @ParameterizedTest
  @ValueSource(strings = {"letuce", "Jedis"})
  void aDriverNameThatNobodyHasIsAnsweredWithThoseThereAre(String name) {
    assertThat(named(name))
        .hasMessageContainingAll("'" + name + "'", "Found: [jedis, mine]")
        .hasMessageContaining("Set zeal.redis.driver to one of them")
        .hasMessageEndingWith("ZEAL-102");
  }

  @Test
  void aDriverThatIsPublishedAndNotThereIsAnsweredWithItsArtifact() {
    assertThat(named("lettuce"))
        .hasMessageContainingAll("'lettuce'", "Found: [jedis, mine]")
        .hasMessageContaining("Add io.zeal:zeal-redis-lettuce")
        .hasMessageEndingWith("ZEAL-102");
  }

  @Test
  void noDriverAtAllIsAnsweredWithTheArtifacts() {
    assertThat(refused(Map.of("zeal.redis.url", "redis://localhost")))
        .hasMessageContainingAll("Found: []", "Add io.zeal:zeal-redis-jedis, -lettuce or -redisson")
        .hasMessageEndingWith("ZEAL-102");
  }

  @Test
  void severalDriversAndNoneNamedAreAnsweredWithTheSetting() {
    assertThat(
            refused(
                Map.of("zeal.redis.url", "redis://localhost"),
                new FakeDriver("mine"),
                new FakeDriver("jedis")))
        .hasMessageContainingAll("Found: [jedis, mine]", "-Dzeal.redis.driver=jedis")
        .hasMessageEndingWith("ZEAL-102");
  }

  /** So that the page and the code do not part. */
  @Test
  void examplesOfThePageOfErrorsAreRealMessages() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "errors.md"));
    String plain = "redis://localhost";

    assertThat(
            List.of(
                refused(Map.of("zeal.redis.url", plain)),
                refused(
                    Map.of("zeal.redis.url", plain),
                    new FakeDriver("lettuce"),
                    new FakeDriver("jedis")),
                refused(
                    Map.of("zeal.redis.url", plain, "zeal.redis.driver", "letuce"),
                    new FakeDriver("lettuce"),
                    new FakeDriver("jedis")),
                refused(
                    Map.of("zeal.redis.url", plain, "zeal.redis.tls.ca", "ca.pem"),
                    new FakeDriver("jedis")),
                refused(
                    Map.of("zeal.redis.url", plain),
                    new FakeDriver(
                        "jedis", new NoClassDefFoundError("redis/clients/jedis/ConnectionPool")))))
        .allSatisfy(error -> assertThat(page).contains("\n> " + error.getMessage() + "\n"));
  }

  private static ConfigurationException named(String driver) {
    return refused(
        Map.of("zeal.redis.url", "redis://localhost", "zeal.redis.driver", driver),
        new FakeDriver("mine"),
        new FakeDriver("jedis"));
  }

  private static ConfigurationException refused(
      Map<String, String> settings, RedisDriver... drivers) {
    ConfigurationException error =
        catchThrowableOfType(
            ConfigurationException.class,
            () ->
                new RedisBackendProvider()
                    .open(new FakeContext(settings, List.of(drivers)))
                    .close());
    assertThat(error).as("the refusal").isNotNull();
    return error;
  }
}
