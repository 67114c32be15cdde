package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.ConfigurationException;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Channels that belong to slots, over each driver: where the slot is, and where it goes. */
class ShardedChannelsTest {

  private static final int CHANNELS = 60;

  static List<String> drivers() {
    return List.of("jedis", "lettuce", "redisson");
  }

  private static Zeal open(RedisCluster cluster, String driver) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.url", SharedCluster.url(cluster))
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.sharded-channels", "true")
            .set("zeal.redis.timeout", "2s")
            .build());
  }

  /** Subscriptions spread over all nodes. */
  private static final class Rooms {
    final PubSub chat;
    final String stem = UUID.randomUUID().toString();
    final List<Kept> kept = new ArrayList<>();
    final List<Subscription> subscriptions = new ArrayList<>();

    Rooms(Zeal zeal) {
      chat = zeal.pubSub();
      for (int i = 0; i < CHANNELS; i++) {
        Kept one = new Kept();
        kept.add(one);
        subscriptions.add(
            chat.subscribe(room(i), SubscribeOptions.defaults().withOnGap(one::gap), one));
      }
    }

    String room(int i) {
      return stem + i;
    }

    String onTheServer(int i) {
      return "zeal:p:" + room(i);
    }

    void send(String text) {
      for (int i = 0; i < CHANNELS; i++) {
        int room = i;
        Await.until(
            "to publish",
            () -> {
              try {
                return chat.publish(room(room), text) == 1;
              } catch (ZealException e) {
                return false;
              }
            });
        kept.get(i).await(room(i) + "=" + text);
      }
    }

    void awaitActive() {
      Await.until("all active", () -> subscriptions.stream().allMatch(Subscription::isActive));
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void eachChannelIsHeardAtTheNodeThatHoldsItsSlot(String driver) {
    RedisCluster cluster = SharedCluster.get();
    try (Zeal zeal = open(cluster, driver)) {
      Rooms rooms = new Rooms(zeal);
      rooms.send("1");
      for (int i = 0; i < CHANNELS; i++) {
        String name = rooms.onTheServer(i);
        assertThat(cluster.masterOf(name).command("PUBSUB", "SHARDNUMSUB", name))
            .isEqualTo(List.of(name, 1L));
      }
      rooms.subscriptions.getFirst().close();
      Await.until(
          "the first to be left",
          () ->
              cluster
                  .masterOf(rooms.onTheServer(0))
                  .command("PUBSUB", "SHARDNUMSUB", rooms.onTheServer(0))
                  .equals(List.of(rooms.onTheServer(0), 0L)));
      assertThat(rooms.kept).allSatisfy(kept -> assertThat(kept.gaps()).isZero());
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aSubscriptionFollowsItsSlot(String driver) {
    RedisCluster cluster = SharedCluster.get();
    try (Zeal zeal = open(cluster, driver)) {
      Rooms rooms = new Rooms(zeal);
      rooms.send("1");
      int slot = RedisCluster.slot(rooms.onTheServer(7));
      RedisServer source = cluster.masterOf(slot);
      RedisServer target =
          cluster.masters().stream().filter(it -> !it.equals(source)).findFirst().orElseThrow();
      cluster.move(slot, target);
      rooms.kept.get(7).awaitGaps(1);
      rooms.awaitActive();
      rooms.send("2");
      assertThat(rooms.kept.get(7).gaps()).isEqualTo(1);
      assertThat(target.command("PUBSUB", "SHARDNUMSUB", rooms.onTheServer(7)))
          .isEqualTo(List.of(rooms.onTheServer(7), 1L));
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aConnectionThatIsKilledConcernsItsOwnChannelsAlone(String driver) {
    RedisCluster cluster = SharedCluster.get();
    try (Zeal zeal = open(cluster, driver)) {
      Rooms rooms = new Rooms(zeal);
      rooms.send("1");
      RedisServer node = cluster.masterOf(rooms.onTheServer(0));
      node.command("CLIENT", "KILL", "TYPE", "pubsub");
      rooms.kept.getFirst().awaitGaps(1);
      rooms.awaitActive();
      rooms.send("2");
      for (int i = 0; i < CHANNELS; i++) {
        assertThat(rooms.kept.get(i).gaps())
            .isEqualTo(cluster.masterOf(rooms.onTheServer(i)).equals(node) ? 1 : 0);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whereANodeDiesItsChannelsGoToTheOneThatTakesOver(String driver) {
    try (RedisCluster cluster =
            ServerTests.startOrSkip(
                () -> RedisCluster.start(ClusterOptions.defaults().withReplicas(1)));
        Zeal zeal = open(cluster, driver)) {
      Rooms rooms = new Rooms(zeal);
      rooms.send("1");
      cluster.killMasterOf(rooms.onTheServer(0));
      rooms.kept.getFirst().awaitGaps(1);
      rooms.awaitActive();
      rooms.send("2");
    }
  }

  @Test
  void rawChannelsAreNotShardedAndPatternsAreOnlyTheirs() {
    try (Zeal zeal = open(SharedCluster.get(), "jedis")) {
      assertThatExceptionOfType(UnsupportedCapabilityException.class)
          .isThrownBy(() -> zeal.pubSub().subscribePattern("a*", message -> {}))
          .withMessageContaining("zeal.redis.sharded-channels");
      Kept kept = new Kept();
      String stem = UUID.randomUUID().toString();
      zeal.pubSub().raw().subscribePattern(stem + "*", kept);
      zeal.pubSub().raw().publish(stem + "x", "m");
      kept.await(stem + "x=m");
    }
  }

  @Test
  void oneServerHasNoShards() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() ->
            SharedServer.open(
                ZealConfig.builder().set("zeal.redis.sharded-channels", "true"), "jedis"))
        .withMessageContaining("zeal.redis.sharded-channels");
  }
}
