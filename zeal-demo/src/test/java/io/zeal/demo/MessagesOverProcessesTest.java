package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Demos as processes of their own on one Redis. */
class MessagesOverProcessesTest {

  private static final String LOG = "/demo/pubsub/log?limit=200";
  private static final String ORDERS = "/demo/pubsub/orders";

  /** Two silences of 5 s, and the orders after that. */
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  @TempDir private Path directory;

  private RedisServer redis;

  @BeforeEach
  void startServer() {
    redis = ServerTests.startOrSkip(RedisServer::start);
  }

  @AfterEach
  void stopServer() {
    if (redis != null) {
      redis.close();
    }
  }

  private DemoProcess start() throws IOException {
    return DemoProcess.start(
        directory, "zeal.backend=redis", "zeal.redis.url=redis://" + redis.address());
  }

  @Test
  void bothHearWhatOneSays() throws IOException {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      Answer said = one.post("/demo/pubsub/publish", "{\"text\": \"hello\"}");
      assertThat(said.text("/receivers")).isEqualTo("2");
      for (RunningDemo demo : List.of(one, other)) {
        Answer log = demo.await(LOG, it -> it.text("/last").equals("1"));
        assertThat(log.text("/lines/0/said/text")).isEqualTo("hello");
        assertThat(log.text("/lines/0/said/server")).isEqualTo(said.text("/server"));
      }
    }
  }

  @Test
  void whatAKilledOneHadInHandTheOtherFinishes() throws Exception {
    try (DemoProcess first = start();
        DemoProcess second = start();
        RunningDemo one = first.await();
        RunningDemo other = second.await()) {
      // More than one of them may hold, so that both have some.
      other.post(
          "/demo/pubsub/publish-reliable",
          "{\"item\": \"tea\", \"orders\": 10, \"workMillis\": 2000}");
      String killed = one.await(LOG, it -> it.text("/atWork").equals("2")).text("/server");
      first.kill();

      Answer end =
          other.await(
              RECOVERY,
              ORDERS,
              it -> it.text("/lag").equals("0") && it.text("/pending").equals("0"));
      assertThat(end.text("/deadLetters")).isEqualTo("0");
      List<JsonNode> takenOver = takenOver(other.get(LOG), killed);
      assertThat(takenOver).as("orders that %s had in hand", killed).isNotEmpty();
      assertThat(takenOver)
          .allSatisfy(order -> {
            assertThat(order.at("/did").asString()).isEqualTo("DONE");
            assertThat(order.at("/deliveryCount").asString()).isEqualTo("2");
          });
    }
  }

  private static List<JsonNode> takenOver(Answer log, String from) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode line : log.json().at("/lines")) {
      if (line.at("/handled/before").asString("").equals(from)) {
        found.add(line.at("/handled"));
      }
    }
    return found;
  }
}
