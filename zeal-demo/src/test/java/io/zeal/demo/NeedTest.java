package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NeedTest {

  private static final BackendInfo BARE =
      new BackendInfo("bare", BackendInfo.Scope.PROCESS, Set.of(), Map.of());

  @Test
  void aRefusalSaysWhatCannotBeDoneWhyAndWhere() {
    assertThatThrownBy(() -> Need.LISTING.require(BARE))
        .isInstanceOfSatisfying(
            UnsupportedCapabilityException.class,
            refusal -> assertThat(refusal.capability()).isEqualTo(Capability.PAGE))
        .hasMessage(
            "Rows cannot be listed: the backend 'bare' has no PAGE. Start the demo on one that has"
                + " it: table, redis, tiered. ZEAL-501");
  }

  @Test
  void whatIsThereIsNotRefused() {
    BackendInfo able =
        new BackendInfo("able", BackendInfo.Scope.PROCESS, Set.of(Capability.PAGE), Map.of());

    Need.LISTING.require(able);

    assertThat(Need.LISTING.refusal(able)).isEmpty();
  }

  @Test
  void theTableHasWhatIsSaidOfIt() {
    assertSaid(ZealConfig.builder().set("zeal.backend", "table"));
  }

  @Test
  void redisAndTieredHaveWhatIsSaidOfThem() {
    try (RedisServer redis = ServerTests.startOrSkip(RedisServer::start)) {
      for (String backend : List.of("redis", "tiered")) {
        assertSaid(
            ZealConfig.builder()
                .set("zeal.backend", backend)
                .set("zeal.redis.driver", "jedis")
                .set("zeal.redis.url", "redis://" + redis.address()));
      }
    }
  }

  @Test
  void memcachedHasWhatIsSaidOfIt() {
    try (MemcachedServer memcached = ServerTests.startOrSkip(MemcachedServer::start)) {
      assertSaid(DemoOnMemcachedTest.config(memcached));
    }
  }

  private static void assertSaid(ZealConfig.Builder config) {
    try (Zeal zeal = Zeal.open(config.build())) {
      BackendInfo info = zeal.info();
      assertThat(Arrays.stream(Need.values()).filter(need -> need.isMetBy(info)))
          .as("what %s has", info.name())
          .containsExactlyElementsOf(
              Arrays.stream(Need.values())
                  .filter(need -> need.backends().contains(info.name()))
                  .toList());
    }
  }
}
