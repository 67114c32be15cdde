package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The demo over Memcached: what can be done by key works, and the rest says why not. */
@Timeout(120)
class DemoOnMemcachedTest {

  private static final String ADA = "/demo/row?store=players&key=ada";

  private final List<RunningDemo> demos = new ArrayList<>();
  private MemcachedServer memcached;
  private RunningDemo demo;

  @BeforeEach
  void start() {
    memcached = ServerTests.startOrSkip(MemcachedServer::start);
    demo = another();
  }

  private RunningDemo another() {
    RunningDemo started = new RunningDemo(config(memcached));
    demos.add(started);
    return started;
  }

  static ZealConfig.Builder config(MemcachedServer memcached) {
    return ZealConfig.builder()
        .set("zeal.backend", "memcached")
        .set("zeal.memcached.servers", memcached.address());
  }

  @AfterEach
  void stop() {
    for (RunningDemo started : demos) {
      started.close();
    }
    if (memcached != null) {
      memcached.close();
    }
  }

  // --- What works ---

  @Test
  void itStartsWithItsStoreAndRowsAndIsWell() {
    Answer stores = demo.get("/demo/stores");
    assertThat(stores.text("/stores/0/name")).isEqualTo("players");
    assertThat(stores.text("/stores/0/rows")).isEqualTo("(absent)");
    assertThat(stores.text("/stores/0/capacity")).isEqualTo("(absent)");
    assertThat(stores.text("/stores/0/overflow")).isEqualTo("(absent)");
    assertThat(demo.get("/demo/row?store=players&key=player-00048").status()).isEqualTo(200);
    assertThat(demo.get("/demo/row?store=players&key=player-00049").status()).isEqualTo(404);
    Answer health = demo.get("/health/store");
    assertThat(health.text("/status")).isEqualTo("up");
    assertThat(health.text("/backend/name")).isEqualTo("memcached");
    assertThat(demo.get("/demo/store-roundtrip").text("/ok")).isEqualTo("true");
  }

  @Test
  void aRowIsPutReadPatchedIncrementedAndRemovedByItsKey() {
    RunningDemo other = another();
    String row =
        "{\"name\": \"Ada\", \"score\": \"9007199254740993\", \"level\": 3,"
            + " \"rating\": 0.1, \"online\": true}";
    assertThat(demo.send("PUT", ADA, row).status()).isEqualTo(200);
    assertThat(other.get(ADA).text("/score")).isEqualTo("9007199254740993");

    assertThat(other.send("PATCH", ADA, "{\"name\": \"Lovelace\"}").status()).isEqualTo(200);
    assertThat(demo.get(ADA).text("/name")).isEqualTo("Lovelace");
    String increment = "{\"store\": \"players\", \"key\": \"ada\", \"by\": -3}";
    assertThat(demo.post("/demo/row/increment", increment).text("/value"))
        .isEqualTo("9007199254740990");

    assertThat(other.send("DELETE", ADA).status()).isEqualTo(200);
    assertThat(demo.get(ADA).status()).isEqualTo(404);
  }

  @Test
  void aStoreIsMadeFilledAndCleared() {
    assertThat(demo.post("/demo/stores", "{\"name\": \"jobs\", \"ttlMillis\": 60000}").status())
        .isEqualTo(201);
    Answer filled = demo.post("/demo/stores/fill", "{\"store\": \"jobs\", \"rows\": 700}");
    assertThat(filled.text("/written")).isEqualTo("700");
    String row = "/demo/row?store=jobs&key=" + filled.text("/key");
    assertThat(demo.get(row).text("/ttlMillis")).isNotEqualTo("(absent)");

    assertThat(demo.post("/demo/stores/clear", "{\"store\": \"jobs\"}").status()).isEqualTo(200);
    assertThat(demo.get(row).status()).isEqualTo(404);
    assertThat(demo.get("/demo/row?store=players&key=player-00001").status()).isEqualTo(200);
  }

  @Test
  void manyClientsLoseNoIncrement() {
    Answer run =
        demo.post(
            "/demo/increments",
            "{\"store\": \"players\", \"key\": \"tally\", \"clients\": 50, \"each\": 40}");
    assertThat(run.text("/total")).isEqualTo("2000");
    assertThat(run.json().at("/exact").booleanValue()).isTrue();
  }

