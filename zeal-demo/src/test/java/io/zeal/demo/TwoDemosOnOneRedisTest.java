package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo over Redis: each of two servers shows what the other one did. */
class TwoDemosOnOneRedisTest {

  private static final String ADA =
      """
      {"name": "Ada", "score": "9007199254740993", "level": 3, "rating": 0.1, "online": true}\
      """;

  private final List<RunningDemo> demos = new ArrayList<>();
  private RedisServer redis;
  private RunningDemo one;
  private RunningDemo other;

  @BeforeEach
  void start() {
    redis = ServerTests.startOrSkip(RedisServer::start);
    one = demo();
    other = demo();
  }

  private RunningDemo demo() {
    RunningDemo demo = new RunningDemo(config());
    demos.add(demo);
    return demo;
  }

  private ZealConfig.Builder config() {
    return ZealConfig.builder()
        .set("zeal.backend", "redis")
        .set("zeal.redis.driver", "jedis")
        .set("zeal.redis.url", "redis://" + redis.address());
  }

  @AfterEach
  void stop() {
    for (RunningDemo demo : demos) {
      demo.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void eachShowsTheRowsOfTheOther() {
    String row = "/demo/row?store=players&key=ada";
    assertThat(one.send("PUT", row, ADA).status()).isEqualTo(200);

    assertThat(other.get(row).text("/score")).isEqualTo("9007199254740993");

    other.send("DELETE", row);
    assertThat(one.get(row).status()).isEqualTo(404);
  }

  @Test
  void incrementsOfBothAddUp() {
    String increment = "{\"store\": \"players\", \"key\": \"shared\", \"column\": \"score\"}";
    for (int i = 0; i < 20; i++) {
      (i % 2 == 0 ? one : other).post("/demo/row/increment", increment);
    }

    assertThat(other.get("/demo/row?store=players&key=shared").text("/score")).isEqualTo("20");
  }

  @Test
  void theRoundTripHoldsAndTheBackendIsNamed() {
    assertThat(one.get("/demo/store-roundtrip").text("/ok")).isEqualTo("true");
    assertThat(one.get("/health/store").text("/backend/name")).isEqualTo("redis");
    assertThat(one.get("/health/store").text("/backend/scope")).isEqualTo("CLUSTER");
  }

  @Test
  void aStoreIsNotBoundedAndNobodyIsToldSo() {
    RunningDemo.Answer refused = one.post("/demo/stores", "{\"name\": \"jobs\", \"capacity\": 5}");
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.message()).contains("'redis' has no BOUNDED_ROWS", "table");
    assertThat(one.post("/demo/stores", "{\"name\": \"jobs\"}").status()).isEqualTo(201);
    assertThat(other.get("/demo/stores").text("/stores/1/name")).isEqualTo("jobs");
    assertThat(other.get("/demo/stores").text("/stores/1/capacity")).isEqualTo("(absent)");
  }

  @Test
  void whatOneSaysBothHear() {
    String server = one.get("/demo/pubsub/log").text("/server");
    RunningDemo.Answer said =
        one.post("/demo/pubsub/publish", "{\"name\": \"Ada\", \"text\": \"hello\"}");
    assertThat(said.text("/receivers")).isEqualTo("2");
    assertThat(said.json().at("/exact").booleanValue()).isFalse();

    for (RunningDemo demo : demos) {
      RunningDemo.Answer log = demo.await("/demo/pubsub/log", it -> it.text("/last").equals("1"));
      assertThat(log.text("/lines/0/said/text")).isEqualTo("hello");
      assertThat(log.text("/lines/0/said/server")).isEqualTo(server);
    }
    assertThat(other.get("/demo/pubsub/log").text("/server")).isNotEqualTo(server);
  }

  @Test
  void eachOrderIsHandledByOneOfThem() {
    RunningDemo.Answer taken =
        one.post(
            "/demo/pubsub/publish-reliable",
            "{\"item\": \"tea\", \"orders\": 20, \"workMillis\": 50}");
    List<String> ids = new ArrayList<>();
    taken.json().at("/ids").forEach(id -> ids.add(id.stringValue()));
    awaitIdle(other);

    List<String> handled = new ArrayList<>();
    for (RunningDemo demo : demos) {
      JsonNode lines = demo.get("/demo/pubsub/log").json().at("/lines");
      assertThat(lines).isNotEmpty();
      for (JsonNode line : lines) {
        assertThat(line.at("/handled/did").asString()).isEqualTo("DONE");
        assertThat(line.at("/handled/deliveryCount").asString()).isEqualTo("1");
        handled.add(line.at("/handled/id").asString());
      }
    }
    assertThat(handled).hasSize(20).containsExactlyInAnyOrderElementsOf(ids);
  }

  @Test
  void aDeadLetterOfOneIsSeenAndPublishedAnewByTheOther() {
    one.post("/demo/pubsub/publish-reliable", "{\"item\": \"tea\", \"answer\": \"FAIL\"}");
    one.await("/demo/pubsub/orders", it -> it.text("/deadLetters").equals("1"));

    RunningDemo.Answer letters = other.get("/demo/pubsub/dead-letters");
    assertThat(letters.text("/deadLetters/0/item")).isEqualTo("tea");
    assertThat(letters.text("/deadLetters/0/deliveryCount")).isEqualTo("3");
    assertThat(letters.text("/deadLetters/0/reason")).contains("IllegalStateException");
    assertThat(letters.text("/deadLetters/0/stackHash")).hasSizeGreaterThan(8);
    String id = letters.text("/deadLetters/0/id");
    RunningDemo.Answer anew =
        other.post("/demo/pubsub/dead-letters/publish", "{\"id\": \"" + id + "\"}");
    assertThat(anew.status()).isEqualTo(200);

    assertThat(awaitIdle(one).text("/deadLetters")).isEqualTo("0");
    assertThat(one.get("/demo/pubsub/dead-letters").json().at("/deadLetters")).isEmpty();
  }

  @Test
  void ordersWaitOnTheServerForADemoThatBeginsLater() {
    one.close();
    other.close();
    demos.clear();
    try (Zeal zeal = Zeal.open(config().build())) {
      zeal.reliablePubSub()
          .publish(
              Orders.STREAM, new Order("elsewhere", "tea", Order.Answer.DONE, 1, 0, 0).payload());
      zeal.reliablePubSub().publish(Orders.STREAM, new byte[] {0, 1, 2});
    }

    RunningDemo later = demo();
    RunningDemo.Answer log = later.await("/demo/pubsub/log", it -> it.text("/last").equals("2"));
    assertThat(log.json().at("/lines"))
        .extracting(line -> line.at("/handled/did").asString())
        .containsExactlyInAnyOrder("DONE", "UNREADABLE");
    later.await("/demo/pubsub/orders", it -> it.text("/deadLetters").equals("1"));
    RunningDemo.Answer letters = later.get("/demo/pubsub/dead-letters");
    assertThat(letters.text("/deadLetters/0/item")).isEqualTo("(absent)");
    String id = letters.text("/deadLetters/0/id");
    RunningDemo.Answer anew =
        later.post("/demo/pubsub/dead-letters/publish", "{\"id\": \"" + id + "\"}");
    assertThat(anew.status()).isEqualTo(409);
    assertThat(later.get("/demo/pubsub/orders").text("/deadLetters")).isEqualTo("1");
  }

  private static RunningDemo.Answer awaitIdle(RunningDemo demo) {
    return demo.await(
        "/demo/pubsub/orders",
        it -> it.text("/lag").equals("0") && it.text("/pending").equals("0"));
  }

  @Test
  void theRoomComesBackAfterAnOutageAndSaysThatItMayHaveMissedSomething() {
    redis.command("CLIENT", "KILL", "TYPE", "pubsub");

    RunningDemo.Answer log =
        other.await("/demo/pubsub/log", it -> it.text("/lines/0/kind").equals("GAP"));
    assertThat(log.text("/room/numbers/gaps")).isEqualTo("1");
    other.await("/demo/pubsub/log", it -> it.json().at("/room/active").booleanValue());
    one.await("/demo/pubsub/log", it -> it.text("/lines/0/kind").equals("GAP"));

    one.post("/demo/pubsub/publish", "{\"text\": \"again\"}");
    other.await("/demo/pubsub/log", it -> it.text("/lines/1/said/text").equals("again"));
  }

  @Test
  void aValueIsLoadedByOneForBothAndRemovedByOneForBoth() {
    String monday = "{\"key\": \"monday\"}";
    RunningDemo.Answer loaded = one.post("/demo/cache/get", monday);
    assertThat(loaded.text("/source")).isEqualTo("LOADED");

    RunningDemo.Answer had = other.post("/demo/cache/get", monday);
    assertThat(had.text("/source")).isEqualTo("CACHED");
    assertThat(had.text("/visitors")).isEqualTo(loaded.text("/visitors"));
    assertThat(had.json().at("/loadedHere").booleanValue()).isFalse();
    assertThat(had.json().at("/loadedBefore").booleanValue()).isFalse();
    assertThat(had.text("/stats/loads")).isEqualTo("0");

    other.post("/demo/cache/remove", monday);
    assertThat(one.get("/demo/cache").json().at("/reports/0/there").booleanValue()).isFalse();
  }

  @Test
  void aStaleValueCoversForAFailingLoaderOfTheOther() {
    String loaded = one.post("/demo/cache/get", "{\"key\": \"friday\"}").text("/visitors");
    one.post("/demo/cache/expire", "{\"key\": \"friday\"}");

    RunningDemo.Answer stale =
        other.post("/demo/cache/get", "{\"key\": \"friday\", \"loaderFails\": true}");
    assertThat(stale.text("/source")).isEqualTo("STALE");
    assertThat(stale.text("/visitors")).isEqualTo(loaded);

    one.post("/demo/cache/remove", "{\"key\": \"friday\"}");
    assertThat(other.post("/demo/cache/get", "{\"key\": \"friday\", \"loaderFails\": true}").code())
        .isEqualTo("ZEAL-602");
  }

  @Test
  void aThousandCallersMakeOneLoad() {
    RunningDemo.Answer run = one.post("/demo/cache/stampede", "{\"callers\": 1000}");
    assertThat(run.text("/served")).isEqualTo("1000");
    assertThat(run.text("/loads")).isEqualTo("1");
  }

  @Test
  void aTagThatOneRemovesIsGoneForBothAndADemoThatBeginsLaterIsWarm() {
    assertThat(one.get("/demo/cache").text("/keptIn")).isEqualTo("SERVER");
    assertThat(one.get("/demo/cache").text("/warm")).isEqualTo("0");
    one.post("/demo/cache/get", "{\"key\": \"monday\"}");
    one.post("/demo/cache/tags/fill", "{}");
    other.post("/demo/cache/tags/remove", "{\"tag\": \"circle\"}");
    assertThat(one.get("/demo/cache").json().at("/tagged"))
        .extracting(entry -> entry.at("/there").booleanValue())
        .containsExactly(false, true, false, true, false, true);

    RunningDemo later = demo();
    assertThat(later.get("/demo/cache").text("/warm")).isEqualTo("4");
    RunningDemo.Answer monday = later.post("/demo/cache/get", "{\"key\": \"monday\"}");
    assertThat(monday.text("/source")).isEqualTo("CACHED");
    assertThat(monday.json().at("/loadedBefore").booleanValue()).isTrue();
    assertThat(monday.text("/stats/loads")).isEqualTo("0");
  }
}
