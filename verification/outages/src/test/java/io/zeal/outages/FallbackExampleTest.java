package io.zeal.outages;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import org.junit.jupiter.api.Test;

/** The example of docs/resilience.md, before an outage and in one. */
class FallbackExampleTest {

  record Player(@MaxBytes(64) String name, long score) {}

  @Test
  void aRowThatWasReadIsThereInAnOutageAndSaysHowOldItIs() {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        Zeal zeal =
            Zeal.open(
                ZealConfig.builder()
                    .set("zeal.backend", "redis")
                    .set("zeal.redis.driver", "jedis")
                    .set("zeal.redis.url", "redis://" + server.address())
                    .build())) {
      zeal.store("players", Schema.of(Player.class)).put("user_1", new Player("alice", 100));

      StoreOptions options = StoreOptions.defaults().requesting(Capability.READ_FALLBACK);
      Store<Player> players = zeal.store("players", Schema.of(Player.class), options);

      Reading<Player> player = players.read("user_1", ReadOptions.defaults()).orElseThrow();
      String note = player.stale() ? "as of " + player.age().toSeconds() + " s ago" : "now";

      assertThat(note).isEqualTo("now");
      server.kill();
      Reading<Player> old = players.read("user_1", ReadOptions.defaults()).orElseThrow();
      assertThat(old.value()).isEqualTo(player.value());
      assertThat(old.stale()).isTrue();
      assertThat(old.age()).isPositive();
    }
  }
}
