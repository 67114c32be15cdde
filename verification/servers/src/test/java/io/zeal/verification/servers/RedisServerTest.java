package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class RedisServerTest {

  @Test
  void answersWhenStartReturnsAndTellsWhatItIs() {
    try (var server = start(RedisOptions.defaults())) {
      assertThat(server.command("SET", "greeting", "grüß dich")).isEqualTo("OK");
      assertThat(server.command("GET", "greeting")).isEqualTo("grüß dich");
      assertThat(server.command("INCRBY", "n", "5")).isEqualTo(5L);
      assertThat(server.command("GET", "nothing")).isNull();
      assertThat(server.command("MGET", "n", "nothing")).isEqualTo(Arrays.asList("5", null));
      assertThatThrownBy(() -> server.command("GET"))
          .isInstanceOf(RedisErrorException.class)
          .hasMessageContaining("wrong number of arguments");
      assertThat(server.version()).matches("\\d+\\.\\d+\\.\\d+.*");
      assertThat(server.isValkey()).isEqualTo(server.command("INFO").toString().contains("valkey"));
    }
  }

  @Test
  void leavesNoProcessAndNoDirectoryBehind() {
    var server = start(RedisOptions.defaults().withUnixSocket());
    var directory = server.unixSocket().getParent();
    assertThat(directory).exists();

    server.close();

    assertThat(ProcessHandle.of(server.pid()).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(directory).doesNotExist();
  }

  @Test
  void stopKillAndRestartKeepThePort() {
    try (var server = start(RedisOptions.defaults().withPassword("p"))) {
      int port = server.port();
      long first = server.pid();

      server.stop();
      assertThat(server.isRunning()).isFalse();
      assertThatThrownBy(() -> server.command("PING")).isInstanceOf(UncheckedIOException.class);
      server.restart();
      assertThat(server.command("PING")).isEqualTo("PONG");

      server.kill();
      assertThat(server.isRunning()).isFalse();
      server.restart();
      assertThat(server.command("PING")).isEqualTo("PONG");

      assertThat(server.port()).isEqualTo(port);
      assertThat(server.pid()).isNotEqualTo(first);
    }
  }

  @Test
  void pausedServerIsSilentAndGoesOnWhereItWas() {
    try (var server = start(RedisOptions.defaults());
        var connection = RedisConnection.open(server.port(), Duration.ofMillis(200))) {
      server.pause();
      connection.send("INCR", "n");
      assertThatThrownBy(connection::receive).hasRootCauseMessage("Read timed out");

      server.resume();

      assertThat(connection.receive()).isEqualTo(1L);
    }
  }

  @Test
  void pausedServerCanBeClosed() {
    var server = start(RedisOptions.defaults());
    server.pause();

    server.close();

    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void asksForThePassword() {
    try (var server = start(RedisOptions.defaults().withPassword("it's \"secret\""));
        var stranger = RedisConnection.open(server.port())) {
      assertThatThrownBy(() -> stranger.command("GET", "k"))
          .isInstanceOf(RedisErrorException.class)
          .hasMessageStartingWith("NOAUTH");
      assertThat(stranger.command("AUTH", "it's \"secret\"")).isEqualTo("OK");
      assertThat(server.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void letsUsersDoWhatTheirRulesAllow() {
    var options =
        RedisOptions.defaults()
            .withUser("default", "off")
            .withUser("app", "on", ">secret", "~app:*", "&*", "+@all", "-@dangerous");
    try (var server = start(options);
        var app = RedisConnection.open(server.port())) {
      assertThat(app.command("AUTH", "app", "secret")).isEqualTo("OK");
      assertThat(app.command("SET", "app:1", "v")).isEqualTo("OK");
      assertThatThrownBy(() -> app.command("SET", "other", "v")).hasMessageStartingWith("NOPERM");
      assertThat(server.command("DBSIZE")).isEqualTo(1L);
    }
  }

  @Test
  void refusesWritesBeyondItsMemory() {
    var options = RedisOptions.defaults().withMaxMemory("1kb", "noeviction");
    try (var server = start(options)) {
      assertThat(server.command("CONFIG", "GET", "maxmemory-policy"))
          .isEqualTo(List.of("maxmemory-policy", "noeviction"));
      assertThatThrownBy(() -> server.command("SET", "k", "v")).hasMessageStartingWith("OOM");
    }
  }

  @Test
  void listensOnItsUnixSocket() throws Exception {
    try (var server = start(RedisOptions.defaults().withUnixSocket());
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(Files.exists(server.unixSocket())).isTrue();
      channel.connect(UnixDomainSocketAddress.of(server.unixSocket()));
      channel.write(ByteBuffer.wrap("PING\r\n".getBytes(StandardCharsets.US_ASCII)));
      var reply = ByteBuffer.allocate(7);
      while (reply.hasRemaining() && channel.read(reply) >= 0) {
        // Until it is complete.
      }
      assertThat(new String(reply.array(), StandardCharsets.US_ASCII)).isEqualTo("+PONG\r\n");
    }
  }

  @Test
  void wrongConfigurationIsReportedWithWhatTheServerSays() {
    var wrong = RedisOptions.defaults().with("no-such-directive", "1");

    assertThatThrownBy(() -> start(wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no-such-directive");
  }

  @Test
  void tlsSucceedsForWhomTheCertificateIsMade() {
    try (var server = start(RedisOptions.defaults().withTls())) {
      var context = Certificates.get().trusting();

      for (var host : List.of("localhost", "127.0.0.1")) {
        try (var connection = RedisConnection.openTls(host, server.tlsPort(), context)) {
          assertThat(connection.command("PING")).isEqualTo("PONG");
        }
      }
      assertThatThrownBy(() -> RedisConnection.openTls("other.host", server.tlsPort(), context))
          .hasRootCauseMessage("No subject alternative DNS name matching other.host found.");
    }
  }

  @Test
  void tlsFailsForWhomTrustsAnotherAuthority() {
    try (var server = start(RedisOptions.defaults().withTls())) {
      var other = Certificates.get().trustingOther();

      assertThatThrownBy(() -> RedisConnection.openTls("localhost", server.tlsPort(), other))
          .hasCauseInstanceOf(SSLException.class)
          .rootCause()
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void mutualTlsLetsInOnlyClientsWithACertificate() {
    try (var server = start(RedisOptions.defaults().withMutualTls())) {
      var certificates = Certificates.get();

      try (var known =
          RedisConnection.openTls("localhost", server.tlsPort(), certificates.trustingAsClient())) {
        assertThat(known.command("PING")).isEqualTo("PONG");
      }
      // With TLS 1.3 the client learns of it only when it reads.
      assertThatThrownBy(
              () -> {
                try (var unknown =
                    RedisConnection.openTls(
                        "localhost", server.tlsPort(), certificates.trusting())) {
                  unknown.command("PING");
                }
              })
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  private static RedisServer start(RedisOptions options) {
    return ServerTests.startOrSkip(() -> RedisServer.start(options));
  }
}
