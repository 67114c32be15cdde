package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RedisSentinelsTest {

  @Test
  void replicaTakesThePlaceOfAKilledPrimary() {
    try (var sentinels = start(RedisOptions.defaults().withPassword("secret"))) {
      var first = sentinels.primary();
      var second = sentinels.replica();
      try (var connection = first.connect()) {
        connection.command("SET", "k", "v");
        assertThat(connection.command("WAIT", "1", "5000")).isEqualTo(1L);
      }

      assertThat(sentinels.killPrimary()).isEqualTo(second);

      assertThat(sentinels.primary()).isEqualTo(second);
      assertThat(second.command("GET", "k")).isEqualTo("v");
      assertThat(second.command("SET", "k", "w")).isEqualTo("OK");
      for (int port : sentinels.ports()) {
        try (var sentinel = RedisConnection.open(port)) {
          assertThat(sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "zeal"))
              .isEqualTo(List.of("127.0.0.1", String.valueOf(sentinels.proxy(second).port())));
        }
      }
    }
  }

  @Test
  void primaryThatCannotBeReachedLosesItsPlaceAlthoughItRuns() {
    try (var sentinels = start(RedisOptions.defaults())) {
      var first = sentinels.primary();
      var second = sentinels.replica();

      sentinels.proxy(first).blackHole();
      sentinels.awaitPrimary(second);

      assertThat(first.command("SET", "k", "nobody else has it")).isEqualTo("OK");
      assertThat(second.command("GET", "k")).isNull();
    }
  }

  private static RedisSentinels start(RedisOptions options) {
    return ServerTests.startOrSkip(() -> RedisSentinels.start(options));
  }
}
