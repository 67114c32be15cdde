package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class MemcachedServerTest {

  @Test
  void answersWhenStartReturnsAndTellsWhatItIs() {
    try (var server = start(MemcachedOptions.defaults());
        var connection = server.connect()) {
      assertThat(connection.set("greeting", "grüß dich\r\n")).isEqualTo("STORED");
      assertThat(connection.get("greeting")).contains("grüß dich\r\n");
      assertThat(connection.get("nothing")).isEmpty();
      assertThat(connection.command("mg greeting s t")).isEqualTo("HD s13 t-1");
      assertThat(server.command("nonsense")).isEqualTo("ERROR");
      assertThat(server.version()).matches("\\d+\\.\\d+\\.\\d+.*");
      assertThat(server.figure("curr_items")).isEqualTo(1);
      assertThat(server.figure("pid")).isEqualTo(server.pid());
      assertThat(connection.lines("stats settings"))
          .contains("STAT inter 127.0.0.1", "STAT udpport 0");
    }
  }

  @Test
  void leavesNoProcessAndNoDirectoryBehind() {
    var server = start(MemcachedOptions.defaults());
    assertThat(server.directory()).exists();

    server.close();

    assertThat(ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(server.directory()).doesNotExist();
  }

  @Test
  void stopKillAndRestartKeepThePortAndLoseWhatWasThere() {
    try (var server = start(MemcachedOptions.defaults().withPassword("app", "p"))) {
      int port = server.port();
      long first = server.pid();
      fill(server);

      server.stop();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> server.command("version")).isInstanceOf(UncheckedIOException.class);
      server.restart();
      assertThat(server.figure("curr_items")).isZero();

      fill(server);
      server.kill();
      assertThat(server.isRunning()).isFalse();
      server.restart();
      assertThat(server.figure("curr_items")).isZero();

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(first);
    }
  }

  @Test
  void pausedServerIsSilentAndGoesOnWhereItWas() {
    try (var server = start(MemcachedOptions.defaults());
        var connection = MemcachedConnection.open(server.port(), Duration.ofMillis(200))) {
      connection.set("n", "1");
      server.pause();
      connection.send("incr n 1");
      assertThatThrownBy(connection::receive).hasRootCauseMessage("Read timed out");

      server.resume();

      assertThat(connection.receive()).isEqualTo("2");
    }
  }

  @Test
  void pausedServerCanBeClosed() {
    var server = start(MemcachedOptions.defaults());
    server.pause();

    server.close();

    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void portThatIsTakenIsReportedIfItWasAskedFor() {
    try (var first = start(MemcachedOptions.defaults())) {
      var same = MemcachedOptions.defaults().withPort(first.port());

      assertThatThrownBy(() -> start(same))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("Address already in use");
      assertThat(first.figure("curr_connections")).isPositive();
    }
  }

  @Test
  void wrongArgumentIsReportedWithWhatTheServerSays() {
    var wrong = MemcachedOptions.defaults().with("-I", "1");

    assertThatThrownBy(() -> start(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Item max size");
  }

  @Test
  void refusesValuesAboveItsLimit() {
    try (var server = start(MemcachedOptions.defaults().withMaxItem("512k"));
        var connection = server.connect()) {
      assertThat(connection.set("small", "v".repeat(500_000))).isEqualTo("STORED");
      assertThat(connection.set("large", "v".repeat(530_000)))
          .isEqualTo("SERVER_ERROR object too large for cache");
    }
  }

  @Test
  void evictsBeyondItsMemoryUnlessToldToRefuse() {
    var small = MemcachedOptions.defaults().withMemory(2);

    try (var evicting = start(small)) {
      assertThat(answersToMuch(evicting)).containsExactly("STORED");
      assertThat(evicting.figure("evictions")).isPositive();
      assertThat(evicting.figure("limit_maxbytes")).isEqualTo(2 << 20);
    }
    try (var refusing = start(small.withoutEviction())) {
      assertThat(answersToMuch(refusing))
          .containsExactlyInAnyOrder("STORED", "SERVER_ERROR out of memory storing object");
      assertThat(refusing.figure("evictions")).isZero();
    }
  }

  @Test
  void asksForThePassword() {
    try (var server = start(MemcachedOptions.defaults().withPassword("app", "it's:secret"))) {
      try (var stranger = MemcachedConnection.open(server.port())) {
        assertThat(stranger.authenticate("app", "secret")).isFalse();
      }
      try (var stranger = MemcachedConnection.open(server.port())) {
        assertThat(stranger.set("k", "v")).startsWith("CLIENT_ERROR");
      }
      try (var app = MemcachedConnection.open(server.port())) {
        assertThat(app.authenticate("app", "it's:secret")).isTrue();
        assertThat(app.set("k", "v")).isEqualTo("STORED");
      }
      assertThat(server.figure("curr_items")).isEqualTo(1);
    }
  }

  @Test
  void asksForThePasswordBySasl() {
    try (var server = start(MemcachedOptions.defaults().withSasl("app", "it's \"secret\""))) {
      try (var stranger = binary(server)) {
        assertThat(stranger.login("app", "secret").isFine()).isFalse();
      }
      try (var stranger = binary(server)) {
        assertThat(stranger.get("k").value()).isEqualTo("Auth failure.");
      }
      server.restart();
      try (var app = binary(server)) {
        assertThat(app.login("app", "it's \"secret\"").isFine()).isTrue();
        assertThat(app.get("k").value()).isEqualTo("Not found");
      }
      assertThatThrownBy(server::version).hasMessageContaining("binary protocol only");
    }
  }

  @Test
  void tlsSucceedsForWhomTheCertificateIsMade() {
    try (var server = start(MemcachedOptions.defaults().withTls())) {
      var context = Certificates.get().trusting();

      for (var host : List.of("localhost", "127.0.0.1")) {
        try (var connection = MemcachedConnection.openTls(host, server.tlsPort(), context)) {
          assertThat(connection.command("version")).startsWith("VERSION ");
        }
      }
      assertThatThrownBy(() -> MemcachedConnection.openTls("other.host", server.tlsPort(), context))
          .hasRootCauseMessage("No subject alternative DNS name matching other.host found.");
      assertThat(server.version()).isNotEmpty();
    }
  }

  @Test
  void tlsFailsForWhomTrustsAnotherAuthority() {
    try (var server = start(MemcachedOptions.defaults().withTls())) {
      var other = Certificates.get().trustingOther();

      assertThatThrownBy(() -> MemcachedConnection.openTls("localhost", server.tlsPort(), other))
          .hasCauseInstanceOf(SSLException.class)
          .rootCause()
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void mutualTlsLetsInOnlyClientsWithACertificate() {
    try (var server = start(MemcachedOptions.defaults().withMutualTls())) {
      var certificates = Certificates.get();

      try (var known =
          MemcachedConnection.openTls(
              "localhost", server.tlsPort(), certificates.trustingAsClient())) {
        assertThat(known.command("version")).startsWith("VERSION ");
      }
      // With TLS 1.3 the client learns of it only when it reads.
      assertThatThrownBy(
              () -> {
                try (var unknown =
                    MemcachedConnection.openTls(
                        "localhost", server.tlsPort(), certificates.trusting())) {
                  unknown.command("version");
                }
              })
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void everyFeatureTogether() {
    var options = MemcachedOptions.defaults().withPassword("app", "p").withTls();
    try (var server = start(options);
        var app =
            MemcachedConnection.openTls(
                "localhost", server.tlsPort(), Certificates.get().trusting())) {
      assertThat(options.features())
          .isEqualTo(Set.of(MemcachedFeature.PASSWORD, MemcachedFeature.TLS))
          .isSubsetOf(MemcachedServer.features());
      assertThat(app.authenticate("app", "p")).isTrue();
      assertThat(app.set("k", "v")).isEqualTo("STORED");
    }
  }

  private static void fill(MemcachedServer server) {
    try (var connection = server.connect()) {
      assertThat(connection.set("k", "v")).isEqualTo("STORED");
    }
    assertThat(server.figure("curr_items")).isEqualTo(1);
  }

  private static Set<String> answersToMuch(MemcachedServer server) {
    var answers = new HashSet<String>();
    try (var connection = server.connect()) {
      for (int i = 0; i < 1_000; i++) {
        answers.add(connection.set("k" + i, "v".repeat(10_000)));
      }
    }
    return answers;
  }

  private static BinaryConnection binary(MemcachedServer server) {
    return BinaryConnection.open(server.port(), Duration.ofSeconds(5));
  }

  private static MemcachedServer start(MemcachedOptions options) {
    return ServerTests.startOrSkip(() -> MemcachedServer.start(options));
  }
}
