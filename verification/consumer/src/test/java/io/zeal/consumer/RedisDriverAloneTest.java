package io.zeal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Starts the application with one Redis driver and what Maven resolves for it, on the module path
 * and on the class path, with and without TLS, and without any flag.
 */
class RedisDriverAloneTest {

  private static final String MAIN = "io.zeal.consumer.RedisMain";
  private static final String PASSWORD = "s3cret-of-the-consumer";
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private static @Nullable RedisServer server;

  @TempDir Path directory;

  @BeforeAll
  static void startServer() {
    server =
        ServerTests.startOrSkip(
            () -> RedisServer.start(RedisOptions.defaults().withPassword(PASSWORD).withTls()));
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "jedis, MODULE_PATH, redis",
    "jedis, MODULE_PATH, rediss",
    "jedis, CLASS_PATH, redis",
    "jedis, CLASS_PATH, rediss",
    "lettuce, MODULE_PATH, redis",
    "lettuce, MODULE_PATH, rediss",
    "lettuce, CLASS_PATH, redis",
    "lettuce, CLASS_PATH, rediss",
    "redisson, MODULE_PATH, redis",
    "redisson, MODULE_PATH, rediss",
    "redisson, CLASS_PATH, redis",
    "redisson, CLASS_PATH, rediss"
  })
  void worksWithoutFlagsSaysNothingOnStderrAndEndsByItself(
      String driver, PathKind kind, String scheme) throws Exception {
    var run = java(kind, RuntimePath.of(RuntimePath.withLogging(), driver), settings(scheme));
    long ended = System.currentTimeMillis();

    assertThat(run.stderr()).as("stderr").isEmpty();
    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stdout())
        .startsWith(
            "application is in module " + kind.application,
            "Zeal is in module " + kind.zeal,
            "backend: redis",
            "Opened[name=alice, score=42] of 1",
            "counter: 3",
            "first steps: 3 rows, 17 points, true, "
                + "Hit[value=Profile[name=user_1, level=6], stale=false], said hello, billed book",
            "a script: true",
            "threads left: []")
        .hasSize(9);
    long end = Long.parseLong(run.stdout().getLast().substring("end: ".length()));
    assertThat(Duration.ofMillis(ended - end)).as("time from main's end").isLessThan(END_LIMIT);
  }

  /** Where nothing takes its words, SLF4J says so; that is no fault and the only thing said. */
  @ParameterizedTest
  @CsvSource({
    "jedis, MODULE_PATH",
    "jedis, CLASS_PATH",
    "lettuce, MODULE_PATH",
    "lettuce, CLASS_PATH",
    "redisson, MODULE_PATH",
    "redisson, CLASS_PATH"
  })
  void withoutALoggingProviderNobodyButSlf4jSpeaks(String driver, PathKind kind) throws Exception {
    var run = java(kind, RuntimePath.of(RuntimePath.APPLICATION, driver), settings("redis"));

    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stderr()).as("stderr").allSatisfy(line -> assertThat(line).startsWith("SLF4J"));
  }

  @ParameterizedTest
  @EnumSource
  void twoDriversAndNoneChosenIsAnErrorThatNamesBoth(PathKind kind) throws Exception {
    var run =
        java(
            kind, RuntimePath.of(RuntimePath.withLogging(), "jedis", "lettuce"), settings("redis"));

    assertThat(run.exitCode()).as("exit code").isOne();
    assertThat(run.stderr().getFirst())
        .contains("No single Redis driver. Found: [jedis, lettuce].")
        .contains("-Dzeal.redis.driver=")
        .endsWith("ZEAL-102");
    assertThat(String.join("\n", run.stderr())).doesNotContain(PASSWORD);
  }

  /** On the module path the JVM itself refuses to start, and names the module. */
  @ParameterizedTest
  @CsvSource({"jedis, jedis-", "lettuce, lettuce-core", "redisson, redisson-"})
  void aDriverWithoutItsLibraryIsAnErrorThatSaysSo(String driver, String library) throws Exception {
    String path =
        Stream.of(RuntimePath.of(RuntimePath.withLogging(), driver).split(File.pathSeparator))
            .filter(file -> !Path.of(file).getFileName().toString().startsWith(library))
            .collect(Collectors.joining(File.pathSeparator));

    var run = java(PathKind.CLASS_PATH, path, settings("redis"));

    assertThat(run.exitCode()).as("exit code").isOne();
    assertThat(String.join("\n", run.stderr()))
        .contains("'" + driver + "'", "NoClassDefFoundError", "ZEAL-106")
        .doesNotContain(PASSWORD);
  }

  /** On the module path the JVM itself refuses to start, and names the module. */
  @Test
  void withoutTheModuleOfMessagesIsAnErrorThatNamesIt() throws Exception {
    String path =
        Stream.of(RuntimePath.of(RuntimePath.withLogging(), "jedis").split(File.pathSeparator))
            .filter(file -> !file.contains("zeal-pubsub"))
            .collect(Collectors.joining(File.pathSeparator));

    var run = java(PathKind.CLASS_PATH, path, settings("redis"));

    assertThat(run.exitCode()).as("exit code").isOne();
    assertThat(String.join("\n", run.stderr()))
        .contains("ConfigurationException", "add io.zeal:zeal-pubsub", "ZEAL-106")
        .doesNotContain(PASSWORD);
  }

  @ParameterizedTest
  @EnumSource
  void twoDriversAndOneChosenIsThatOne(PathKind kind) throws Exception {
    var settings = Stream.concat(settings("redis"), Stream.of("-Dzeal.redis.driver=jedis"));

    var run = java(kind, RuntimePath.of(RuntimePath.withLogging(), "jedis", "lettuce"), settings);

    assertThat(run.stderr()).as("stderr").isEmpty();
    assertThat(run.exitCode()).as("exit code").isZero();
  }

  private static Stream<String> settings(String scheme) {
    var tls = scheme.equals("rediss");
    int port = tls ? server().tlsPort() : server().port();
    var settings =
        Stream.of(
            "-Dzeal.backend=redis",
            // A busy machine may take longer than the default to load a client and its TLS.
            "-Dzeal.redis.timeout=30s",
            "-Dzeal.redis.url=%s://:%s@localhost:%d".formatted(scheme, PASSWORD, port));
    return tls
        ? Stream.concat(
            settings, Stream.of("-Dzeal.redis.tls.ca=" + Certificates.get().authority()))
        : settings;
  }

  private Jvm.Run java(PathKind kind, String path, Stream<String> settings)
      throws IOException, InterruptedException {
    return Jvm.run(directory, Stream.concat(settings, kind.arguments(path, MAIN)));
  }

  private static RedisServer server() {
    return Objects.requireNonNull(server);
  }
}
