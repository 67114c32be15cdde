package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.ConfigurationException;
import io.zeal.Counter;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisSentinels;
import io.zeal.verification.servers.ServerTests;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Sentinels that ask for a password of their own. The driver does not matter. */
class SentinelLoginTest {

  private static final String OF_SENTINELS = "pw-of-the-sentinels";
  private static final String OF_WATCHER = "pw-of-the-watcher";
  private static final String OF_SERVERS = "pw-of-the-servers";

  private static RedisSentinels start() {
    return ServerTests.startOrSkip(() ->
        RedisSentinels.start(
            RedisOptions.defaults().withPassword(OF_SERVERS),
            RedisOptions.defaults()
                .withPassword(OF_SENTINELS)
                .withUser(
                    "watcher",
                    "on",
                    ">" + OF_WATCHER,
                    "+ping",
                    "+sentinel|get-master-addr-by-name")));
  }

  private static ZealConfig.Builder config(RedisSentinels sentinels) {
    String hosts =
        sentinels.ports().stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(","));
    return ZealConfig.builder()
        .set("zeal.backend", "redis")
        .set("zeal.redis.driver", "jedis")
        .set(
            "zeal.redis.url",
            "redis+sentinel://:" + OF_SERVERS + "@" + hosts + "/" + sentinels.primaryName());
  }

  @Test
  void sentinelsAreToldTheirOwnUserAndPassword() {
    try (RedisSentinels sentinels = start()) {
      try (Zeal zeal =
          Zeal.open(config(sentinels).set("zeal.redis.sentinel.password", OF_SENTINELS).build())) {
        Counter counter = zeal.counter("hits");
        assertThat(counter.increment()).isEqualTo(1);
      }
      try (Zeal zeal =
          Zeal.open(
              config(sentinels)
                  .set("zeal.redis.sentinel.user", "watcher")
                  .set("zeal.redis.sentinel.password", OF_WATCHER)
                  .build())) {
        assertThat(zeal.counter("hits").increment()).isEqualTo(2);
      }

      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() -> Zeal.open(config(sentinels).build()))
          .withMessageContainingAll("sentinel 127.0.0.1:", "zeal.redis.sentinel.password")
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.AUTHENTICATION));
      assertThatExceptionOfType(ServerRefusedException.class)
          .isThrownBy(() ->
              Zeal.open(
                  config(sentinels).set("zeal.redis.sentinel.password", "pw-guessed").build()))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.AUTHENTICATION))
          .satisfies(e -> assertThat(e.toString()).doesNotContain("pw-guessed", OF_SERVERS));
    }
  }

  @Test
  void aUserWithoutAPasswordIsRefused() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            Zeal.open(
                ZealConfig.builder()
                    .set("zeal.backend", "redis")
                    .set("zeal.redis.driver", "jedis")
                    .set("zeal.redis.url", "redis+sentinel://localhost/m")
                    .set("zeal.redis.sentinel.user", "watcher")
                    .build()))
        .withMessageContainingAll("zeal.redis.sentinel.user", "zeal.redis.sentinel.password");
  }
}
