package io.zeal.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.ZealConfig;
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
    try (RedisServer server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(RedisOptions.defaults().withMaxMemory("64mb", "allkeys-lru")))) {
      String[] args = words.isEmpty() ? NOTHING : words.split(" ", -1);

      assertThat(run(redis(server), args)).as(complained()).isEqualTo(exit);
      assertThat(said()).contains("ZEAL-F301", "ZEAL-F302", "allkeys-lru");
    }
  }

  private static Map<String, String> redis(RedisServer server) {
    return Map.of("zeal.backend", "redis", "zeal.redis.url", "redis://" + server.address());
  }

  @Test
  void whatIsAcknowledgedIsShownLastAndFailsNothing() {
    try (RedisServer server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(RedisOptions.defaults().withMaxMemory("64mb", "allkeys-lru")))) {
      Map<String, String> settings = new java.util.HashMap<>(redis(server));
      settings.put("zeal.doctor.acknowledge", "ZEAL-F302");

      assertThat(run(settings, NOTHING)).isZero();
      assertThat(said())
          .containsSubsequence(
              "INFO     ZEAL-F301\n",
              "WARNING  ZEAL-F302  acknowledged\n",
              "  found  ",
              "  to do  Set maxmemory-policy noeviction",
              "  more   docs/errors.md#zeal-f302\n",
              "Backend redis: 0 errors, 0 warnings, 1 note, 1 acknowledged.\n");
    }
  }

  @Test
  void copiesThatAreNotSignedAreFoundOverTheirServer() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start)) {
      Map<String, String> settings = new java.util.HashMap<>(redis(server));
      settings.put("zeal.backend", "tiered");

      assertThat(run(settings, NOTHING)).isEqualTo(1);
      assertThat(said()).contains("ZEAL-F501", "is not signed", "ZEAL-F301");
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
