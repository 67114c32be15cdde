package io.zeal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendInfo;
import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.Stats;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  private static final String[] NOTHING = {};

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(Map<String, String> settings, String... args) {
    ZealConfig.Builder config = ZealConfig.builder();
    settings.forEach(config::set);
    return Main.run(
        args,
        config,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String complained() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--what", "--fail-on", "--fail-on BAD", "--fail-on OFF"})
  void aWrongArgumentIsRefusedWithTheUsage(String words) {
    assertThat(run(Map.of(), words.split(" ", -1))).isEqualTo(2);
    assertThat(complained()).contains(words.split(" ", -1)[0], "Usage:");
    assertThat(said()).isEmpty();
  }

  @Test
  void helpIsTheUsage() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(said()).contains("Usage:", "--fail-on SEVERITY", "Exit code 0");
  }

  @Test
  void aSettingThatDoesNotFitIsWrongUse() {
    assertThat(run(Map.of("zeal.backend", "table", "zeal.table.memry", "1m"), NOTHING))
        .isEqualTo(2);
    assertThat(complained()).contains("zeal.table.memory", "ZEAL-103");
  }

  @Test
  void nothingAtTheStartStandsInItsWay(@TempDir Path directory) {
    assertThat(
            run(
                Map.of(
                    "zeal.backend",
                    "table",
                    "zeal.table.directory",
                    directory.resolve("tables").toString()),
                NOTHING))
        .isZero();
    assertThat(said()).endsWith("Backend table: 0 errors, 0 warnings, 0 notes.\n");
  }

  // Over servers

  @ParameterizedTest
  @CsvSource({
    "--fail-on INFO, 1",
    "--fail-on WARNING, 1",
    "'', 1",
    "--fail-on ERROR, 0",
    "--json, 1"
  })
  void theWorstFindingDecides(String words, int exit) {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start)) {
      String[] args = words.isEmpty() ? NOTHING : words.split(" ", -1);
      Map<String, String> settings = new java.util.HashMap<>(redis(server));
      settings.put("zeal.backend", "tiered");

      assertThat(run(settings, args)).as(complained()).isEqualTo(exit);
      assertThat(said()).contains("ZEAL-F301", "ZEAL-F501", "is not signed");
    }
  }

  @Test
  void aServerForCachesIsAsItShouldBe() {
    try (RedisServer server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(RedisOptions.defaults().withMaxMemory("64mb", "allkeys-lru")))) {
      assertThat(run(redis(server), NOTHING)).as(said()).isZero();
      assertThat(said()).contains("INFO     ZEAL-F302\n", "allkeys-lru");
    }
  }

  /** Exit code 1 would say that something was found. */
  @Test
  void whatNobodyForesawIsNoFinding() {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .backend(
                new Failing(
                    () -> {
                      throw new NumberFormatException("of a proxy");
                    },
                    () -> {}));

    assertThat(run(config)).isEqualTo(2);
    assertThat(complained()).contains("cannot be looked at", "of a proxy");
    assertThat(said()).isEmpty();
  }

  @Test
  void whatWasFoundIsPrintedThoughTheEndFails() {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .backend(
                new Failing(
                    List::of,
                    () -> {
                      throw new IllegalStateException("it does not end");
                    }));

    assertThat(run(config)).isEqualTo(2);
    assertThat(said()).contains("Backend failing: 0 errors");
    assertThat(complained()).contains("it does not end");
  }

  private int run(ZealConfig.Builder config) {
    return Main.run(
        NOTHING,
        config,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  /** A backend that does what a test says when it is looked at, and when it ends. */
  private record Failing(Supplier<List<Finding>> look, Runnable end) implements BackendProvider {

    @Override
    public String name() {
      return "failing";
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public Backend open(BackendContext context) {
      return new Backend() {
        @Override
        public BackendInfo info() {
          return new BackendInfo("failing", BackendInfo.Scope.PROCESS, Set.of(), Map.of());
        }

        @Override
        public <R> Rows<R> rows(StoreSpec<R> spec) {
          throw new AssertionError(spec);
        }

        @Override
        public Stats stats() {
          return Stats.of("failing", Map.of());
        }

        @Override
        public List<Finding> inspect() {
          return look.get();
        }

        @Override
        public void close() {
          end.run();
        }
      };
    }
  }

  private static Map<String, String> redis(RedisServer server) {
    return Map.of("zeal.backend", "redis", "zeal.redis.url", "redis://" + server.address());
  }

  @Test
  void whatIsAcknowledgedIsShownLastAndFailsNothing() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start)) {
      Map<String, String> settings = new java.util.HashMap<>(redis(server));
      settings.put("zeal.backend", "tiered");
      settings.put("zeal.doctor.acknowledge", "ZEAL-F501");

      assertThat(run(settings, NOTHING)).isZero();
      assertThat(said())
          .containsSubsequence(
              "INFO     ZEAL-F301\n",
              "WARNING  ZEAL-F501  acknowledged\n",
              "  found  ",
              "  to do  ",
              "  more   docs/errors.md#zeal-f501\n",
              "Backend tiered: 0 errors, 0 warnings, 1 note, 1 acknowledged.\n");
    }
  }

  @Test
  void aMemcachedServerIsNamed() {
    try (MemcachedServer server = ServerTests.startOrSkip(MemcachedServer::start)) {
      assertThat(
              run(
                  Map.of("zeal.backend", "memcached", "zeal.memcached.servers", server.address()),
                  NOTHING))
          .isZero();
      assertThat(said()).contains("ZEAL-F601", "is memcached 1.");
    }
  }

  // The report

  @Test
  void theWorstComesFirst() {
    Report report =
        new Report(
            "x",
            List.of(
                new Finding("A-1", Severity.INFO, "a", "b"),
                new Finding("A-2", Severity.ERROR, "a", "b").asAcknowledged(),
                new Finding("A-3", Severity.WARNING, "two\nlines", "b"),
                new Finding("A-4", Severity.ERROR, "a", "b")));

    assertThat(report.findings())
        .extracting(Finding::code)
        .containsExactly("A-4", "A-3", "A-1", "A-2");
    assertThat(report.text())
        .contains("  found  two lines\n")
        .doesNotContain("more")
        .endsWith("Backend x: 1 error, 1 warning, 1 note, 1 acknowledged.");
    assertThat(report.has(Severity.ERROR)).isTrue();
  }

  @Test
  void jsonQuotesWhatItHasTo() {
    Finding finding =
        new Finding("ZEAL-F302", Severity.INFO, "a \"quote\" \\ a\nline \u0001 ä", "b");

    assertThat(new Report("x", List.of(finding, finding.asAcknowledged())).json())
        .isEqualTo(
            """
            {
              "backend": "x",
              "findings": [
                {"code": "ZEAL-F302", "severity": "INFO", "found": "a \\"quote\\" \\\\ a\\u000aline \\u0001 ä", "action": "b", "link": "docs/errors.md#zeal-f302", "acknowledged": false},
                {"code": "ZEAL-F302", "severity": "INFO", "found": "a \\"quote\\" \\\\ a\\u000aline \\u0001 ä", "action": "b", "link": "docs/errors.md#zeal-f302", "acknowledged": true}
              ]
            }\
            """);
  }
}
