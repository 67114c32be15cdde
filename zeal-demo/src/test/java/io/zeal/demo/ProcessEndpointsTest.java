package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.demo.RunningDemo.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Demos on one table in a directory, over HTTP. */
class ProcessEndpointsTest {

  static final String PROCESSES = "/demo/processes";

  @TempDir private Path directory;

  private RunningDemo one;
  private RunningDemo other;

  @BeforeEach
  void start() {
    one = new RunningDemo(over(directory));
    other = new RunningDemo(over(directory));
  }

  static ZealConfig.Builder over(Path directory) {
    return ZealConfig.builder()
        .set("zeal.backend", "table")
        .set("zeal.table.directory", directory.resolve("table").toString());
  }

  @AfterEach
  void stop() {
    one.close();
    if (other != null) {
      other.close();
    }
  }

  @Test
  void bothAreThereOnEitherPage() {
    Answer seen = awaitBoth(one);
    assertThat(seen.json().at("/there").booleanValue()).isTrue();
    assertThat(names(seen)).containsExactlyInAnyOrder(name(one), name(other));
    assertThat(names(awaitBoth(other))).isEqualTo(names(seen));
    for (JsonNode process : seen.json().at("/processes")) {
      assertThat(process.at("/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
      assertThat(process.at("/added").asString()).isEqualTo("0");
    }
    assertThat(seen.text("/all")).isEqualTo("0");
    assertThat(seen.text("/error")).isEqualTo("(absent)");
  }

  @Test
  void whatBothAddIsInTheRowOfAll() {
    awaitBoth(one);
    Answer began = one.post(PROCESSES + "/add", "{\"millis\": 500}");
    assertThat(began.status()).isEqualTo(200);
    assertThat(Long.parseLong(began.text("/addingMillis"))).isBetween(1L, 500L);

    Answer end = awaitRest(other);
    assertThat(end.json().at("/equal").booleanValue()).isTrue();
    assertThat(end.text("/sum")).isEqualTo(end.text("/all"));
    assertThat(added(end, name(one)) + added(end, name(other)))
        .isEqualTo(Long.parseLong(end.text("/all")));
    assertThat(added(end, name(one))).isPositive();
    assertThat(added(end, name(other))).isPositive();
  }

  @Test
  void theyAddAgainWhenTheyAreLetAgain() {
    awaitBoth(one);
    one.post(PROCESSES + "/add", "{\"millis\": 200}");
    long first = Long.parseLong(awaitRest(one).text("/all"));
    other.post(PROCESSES + "/add", "{\"millis\": 200}");
    assertThat(Long.parseLong(awaitRest(one).text("/all"))).isGreaterThan(first);
  }

  @Test
  void whatOneThatEndedHasAddedStaysInTheSum() {
    awaitBoth(one);
    String ended = name(other);
    one.post(PROCESSES + "/add", "{\"millis\": 10000}");
    one.await(PROCESSES, it -> added(it, ended) > 0);
    other.close();
    other = null;

    Answer left = one.await(PROCESSES, it -> state(it, ended).equals("ENDED"));
    assertThat(left.text("/processes/0/name")).as("who lives is first").isEqualTo(name(one));
    one.post(PROCESSES + "/add", "{\"millis\": 1}");
    Answer end = awaitRest(one);
    assertThat(end.json().at("/equal").booleanValue()).isTrue();
    assertThat(added(end, ended)).isPositive();
  }

  @Test
  void oneTooManyLooksOnAndSaysWhy() {
    awaitBoth(one);
    try (Zeal zeal = Zeal.open(over(directory).build())) {
      Store<Adder.Tally> store =
          zeal.store(
              Adder.STORE,
              Schema.of(Adder.Tally.class),
              StoreOptions.defaults().withCapacity(Adder.MOST_ROWS));
      for (long left = Adder.MOST_ROWS - store.count(); left > 0; left--) {
        store.put("was-here-" + left, new Adder.Tally(1, 0, 0, 0));
      }
    }
    try (RunningDemo third = new RunningDemo(over(directory))) {
      Answer refused = third.await(PROCESSES, it -> !it.code().equals("(absent)"));
      assertThat(refused.code()).isEqualTo("DEMO-507");
      assertThat(names(refused)).hasSize(Adder.MOST_ROWS - 1).doesNotContain(name(third));
      assertThat(third.post(PROCESSES + "/add", "{\"millis\": 100}").status()).isEqualTo(200);
      assertThat(added(awaitRest(one), name(one))).isPositive();
      assertThat(one.get(PROCESSES).code()).isEqualTo("(absent)");
    }
  }

  @Test
  void whatDoesNotFitIsRefused() {
    for (String body : List.of("{\"millis\": 0}", "{\"millis\": 10001}", "{\"seconds\": 2}")) {
      assertThat(one.post(PROCESSES + "/add", body).status()).as(body).isEqualTo(400);
    }
    assertThat(one.get(PROCESSES).text("/addingMillis")).isEqualTo("0");
  }

  @Test
  void aTableOfOneProcessHasNoOthers() {
    try (RunningDemo alone = new RunningDemo()) {
      Answer seen = alone.get(PROCESSES);
      assertThat(seen.status()).isEqualTo(200);
      assertThat(seen.json().at("/there").booleanValue()).isFalse();
      assertThat(seen.text("/processes")).isEqualTo("(absent)");
      Answer refused = alone.post(PROCESSES + "/add", "{}");
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.code()).isEqualTo("DEMO-501");
      assertThat(refused.message()).contains("--processes 2", "-Dzeal.table.directory=");
    }
  }

  @Test
  void theRestOfThePageIsSharedToo() {
    assertThat(one.get("/health/store").text("/backend/scope")).isEqualTo("HOST");
    assertThat(one.get("/demo/store-roundtrip").text("/ok")).isEqualTo("true");
    assertThat(other.get("/demo/stores").text("/stores/0/rows")).isEqualTo("48");

    one.post("/demo/counter/increment", "{\"name\": \"visits\", \"by\": 7}");
    assertThat(other.get("/demo/counter?name=visits").text("/value")).isEqualTo("7");

    assertThat(one.get("/demo/cache").text("/keptIn")).isEqualTo("TABLE");
    assertThat(one.post("/demo/cache/get", "{\"key\": \"monday\"}").text("/source"))
        .isEqualTo("LOADED");
    assertThat(other.post("/demo/cache/get", "{\"key\": \"monday\"}").text("/source"))
        .isEqualTo("CACHED");
  }

  @Test
  void whereMessagesWouldReachOneProcessOnlyThereAreNone() {
    Answer refused = one.post("/demo/pubsub/publish", "{\"text\": \"hello\"}");
    assertThat(refused.status()).isEqualTo(501);
    assertThat(refused.message())
        .contains("'table' has no PUB_SUB", "table without zeal.table.directory, redis, tiered");
  }

  static Answer awaitBoth(RunningDemo demo) {
    return demo.await(PROCESSES, it -> names(it).size() == 2);
  }

  static Answer awaitRest(RunningDemo demo) {
    return awaitRest(demo, it -> it.json().at("/equal").booleanValue());
  }

  /** Once the time is over, whoever is in the middle of a batch ends it: two looks see the same. */
  static Answer awaitRest(RunningDemo demo, Predicate<Answer> wanted) {
    AtomicReference<String> last = new AtomicReference<>("");
    return demo.await(
        PROCESSES,
        it -> {
          String all = it.text("/all");
          boolean same = last.getAndSet(all).equals(all);
          return same && it.text("/addingMillis").equals("0") && wanted.test(it);
        });
  }

  static String name(RunningDemo demo) {
    return demo.get(PROCESSES).text("/server");
  }

  static List<String> names(Answer answer) {
    List<String> names = new ArrayList<>();
    answer.json().at("/processes").forEach(it -> names.add(it.at("/name").asString()));
    return names;
  }

  static long added(Answer answer, String name) {
    return node(answer, name).at("/added").asLong();
  }

  static String state(Answer answer, String name) {
    return node(answer, name).at("/state").asString();
  }

  static JsonNode node(Answer answer, String name) {
    for (JsonNode process : answer.json().at("/processes")) {
      if (process.at("/name").asString().equals(name)) {
        return process;
      }
    }
    throw new AssertionError(name + " is not among " + answer);
  }
}
