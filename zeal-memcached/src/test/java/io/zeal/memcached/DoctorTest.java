package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.BulkResult;
import io.zeal.Finding;
import io.zeal.Finding.Severity;
import io.zeal.OperationInterruptedException;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.verification.servers.AlteredAnswers;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.MemcachedOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is found of real servers that are set up wrong. */
class DoctorTest {

  private static final int BATCH = 1_000;
  private static final int MOST_BATCHES = 100;

  private OwnServers servers;

  private void start(MemcachedOptions options) {
    servers = OwnServers.start(1, options);
  }

  @AfterEach
  void close() {
    if (servers != null) {
      servers.close();
    }
  }

  private static List<String> codes(Zeal zeal) {
    return zeal.inspect().stream().map(Finding::code).toList();
  }

  private static Finding finding(Zeal zeal, String code) {
    List<Finding> found = zeal.inspect();
    return found.stream()
        .filter(finding -> finding.code().equals(code))
        .findFirst()
        .orElseThrow(() -> new AssertionError(code + " is not among " + found));
  }

  /** Puts rows until one is refused or the server evicts; false if that does not come. */
  private boolean fill(Zeal zeal) {
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    for (int batch = 0; batch < MOST_BATCHES; batch++) {
      Map<String, Player> more = new HashMap<>();
      for (int i = 0; i < BATCH; i++) {
        more.put("key-" + batch + '-' + i, Player.of(i));
      }
      BulkResult<?> put = store.putAll(more);
      if (!put.failures().isEmpty() || codes(zeal).contains("ZEAL-F603")) {
        return true;
      }
    }
    return false;
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aServerThatIsAsItShouldBeIsNamedAndNothingElse(String protocol) {
    start(MemcachedOptions.defaults());
    Zeal zeal = servers.open("zeal.memcached.protocol", protocol);

    assertThat(zeal.inspect())
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.code()).isEqualTo("ZEAL-F601");
          assertThat(finding.found())
              .startsWith(servers.addresses() + " is memcached 1.")
              .containsPattern("and answers in \\d+\\.\\d ms$");
        });
  }

  @Test
  void aServerWithoutRoomThatMayNotEvict() {
    start(MemcachedOptions.defaults().withMemory(2).withoutEviction());
    Zeal zeal = servers.open("zeal.memcached.timeout", "30s");
    assertThat(codes(zeal)).containsExactly("ZEAL-F601");

    assertThat(fill(zeal)).isTrue();

    Finding finding = finding(zeal, "ZEAL-F606");
    assertThat(finding.severity()).isEqualTo(Severity.WARNING);
    assertThat(finding.found()).contains("evicts nothing (-M)");
  }

  @Test
  void aServerWithoutRoomThatEvictsUnderAStoreThatNeedsItsRows() {
    start(MemcachedOptions.defaults().withMemory(2));
    Zeal zeal = servers.open("zeal.memcached.timeout", "30s");

    assertThat(fill(zeal)).isTrue();

    assertThat(finding(zeal, "ZEAL-F603").severity()).isEqualTo(Severity.WARNING);
    assertThat(codes(zeal)).containsExactly("ZEAL-F601", "ZEAL-F603");
    Finding before = finding(servers.open(), "ZEAL-F603");
    assertThat(before.severity()).as("to who comes later").isEqualTo(Severity.INFO);
    assertThat(before.found()).endsWith("not expired, 0 of them since this instance looked first");
  }

  @Test
  void aServerThatIsFarAway() {
    start(MemcachedOptions.defaults());
    try (FaultProxy proxy = FaultProxy.start(servers.get(0).port());
        Zeal zeal = servers.openOn(proxy.address())) {
      proxy.delay(Duration.ofMillis(120));

      Finding finding = finding(zeal, "ZEAL-F607");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found()).startsWith("a question to " + proxy.address() + " takes ");
    }
  }

  /** Its other answers would be there too late; what it said of itself is enough. */
  @Test
  void aServerThatIsVeryFarAwayIsSlowAndNotAway() {
    start(MemcachedOptions.defaults());
    try (FaultProxy proxy = FaultProxy.start(servers.get(0).port());
        Zeal zeal = servers.openOn(proxy.address(), "zeal.memcached.timeout", "2s")) {
      proxy.delay(Duration.ofMillis(900));

      assertThat(codes(zeal)).contains("ZEAL-F601", "ZEAL-F607").doesNotContain("ZEAL-F602");
    }
  }

  /** What it says of its clock is as old as its answer's way. */
  @Test
  void aServerWhoseAnswersAreLateHasNoOtherTime() {
    start(MemcachedOptions.defaults());
    try (FaultProxy proxy = FaultProxy.start(servers.get(0).port());
        Zeal zeal = servers.openOn(proxy.address(), "zeal.memcached.timeout", "5s")) {
      proxy.delay(Duration.ofSeconds(3));

      assertThat(codes(zeal)).containsExactly("ZEAL-F601", "ZEAL-F607");
    }
  }

  @Test
  void whoIsInterruptedIsToldSo() {
    start(MemcachedOptions.defaults());
    Zeal zeal = servers.open();
    Thread.currentThread().interrupt();

    assertThatExceptionOfType(OperationInterruptedException.class)
        .isThrownBy(zeal::inspect)
        .withMessageContaining("Looking at the servers");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Nobody may set this machine's clock: what the server says of its own is changed. */
  @ParameterizedTest
  @CsvSource({"90, ahead of", "-90, behind"})
  void aServerWithAnotherTime(int seconds, String direction) {
    start(MemcachedOptions.defaults());
    try (AlteredAnswers proxy = AlteredAnswers.start(servers.get(0).port());
        Zeal zeal = servers.openOn(proxy.address(), "zeal.memcached.protocol", "text")) {
      proxy.moveTime(seconds);

      Finding finding = finding(zeal, "ZEAL-F604");
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.found())
          .startsWith("the clock of " + proxy.address() + " is ")
          .endsWith(" s " + direction + " this host's");
    }
  }

  /** No server here is that old: what it says of itself is changed on the way. */
  @Test
  void aServerThatIsTooOld() {
    start(MemcachedOptions.defaults());
    try (AlteredAnswers proxy = AlteredAnswers.start(servers.get(0).port());
        Zeal zeal = servers.openOn(proxy.address(), "zeal.memcached.protocol", "text")) {
      proxy.alter(text -> text.replaceFirst("STAT version \\S+", "STAT version 1.6.10"));

      Finding finding = finding(zeal, "ZEAL-F605");
      assertThat(finding.severity()).isEqualTo(Severity.ERROR);
      assertThat(finding.found()).contains("memcached 1.6.10", "1.6.11");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1.6.10, true",
    "1.5.22, true",
    "0.9.99, true",
    "1.6.11, false",
    "1.6.38, false",
    "1.10.0, false",
    "2.0.0,  false",
    "1.6.9_beta, true",
    "unknown, false",
    "1.6, false",
    "'', false"
  })
  void versionsAreComparedByTheirNumbers(String version, boolean old) {
    assertThat(ServerLook.isOld(version)).isEqualTo(old);
  }
}
