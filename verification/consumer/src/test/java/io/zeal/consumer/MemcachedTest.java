package io.zeal.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts the application with the backend "memcached" and what Maven resolves for it, alone and
 * beside Lettuce, which shares its netty; on the module path and on the class path, and without any
 * flag.
 */
class MemcachedTest {

  private static final String MAIN = "io.zeal.consumer.MemcachedMain";
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private static @Nullable MemcachedServer server;

  @TempDir Path directory;

  @BeforeAll
  static void startServer() {
    server = ServerTests.startOrSkip(MemcachedServer::start);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"MODULE_PATH, text", "MODULE_PATH, binary", "CLASS_PATH, text", "CLASS_PATH, binary"})
  void worksWithoutFlagsSaysNothingOnStderrAndEndsByItself(PathKind kind, String protocol)
      throws Exception {
    var run =
        java(
            kind,
            RuntimePath.of(RuntimePath.withLogging(), "memcached"),
            Stream.concat(settings(), Stream.of("-Dzeal.memcached.protocol=" + protocol)));

    assertWorks(run, kind, "counter: 200");
  }

  /** What folsom takes from guava is found where guava is a module that nobody else asks for. */
  @ParameterizedTest
  @EnumSource
  void worksWithAGuavaThatIsARealModule(PathKind kind) throws Exception {
    var run = java(kind, RuntimePath.of(RuntimePath.withLogging(), "memcached-guava"), settings());

    assertWorks(run, kind, "counter: 200");
  }

  @ParameterizedTest
  @EnumSource
  void worksOverTls(PathKind kind) throws Exception {
    MemcachedServer encrypted =
        ServerTests.startOrSkip(() -> MemcachedServer.start(MemcachedOptions.defaults().withTls()));
    try (encrypted) {
      var run =
          java(
              kind,
              RuntimePath.of(RuntimePath.withLogging(), "memcached"),
              Stream.of(
                  "-Dzeal.backend=memcached",
                  "-Dzeal.memcached.timeout=30s",
                  "-Dzeal.memcached.servers=localhost:" + encrypted.tlsPort(),
                  "-Dzeal.memcached.tls=true",
                  "-Dzeal.memcached.tls.ca=" + Certificates.get().authority()));

      assertWorks(run, kind, "counter: 200");
    }
  }

  /** Both at the same time, on threads of the same netty. */
  @ParameterizedTest
  @EnumSource
  void worksBesideLettuce(PathKind kind) throws Exception {
    RedisServer other = ServerTests.startOrSkip(RedisServer::start);
    try (other) {
      var run =
          java(
              kind,
              RuntimePath.of(RuntimePath.withLogging(), "memcached-lettuce"),
              Stream.concat(settings(), Stream.of("-Dzeal.redis.timeout=30s")),
              "redis://" + other.address());

      assertWorks(run, kind, "counters: 200 on memcached", "counters: 200 on redis");
    }
  }

  /** Where nothing takes its words, SLF4J says so; that is no fault and the only thing said. */
  @ParameterizedTest
  @EnumSource
  void withoutALoggingProviderNobodyButSlf4jSpeaks(PathKind kind) throws Exception {
    var run = java(kind, RuntimePath.of(RuntimePath.APPLICATION, "memcached"), settings());

    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stderr()).as("stderr").allSatisfy(line -> assertThat(line).startsWith("SLF4J"));
  }

  /** Two releases of netty beside each other fail at run time, and not everywhere. */
  @ParameterizedTest
  @ValueSource(strings = {"memcached", "lettuce", "redisson", "memcached-lettuce"})
  void allOfNettyIsOfOneRelease(String consumer) throws IOException {
    String version = System.getProperty("netty.version");

    List<String> netty =
        RuntimePath.given(consumer).stream()
            .map(file -> Path.of(file).getFileName().toString())
            .filter(name -> name.startsWith("netty-"))
            .toList();

    assertThat(netty)
        .hasSizeGreaterThan(5)
        .allSatisfy(name -> assertThat(name).contains("-" + version));
  }

  private static void assertWorks(Jvm.Run run, PathKind kind, String... counts) {
    long ended = System.currentTimeMillis();
    assertThat(run.stderr()).as("stderr").isEmpty();
    assertThat(run.exitCode()).as("exit code").isZero();
    assertThat(run.stdout())
        .startsWith(
            "application is in module " + kind.application,
            "Zeal is in module " + kind.zeal,
            "backend: memcached",
            "Opened[name=alice, score=42]",
            "cached: a")
        .contains(counts)
        .contains("threads left: []")
        .hasSize(7 + counts.length);
    long end = Long.parseLong(run.stdout().getLast().substring("end: ".length()));
    assertThat(Duration.ofMillis(ended - end)).as("time from main's end").isLessThan(END_LIMIT);
  }

  private static Stream<String> settings() {
    return Stream.of(
        "-Dzeal.backend=memcached",
        // A busy machine may take longer than the default to load a client.
        "-Dzeal.memcached.timeout=30s",
        "-Dzeal.memcached.servers=" + server);
  }

  private Jvm.Run java(PathKind kind, String path, Stream<String> settings, String... arguments)
      throws IOException, InterruptedException {
    return Jvm.run(
        directory,
        Stream.of(settings, kind.arguments(path, MAIN), Stream.of(arguments)).flatMap(all -> all));
  }
}
