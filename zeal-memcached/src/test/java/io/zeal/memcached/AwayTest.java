package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.MemcachedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever cannot be served is told why there is no connection. */
class AwayTest {

  @Test
  void aRefusedConnection() throws IOException {
    String address = "127.0.0.1:" + freePort();

    assertThat(Away.words(beside(Protocol.TEXT, address)))
        .contains("there is no connection to " + address + " (Connection refused)");
  }

  @Test
  void anUnknownHost() {
    assertThat(Away.words(beside(Protocol.TEXT, "nowhere.invalid:11211")))
        .contains("there is no connection to nowhere.invalid:11211 (unknown host)");
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatSaysNothing(Protocol protocol) throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      String address = "127.0.0.1:" + silent.getLocalPort();

      assertThat(Away.words(beside(protocol, address)))
          .contains(address + " (it took the connection, and gave no answer in 1000 ms");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerOfSomethingElse(Protocol protocol) throws IOException {
    try (FakeServer other = FakeServer.saying(line -> "HTTP/1.1 400 Bad Request, no such thing")) {
      assertThat(Away.words(beside(protocol, other.address())))
          .containsIgnoringCase(
              other.address() + " (what it said is no answer in the protocol '" + protocol + "'")
          .contains("zeal.memcached.protocol");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aServerThatEndsConnections(Protocol protocol) throws IOException {
    try (FakeServer ending = FakeServer.ending()) {
      assertThat(Away.words(beside(protocol, ending.address())))
          .contains(
              ending.address() + " (it took the connection and ended it", "zeal.memcached.tls");
    }
  }

  @Test
  void openingAndCallsSayIt() {
    MemcachedServer server = MemcachedServer.start();
    try (Zeal zeal = Zeal.open(config(Protocol.TEXT, server.address()).build())) {
      Counter counter = zeal.counter("away-" + UUID.randomUUID());
      counter.increment();
      server.stop();
      Await.until("the refusal to be known", () -> isKnown(counter));

      ZealException error =
          catchThrowableOfType(BackendUnavailableException.class, counter::increment);

      assertThat(error.outcome()).contains(Outcome.NOT_SENT);
      assertThat(error)
          .hasMessageContaining("no connection to " + server.address() + " (Connection refused)")
          .hasRootCauseMessage("Connection refused");
      assertThat(
              catchThrowableOfType(
                  BackendUnavailableException.class,
                  () -> Zeal.open(config(Protocol.TEXT, server.address()).build()).close()))
          .hasMessageContaining("Opening the backend 'memcached': there is no connection to")
          .hasMessageContaining("(Connection refused)");
    } finally {
      server.close();
    }
  }

  private static boolean isKnown(Counter counter) {
    try {
      counter.increment();
      return false;
    } catch (BackendUnavailableException e) {
      return String.valueOf(e.getMessage()).contains("refused");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static ZealConfig.Builder beside(Protocol protocol, String address) {
    return config(protocol, SharedServers.one().address() + "," + address);
  }

  private static ZealConfig.Builder config(Protocol protocol, String servers) {
    return ZealConfig.builder()
        .set("zeal.backend", "memcached")
        .set("zeal.memcached.protocol", protocol.name())
        .set("zeal.memcached.servers", servers);
  }
}
