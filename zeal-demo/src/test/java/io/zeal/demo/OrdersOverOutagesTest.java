package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import io.zeal.demo.Browser.Screen;
import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Orders while a server stands still or is killed, and while a demo ends. */
class OrdersOverOutagesTest {

  private static final String LOG = "/demo/pubsub/log?limit=200";
  private static final String TAKE = "/demo/pubsub/publish-reliable";

  /** Silences of 5 s, work of some seconds, and a busy machine. */
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final List<RunningDemo> demos = new ArrayList<>();
  private RedisServer redis;

  @BeforeEach
  void startServer() {
    redis =
        ServerTests.startOrSkip(() ->
            RedisServer.start(
                RedisOptions.defaults().with("appendonly", "yes").with("appendfsync", "always")));
  }

  @AfterEach
  void stop() {
    demos.forEach(RunningDemo::close);
    if (redis != null) {
      redis.close();
    }
  }

  private RunningDemo demo() {
    RunningDemo demo =
        new RunningDemo(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.url", "redis://" + redis.address()));
    demos.add(demo);
    return demo;
  }

  @Test
  void aHandlerThatTakesLongerThanItsClaimShowsThatItsAnswerDoesNotCount() {
    RunningDemo demo = demo();
    demo.post(TAKE, "{\"item\": \"tea\", \"workMillis\": 8000}");
    demo.await(LOG, it -> it.text("/atWork").equals("1"));

    redis.pause(); // no sign of life reaches it
    Answer late = demo.await(RECOVERY, LOG, it -> !handled(it).isEmpty());
    assertThat(handled(late).getFirst().at("/did").asString()).isEqualTo("DONE");
    assertThat(handled(late).getFirst().at("/claimed").booleanValue()).isFalse();
    redis.resume();

    Answer end = demo.await(RECOVERY, LOG, it -> handled(it).size() == 2);
    assertThat(handled(end).getLast().at("/did").asString()).isEqualTo("DONE");
    assertThat(handled(end).getLast().at("/claimed").booleanValue()).isTrue();
    assertThat(handled(end).getLast().at("/deliveryCount").asString()).isEqualTo("2");
    showsBoth(demo);
  }

  private static void showsBoth(RunningDemo demo) {
    try (Browser browser = Browser.startOrSkip()) {
      browser.open(demo.url(), Screen.DESKTOP);
      browser.await("return document.querySelectorAll('#orders li').length === 2");
      assertThat(browser.text("orders"))
          .containsOnlyOnce("the claim was lost: this counts for nothing")
          .contains("delivery 2, delivered before to this demo");
    }
  }

  @Test
  void whatADemoThatEndsWasCutOffInTheOtherFinishes() {
    RunningDemo ending = demo();
    String name = ending.get(LOG).text("/server");
    ending.post(TAKE, "{\"item\": \"tea\", \"workMillis\": 6000}");
    ending.await(LOG, it -> it.text("/atWork").equals("1"));
    RunningDemo other = demo();

    demos.remove(ending);
    ending.close(); // which waits for 2 s

    Answer end = other.await(RECOVERY, LOG, it -> !handled(it).isEmpty());
    JsonNode order = handled(end).getFirst();
    assertThat(order.at("/did").asString()).isEqualTo("DONE");
    assertThat(order.at("/before").asString()).isEqualTo(name);
    assertThat(order.at("/deliveryCount").asString()).isEqualTo("2");
    assertThat(other.get("/demo/pubsub/orders").text("/deadLetters")).isEqualTo("0");
  }

  @Test
  void noOrderThatWasTakenIsLostWhenTheServerIsKilled() {
    RunningDemo one = demo();
    RunningDemo other = demo();
    Set<String> taken = new TreeSet<>();
    int number = 0;
    for (int outage = 0; outage < 2; outage++) {
      for (int i = 0; i < 15; i++) {
        take(i % 2 == 0 ? one : other, ++number, taken);
      }
      redis.kill();
      for (int i = 0; i < 3; i++) {
        take(one, ++number, taken);
      }
      redis.restart();
      for (int i = 0; i < 15; i++) {
        take(i % 2 == 0 ? one : other, ++number, taken);
      }
    }
    assertThat(taken).as("orders that were taken, of %s", number).hasSizeGreaterThan(30);

    one.await(
        RECOVERY,
        "/demo/pubsub/orders",
        it -> it.text("/lag").equals("0") && it.text("/pending").equals("0"));
    Set<String> done = new TreeSet<>();
    for (RunningDemo demo : demos) {
      for (JsonNode order : handled(demo.get(LOG))) {
        if (order.at("/did").asString().equals("DONE")) {
          done.add(order.at("/item").asString());
        }
      }
    }
    assertThat(done).as("orders that were handled").containsAll(taken);
    assertThat(one.get("/demo/pubsub/orders").text("/deadLetters")).isEqualTo("0");
  }

  /** Takes an order; what is refused, or may not have been taken, is not noted. */
  private static void take(RunningDemo demo, int number, Set<String> taken) {
    String item = "order " + number;
    Answer answer = demo.post(TAKE, "{\"item\": \"" + item + "\", \"workMillis\": 50}");
    if (answer.status() == 200) {
      taken.add(item);
    }
  }

  /** What handlers of this demo did, oldest first. */
  private static List<JsonNode> handled(Answer log) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode line : log.json().at("/lines")) {
      if (line.at("/kind").asString().equals("ORDER")) {
        found.add(line.at("/handled"));
      }
    }
    return found;
  }
}
