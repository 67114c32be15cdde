package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The servers of the backend "tiered", over HTTP. */
class TieredEndpointsTest {

  static final String TIERED = "/demo/tiered";

  /** Of a heartbeat and of what its answer may take, by default. */
  static final Duration BOUND = Duration.ofSeconds(2);

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
    RunningDemo demo = new RunningDemo(over(redis));
    demos.add(demo);
    return demo;
  }

  static ZealConfig.Builder over(RedisServer redis) {
    return ZealConfig.builder()
        .set("zeal.backend", "tiered")
        .set("zeal.redis.driver", "jedis")
        .set("zeal.redis.url", "redis://" + redis.address());
  }

  @AfterEach
  void stop() {
    demos.forEach(RunningDemo::close);
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void bothServersAreThereOnEitherPage() {
    Answer seen = one.await(TIERED, it -> names(it).size() == 2);
    assertThat(seen.json().at("/there").booleanValue()).isTrue();
    assertThat(names(seen)).containsExactlyInAnyOrder(name(one), name(other)).isSorted();
    other.await(TIERED, it -> names(it).equals(names(seen)));
    assertThat(name(one)).isNotEqualTo(name(other));
  }

  @Test
  void aReadIsAnsweredByTheCopyOnceThereIsOne() {
    Answer copied = one.await(TIERED, it -> it.text("/servers/0/level").equals("L1"));
    assertThat(at(copied, 0, "ageMicros")).isPositive();
    long hits = at(copied, 0, "hits");
    assertThat(at(one.await(TIERED, it -> at(it, 0, "hits") > hits), 0, "generation")).isPositive();
  }

  @Test
  void whatOneWritesTheOtherSeesThoughItHasACopy() {
    bothHaveCopies(one);
    Answer wrote = one.post(TIERED + "/write", "{}");
    assertThat(wrote.status()).isEqualTo(200);
    assertThat(wrote.text("/number")).isEqualTo("1");
    assertThat(wrote.text("/server")).isEqualTo(name(one));

    Answer seen = other.await(TIERED, it -> everyServerSees(it, "1"));
    assertThat(seen.text("/newest")).isEqualTo("1");
    assertThat(seen.json().at("/servers"))
        .allSatisfy(look -> assertThat(look.at("/writer").asString()).isEqualTo(name(one)));
  }

  @Test
  void aPageCanLetAnotherServerWrite() {
    Answer wrote = one.post(TIERED + "/write", "{\"server\": \"" + name(other) + "\"}");
    assertThat(wrote.text("/server")).isEqualTo(name(other));
    assertThat(wrote.text("/writer")).isEqualTo(name(other));
    one.await(TIERED, it -> everyServerSees(it, "1"));
  }

  /** A heartbeat and the time to notice, 1 s each: no look that begins later sees the old value. */
  @Test
  void aLostInvalidationIsNoticedWithinTheBound() {
    Answer before = bothHaveCopies(one);
    Answer losing = one.post(TIERED + "/lose", "{\"server\": \"" + name(other) + "\"}");
    assertThat(losing.text("/server")).isEqualTo(name(other));
    assertThat(losing.text("/losing")).isEqualTo("10");

    one.post(TIERED + "/write", "{}");
    Answer after = awaitWithinTheBound(one, 1);
    assertThat(numberOf(after, name(other), "lost")).isEqualTo(1);
    assertThat(numberOf(after, name(other), "losing")).isEqualTo(9);
    assertThat(numberOf(after, name(other), "gaps"))
        .isGreaterThan(numberOf(before, name(other), "gaps"));
    assertThat(numberOf(after, name(other), "generation"))
        .isGreaterThan(numberOf(before, name(other), "generation"));
  }

  /**
   * Looks until every server sees the number, after the call that wrote it. An old value is too old
   * by the time at which the look was asked for, which is never later than the read.
   */
  static Answer awaitWithinTheBound(RunningDemo demo, long number) {
    long wrote = System.nanoTime();
    while (true) {
      long asked = System.nanoTime();
      Answer seen = demo.get(TIERED);
      if (everyServerSees(seen, String.valueOf(number))) {
        return seen;
      }
      Duration late = Duration.ofNanos(asked - wrote);
      assertThat(late).as("a look that answers %s", seen).isLessThan(RunningDemo.LIMIT);
      if (anyServerIsBehind(seen, number)) {
        assertThat(late).as("how late the old value is in %s", seen).isLessThan(BOUND);
      }
    }
  }

  @Test
  void untilItIsNoticedTheOtherAnswersFromItsOldCopyAndTheWriterFromTheNewValue() {
    // Several rounds: a heartbeat may come back right behind the write.
    boolean behind = false;
    for (int round = 1; round <= 10 && !behind; round++) {
      bothHaveCopies(one);
      one.post(TIERED + "/lose", "{\"server\": \"" + name(other) + "\"}");
      one.post(TIERED + "/write", "{}");
      Answer seen = one.await(TIERED, it -> names(it).size() == 2);
      String number = String.valueOf(round);
      assertThat(numberOf(seen, name(one), "number")).isEqualTo(round);
      if (numberOf(seen, name(other), "number") < round) {
        behind = true;
        assertThat(node(seen, name(other)).at("/level").asString()).isEqualTo("L1");
      }
      one.await(TIERED, it -> everyServerSees(it, number));
    }
    assertThat(behind).as("the other one was behind").isTrue();
  }

  @Test
  void withoutLossesAWriteEndsNoOtherCopies() {
    Answer before = bothHaveCopies(one);
    one.post(TIERED + "/write", "{}");
    Answer after = one.await(TIERED, it -> everyServerSees(it, "1"));
    for (RunningDemo demo : demos) {
      assertThat(numberOf(after, name(demo), "gaps"))
          .isEqualTo(numberOf(before, name(demo), "gaps"));
      assertThat(numberOf(after, name(demo), "lost")).isZero();
    }
  }

  @Test
  void whenAllTenAreLostTheNextOneArrives() {
    bothHaveCopies(one);
    one.post(TIERED + "/lose", "{\"server\": \"" + name(other) + "\"}");
    for (long number = 1; number <= 10; number++) {
      one.post(TIERED + "/write", "{}");
    }
    Answer after = awaitWithinTheBound(one, 10);
    assertThat(numberOf(after, name(other), "lost")).isEqualTo(10);
    assertThat(numberOf(after, name(other), "losing")).isZero();

    long gaps = numberOf(bothHaveCopies(one), name(other), "gaps");
    one.post(TIERED + "/write", "{}");
    Answer last = one.await(TIERED, it -> everyServerSees(it, "11"));
    assertThat(numberOf(last, name(other), "lost")).isEqualTo(10);
    assertThat(numberOf(last, name(other), "gaps")).isEqualTo(gaps);
  }

  @Test
  void losingEndsWhenNoneIsToBeLost() {
    one.post(TIERED + "/lose", "{\"invalidations\": 3}");
    assertThat(one.post(TIERED + "/lose", "{\"invalidations\": 0}").text("/losing")).isEqualTo("0");
  }

  @Test
  void aServerThatDoesNotAnswerIsNamedAsSuch() {
    Answer wrote = one.post(TIERED + "/write", "{\"server\": \"nobody\"}");
    assertThat(wrote.status()).isEqualTo(504);
    assertThat(wrote.code()).isEqualTo("DEMO-504");
    assertThat(one.get(TIERED).text("/newest")).isEqualTo("0");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    assertThat(one.post(TIERED + "/lose", "{\"invalidations\": 1001}").status()).isEqualTo(400);
    assertThat(one.post(TIERED + "/lose", "{\"invalidations\": -1}").status()).isEqualTo(400);
    assertThat(one.post(TIERED + "/write", "{\"server\": \"\"}").status()).isEqualTo(400);
    assertThat(one.post(TIERED + "/write", "{\"number\": 1}").status()).isEqualTo(400);
  }

  @Test
  void theRestOfThePageWorksOnCopiesToo() {
    assertThat(one.get("/demo/store-roundtrip").text("/ok")).isEqualTo("true");
    assertThat(one.get("/health/store").text("/backend/name")).isEqualTo("tiered");
    assertThat(one.post("/demo/cache/get", "{\"key\": \"monday\"}").text("/source"))
        .isEqualTo("LOADED");
    assertThat(other.post("/demo/cache/get", "{\"key\": \"monday\"}").text("/source"))
        .isEqualTo("CACHED");
  }

  @Test
  void aBackendWithoutCopiesHasNoneToShow() {
    try (RunningDemo table = new RunningDemo()) {
      Answer seen = table.get(TIERED);
      assertThat(seen.status()).isEqualTo(200);
      assertThat(seen.json().at("/there").booleanValue()).isFalse();
      assertThat(seen.text("/servers")).isEqualTo("(absent)");
      Answer refused = table.post(TIERED + "/write", "{}");
      assertThat(refused.status()).isEqualTo(501);
      assertThat(refused.code()).isEqualTo("ZEAL-501");
      assertThat(refused.message()).contains("'table' has no CACHED_READS", "tiered");
    }
  }

  /**
   * Once both were read from, each has the row; a copy needs a lease, which the first read asks
   * for.
   */
  static Answer bothHaveCopies(RunningDemo demo) {
    return demo.await(
        TIERED,
        it -> it.text("/servers/0/level").equals("L1") && it.text("/servers/1/level").equals("L1"));
  }

  static boolean everyServerSees(Answer answer, String number) {
    JsonNode servers = answer.json().at("/servers");
    int seeing = 0;
    for (JsonNode look : servers) {
      seeing += look.at("/number").asString().equals(number) ? 1 : 0;
    }
    return seeing == 2 && servers.size() == 2;
  }

  private static boolean anyServerIsBehind(Answer answer, long number) {
    return names(answer).stream().anyMatch(server -> numberOf(answer, server, "number") < number);
  }

  static String name(RunningDemo demo) {
    return demo.get(TIERED).text("/server");
  }

  static List<String> names(Answer answer) {
    List<String> names = new ArrayList<>();
    answer.json().at("/servers").forEach(look -> names.add(look.at("/server").asString()));
    return names;
  }

  private static long at(Answer answer, int server, String number) {
    return Long.parseLong(answer.text("/servers/" + server + "/" + number));
  }

  static long numberOf(Answer answer, String server, String number) {
    return Long.parseLong(node(answer, server).at("/" + number).asString());
  }

  private static JsonNode node(Answer answer, String server) {
    for (JsonNode look : answer.json().at("/servers")) {
      if (look.at("/server").asString().equals(server)) {
        return look;
      }
    }
    throw new AssertionError(server + " is not among " + answer);
  }
}
