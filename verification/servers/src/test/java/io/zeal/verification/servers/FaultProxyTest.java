package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static RedisServer server;
  private FaultProxy proxy;

  @BeforeAll
  static void startServer() {
    server = ServerTests.startOrSkip(RedisServer::start);
  }

  @AfterAll
  static void stopServer() {
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void startProxy() {
    server.command("FLUSHALL");
    proxy = FaultProxy.start(server.port());
  }

  @AfterEach
  void stopProxy() {
    proxy.close();
  }

  @Test
  void passesRepliesOfAllKindsOn() {
    try (var client = connect()) {
      var large = "x".repeat(100_000);
      assertThat(client.command("SET", "large", large)).isEqualTo("OK");
      assertThat(client.command("GET", "large")).isEqualTo(large);
      assertThat(client.command("GET", "none")).isNull();
      assertThat(client.command("HGETALL", "none")).isEqualTo(List.of());
      assertThatThrownBy(() -> client.command("INCR", "large"))
          .isInstanceOf(RedisErrorException.class);
    }
  }

  @Test
  void countsWhatWentThroughByName() {
    try (var client = connect()) {
      client.command("incrby", "n", "1");
      client.command("INCRBY", "n", "2");
      client.command("GET", "n");

      assertThat(proxy.forwarded("INCRBY")).isEqualTo(2);
      assertThat(proxy.forwarded(it -> it.words().contains("2"))).isEqualTo(1);
      assertThat(proxy.forwarded().getLast()).hasToString("GET n");

      proxy.forget();

      assertThat(proxy.forwarded()).isEmpty();
    }
  }

  @Test
  void executeThenCutLeavesTheCounterIncrementedAndTheClientWithoutAReply() {
    proxy.executeThenCut(1, Request.named("INCRBY"));
    try (var client = connect()) {
      assertThat(client.command("SET", "n", "10")).isEqualTo("OK");

      assertThatThrownBy(() -> client.command("INCRBY", "n", "1"))
          .isInstanceOf(UncheckedIOException.class);
    }

    assertThat(server.command("GET", "n")).isEqualTo("11");
    assertThat(proxy.forwarded("INCRBY")).isEqualTo(1);
    assertThat(proxy.pendingCuts()).isZero();
    try (var client = connect()) {
      assertThat(client.command("INCRBY", "n", "1")).isEqualTo(12L);
    }
  }

  @Test
  void executeThenCutInAPipelinePassesEarlierRepliesAndStopsLaterRequests() {
    proxy.executeThenCut(1, Request.containing("second"));
    try (var client = connect()) {
      client.send("INCR", "first");
      client.send("INCR", "second");
      client.send("INCR", "third");

      assertThat(client.receive()).isEqualTo(1L);
      assertThatThrownBy(client::receive).isInstanceOf(UncheckedIOException.class);
    }

    assertThat(server.command("MGET", "first", "second", "third"))
        .isEqualTo(Arrays.asList("1", "1", null));
  }

  @Test
  void executeThenCutCountsRepliesAlthoughMessagesComeBetween() {
    try (var client = connect()) {
      client.send("SUBSCRIBE", "a", "b");
      client.receive();
      client.receive();
      server.command("PUBLISH", "a", "hello");
      assertThat(client.receive()).isEqualTo(List.of("message", "a", "hello"));
      proxy.executeThenCut(1, Request.named("PING"));

      assertThatThrownBy(() -> client.command("PING")).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void cutBeforeSendingNeverReachesTheServer() {
    proxy.cutBeforeSending(2, Request.named("INCR"));
    for (int i = 0; i < 2; i++) {
      try (var client = connect()) {
        assertThatThrownBy(() -> client.command("INCR", "n"))
            .isInstanceOf(UncheckedIOException.class);
      }
    }

    assertThat(server.command("GET", "n")).isNull();
    assertThat(proxy.forwarded("INCR")).isZero();
    try (var client = connect()) {
      assertThat(client.command("INCR", "n")).isEqualTo(1L);
    }
  }

  @Test
  void cutEndsConnectionsThatExistAndAcceptsNewOnes() {
    try (var client = connect()) {
      client.command("PING");
      assertThat(proxy.connections()).isEqualTo(1);

      proxy.cut();

      assertThat(proxy.connections()).isZero();
      assertThat(proxy.cutConnections()).isEqualTo(1);
      assertThatThrownBy(() -> client.command("PING")).isInstanceOf(UncheckedIOException.class);
    }
    try (var client = connect()) {
      assertThat(client.command("PING")).isEqualTo("PONG");
    }
  }

  @Test
  void refusesNewConnectionsUntilItPassesAgain() {
    try (var old = connect()) {
      old.command("PING");
      proxy.refuse();

      assertThatThrownBy(this::connect).hasCauseInstanceOf(ConnectException.class);
      assertThat(old.command("PING")).isEqualTo("PONG");

      proxy.pass();

      try (var client = connect()) {
        assertThat(client.command("PING")).isEqualTo("PONG");
      }
    }
  }

  @Test
  void blackHoleSwallowsOldAndNewConnections() {
    try (var old = RedisConnection.open(proxy.port(), Duration.ofMillis(150))) {
      old.command("PING");
      proxy.blackHole();

      assertThatThrownBy(() -> old.command("INCR", "n"))
          .hasCauseInstanceOf(SocketTimeoutException.class);
      try (var client = RedisConnection.open(proxy.port(), Duration.ofMillis(150))) {
        assertThatThrownBy(() -> client.command("INCR", "n"))
            .hasCauseInstanceOf(SocketTimeoutException.class);
      }
      assertThat(server.command("GET", "n")).isNull();

      proxy.pass();

      assertThat(proxy.cutConnections()).isPositive();
      assertThatThrownBy(() -> old.command("PING")).isInstanceOf(UncheckedIOException.class);
    }
    try (var client = connect()) {
      assertThat(client.command("INCR", "n")).isEqualTo(1L);
    }
  }

  @Test
  void delaysEachRequest() {
    try (var client = connect()) {
      client.command("PING");
      var delay = Duration.ofMillis(60);
      proxy.delay(delay);

      long begin = System.nanoTime();
      client.command("PING");
      var took = Duration.ofNanos(System.nanoTime() - begin);

      assertThat(took).isGreaterThanOrEqualTo(delay);
    }
  }

  @Test
  void messagesThatMatchAreLostAndNothingElse() {
    try (var client = connect()) {
      client.send("SUBSCRIBE", "a", "b");
      client.receive();
      client.receive();
      proxy.dropMessages(message -> message.contains("lost"));
      server.command("PUBLISH", "a", "first");
      server.command("PUBLISH", "b", "lost");
      client.send("SUBSCRIBE", "lost");
      server.command("PUBLISH", "a", "third");

      assertThat(client.receive()).isEqualTo(List.of("message", "a", "first"));
      assertThat(Arrays.asList(client.receive(), client.receive()))
          .containsExactlyInAnyOrder(
              List.of("subscribe", "lost", 3L), List.of("message", "a", "third"));
      assertThat(proxy.droppedMessages()).isEqualTo(1);

      proxy.pass();
      server.command("PUBLISH", "lost", "found");
      assertThat(client.receive()).isEqualTo(List.of("message", "lost", "found"));
    }
  }

  @Test
  void repliesPassMessagesThatAreDelayedAndTheseComeInTheirOrder() {
    try (var client = connect()) {
      client.send("SUBSCRIBE", "a");
      client.receive();
      proxy.delayMessages(Duration.ofDays(1));
      server.command("PUBLISH", "a", "first");
      server.command("PUBLISH", "a", "second");
      for (int i = 0; i < 100; i++) {
        assertThat(client.command("PING")).isEqualTo(List.of("pong", ""));
      }

      proxy.pass();
      server.command("PUBLISH", "a", "third");

      for (String text : List.of("first", "second", "third")) {
        assertThat(client.receive()).isEqualTo(List.of("message", "a", text));
      }
      assertThat(proxy.delayedMessages()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void replicaThatIsStarvedKeepsItsConnectionAndLearnsOfNothing() {
    String port = Integer.toString(proxy.port());
    try (var replica =
        ServerTests.startOrSkip(() ->
            RedisServer.start(RedisOptions.defaults().with("replicaof", "127.0.0.1", port)))) {
      server.command("SET", "before", "1");
      awaitText(replica, "before");
      proxy.starveReplicas();
      server.command("SET", "after", "1");
      try (var client = connect()) {
        assertThat(client.command("GET", "after")).isEqualTo("1");
      }
      assertThat(replica.fact("master_link_status")).contains("up");
      assertThat(replica.command("GET", "after")).isNull();

      proxy.pass();

      awaitText(replica, "after");
    }
  }

  private static void awaitText(RedisServer server, String key) {
    Await.until(
        key + " at " + server,
        Duration.ofSeconds(30),
        () -> "1".equals(server.command("GET", key)),
        () -> String.valueOf(server.fact("master_link_status")));
  }

  @Test
  void connectionIsRefusedOrEndedWhileTheServerIsDown() {
    try (var nobody = FaultProxy.start(Ports.free());
        var client = RedisConnection.open(nobody.port())) {
      assertThatThrownBy(() -> client.command("PING")).isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void bytesThatAreNoCommandsOfTheProtocolPassToo() {
    try (var tls =
            ServerTests.startOrSkip(() -> RedisServer.start(RedisOptions.defaults().withTls()));
        var before = FaultProxy.start(tls.tlsPort());
        var client =
            RedisConnection.openTls("localhost", before.port(), Certificates.get().trusting())) {
      assertThat(client.command("PING")).isEqualTo("PONG");

      before.executeThenCut(1, request -> true);

      assertThatThrownBy(() -> client.command("INCR", "n"))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(tls.command("GET", "n")).isEqualTo("1");
    }
  }

  private RedisConnection connect() {
    return RedisConnection.open(proxy.port());
  }
}