  @Test
  void aCounterCountsFromZeroUp() {
    assertThat(demo.get("/demo/counter?name=hits").text("/value")).isEqualTo("0");
    demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 10}");
    Answer down = demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": -3}");
    assertThat(down.text("/value")).isEqualTo("7");
    Answer set =
        demo.post(
            "/demo/counter/compare-and-set",
            "{\"name\": \"hits\", \"expected\": 7, \"next\": \"9223372036854775807\"}");
    assertThat(set.text("/value")).isEqualTo("9223372036854775807");
    assertThat(demo.post("/demo/counter/reset", "{\"name\": \"hits\"}").text("/value"))
        .isEqualTo("0");
  }

  @Test
  void theCacheIsSharedAndADemoThatBeginsLaterIsWarm() {
    String monday = "{\"key\": \"monday\"}";
    assertThat(demo.get("/demo/cache").text("/keptIn")).isEqualTo("SERVER");
    Answer loaded = demo.post("/demo/cache/get", monday);
    assertThat(loaded.text("/source")).isEqualTo("LOADED");
    demo.post("/demo/cache/tags/fill", "{}");
    demo.post("/demo/cache/tags/remove", "{\"tag\": \"circle\"}");

    RunningDemo later = another();
    assertThat(later.get("/demo/cache").text("/warm")).isEqualTo("4");
    Answer had = later.post("/demo/cache/get", monday);
    assertThat(had.text("/source")).isEqualTo("CACHED");
    assertThat(had.text("/visitors")).isEqualTo(loaded.text("/visitors"));

    later.post("/demo/cache/expire", monday);
    Answer stale = demo.post("/demo/cache/get", "{\"key\": \"monday\", \"loaderFails\": true}");
    assertThat(stale.text("/source")).isEqualTo("STALE");
    assertThat(demo.post("/demo/cache/stampede", "{\"callers\": 200}").text("/loads"))
        .isEqualTo("1");
  }

  @Test
  void whatIsLiveShowsButForTheNumberOfRows() {
    demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 2}");
    demo.post("/demo/row/increment", "{\"store\": \"players\", \"key\": \"tally\", \"by\": 7}");
    HttpResponse<Stream<String>> response =
        demo.exchange(
            demo.request("/demo/live?store=players&key=tally&counter=hits"),
            HttpResponse.BodyHandlers.ofLines());
    try (Stream<String> lines = response.body()) {
      Iterator<String> events = lines.filter(line -> !line.isEmpty()).iterator();
      assertThat(events.next()).isEqualTo("data: {\"score\":\"7\",\"counter\":\"2\"}");
    }
  }

  @Test
  void aServerThatIsAwayIsSaidToBe() {
    memcached.close();

    Answer health = demo.await("/health/store", it -> it.status() == 503);
    assertThat(health.text("/status")).isEqualTo("down");
    assertThat(demo.get("/demo/stores").status()).isEqualTo(503);
    Answer row = demo.get("/demo/row?store=players&key=player-00001");
    assertThat(row.status()).isEqualTo(503);
    assertThat(row.message()).contains("no connection to " + memcached.address());
    assertThat(demo.get("/demo/needs").status()).isEqualTo(200);
  }

  // --- What does not ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GET  | /demo/rows?store=players            |                      | PAGE             | redis
          POST | /demo/stores                        | name: x, capacity: 5 | BOUNDED_ROWS     | table
          POST | /demo/stores                        | name: x, overflow: EVICT | BOUNDED_ROWS | table
          POST | /demo/pubsub/publish                | text: hello          | PUB_SUB          | tiered
          POST | /demo/pubsub/publish-reliable       | item: tea            | RELIABLE_PUB_SUB | table
          GET  | /demo/pubsub/orders                 |                      | RELIABLE_PUB_SUB | redis
          GET  | /demo/pubsub/dead-letters           |                      | RELIABLE_PUB_SUB | redis
          POST | /demo/pubsub/dead-letters/publish   | id: 1                | RELIABLE_PUB_SUB | redis
          POST | /demo/pubsub/dead-letters/remove    | id: 1                | RELIABLE_PUB_SUB | redis
          POST | /demo/tiered/write                  | server: x            | CACHED_READS     | tiered
          POST | /demo/tiered/lose                   | server: x            | CACHED_READS     | tiered
          """)
  void whatTheBackendLacksIsRefusedAndNamedAndSoIsWhatHasIt(
      String method, String path, String fields, String capability, String backend) {
    Answer answer = method.equals("GET") ? demo.get(path) : demo.post(path, json(fields));

    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.code()).isEqualTo("ZEAL-501");
    assertThat(answer.message())
        .contains("the backend 'memcached' has no " + capability + ".", backend);
  }

  /** Fields as JSON, numbers as text. */
  private static String json(String fields) {
    return "{\"" + fields.replace(": ", "\": \"").replace(", ", "\", \"") + "\"}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /demo/counter/increment       | {"name": "hits", "by": -6}
          /demo/counter/compare-and-set | {"name": "hits", "expected": 5, "next": -1}
          """)
  void aCounterBelowZeroIsRefusedAndStaysAsItIs(String path, String body) {
    demo.post("/demo/counter/increment", "{\"name\": \"hits\", \"by\": 5}");

    Answer answer = demo.post(path, body);

    assertThat(answer.status()).isEqualTo(501);
    assertThat(answer.code()).isEqualTo("ZEAL-501");
    assertThat(answer.message()).contains("below zero", "table, redis or tiered");
    assertThat(demo.get("/demo/counter?name=hits").text("/value")).isEqualTo("5");
  }

  @Test
  void aStoreThatWasRefusedIsNotInTheList() {
    demo.post("/demo/stores", "{\"name\": \"bounded\", \"capacity\": 5}");

    assertThat(demo.get("/demo/stores").json().at("/stores")).hasSize(1);
  }

  @Test
  void thePageIsToldBeforehandWhatItHasToDoWithout() {
    Answer needs = demo.get("/demo/needs");

    assertThat(needs.status()).isEqualTo(200);
    assertThat(needs.text("/backend")).isEqualTo("memcached");
    assertThat(needs.json().at("/needs"))
        .hasSize(Need.values().length)
        .allSatisfy(need -> {
          assertThat(need.at("/error/code").asString()).isEqualTo("ZEAL-501");
          assertThat(need.at("/error/message").asString())
              .contains("'memcached' has no " + need.at("/capability").asString());
        });
    assertThat(demo.get("/demo/rows?store=players").message())
        .isEqualTo(needs.text("/needs/0/error/message"));
  }

  @Test
  void theLogOfMessagesIsEmptyAndSaysWhy() {
    Answer log = demo.get("/demo/pubsub/log");

    assertThat(log.status()).isEqualTo(200);
    assertThat(log.json().at("/lines")).isEmpty();
    for (String part : List.of("room", "orders")) {
      assertThat(log.json().at("/" + part + "/active").booleanValue()).isFalse();
      assertThat(log.text("/" + part + "/error/code")).isEqualTo("ZEAL-501");
    }
    assertThat(demo.get("/demo/tiered").json().at("/there").booleanValue()).isFalse();
  }
}
