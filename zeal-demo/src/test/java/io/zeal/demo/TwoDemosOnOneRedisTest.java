package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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

  private ZealConfig config() {
    return ZealConfig.builder()
        .set("zeal.backend", "redis")
        .set("zeal.redis.driver", "jedis")
        .set("zeal.redis.url", "redis://" + redis.address())
        .build();
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
}
