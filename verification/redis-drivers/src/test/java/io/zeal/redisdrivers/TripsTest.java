package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Counter;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * That what belongs to one call travels together (S12.9, C10.7): all of it is on its way before the
 * first reply, because the servers stand still until then, and nothing follows.
 */
class TripsTest {

  record Row(@MaxBytes(16) String name, long number) {}

  private static final int KEYS = 400;

  private static Zeal open(String url, String driver) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.url", url)
            .set("zeal.redis.buckets", "8")
            .set("zeal.redis.timeout", "30s")
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aCallIsOneTripToOneServer(String driver) {
    try (RedisServer server = ServerTests.startOrSkip(RedisServer::start);
        FaultProxy proxy = FaultProxy.start(server.port());
        Zeal zeal = open("redis://" + proxy.address(), driver)) {
      verifyTrips(zeal, List.of(server), List.of(proxy));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void aCallIsOneTripToEachServerOfACluster(String driver) {
    try (RedisCluster cluster =
        ServerTests.startOrSkip(
            () -> RedisCluster.start(ClusterOptions.defaults().withProxies()))) {
      // Nodes that stand still for a moment are no failed ones.
      cluster
          .nodes()
          .forEach(node ->
              assertThat(node.command("CONFIG", "SET", "cluster-node-timeout", "60000"))
                  .isEqualTo("OK"));
      try (Zeal zeal = open(SharedCluster.url(cluster), driver)) {
        verifyTrips(zeal, cluster.nodes(), cluster.proxies());
      }
    }
  }

  private static void verifyTrips(Zeal zeal, List<RedisServer> servers, List<FaultProxy> proxies) {
    Store<Row> store = zeal.store("rows", Schema.of(Row.class));
    Map<String, Row> rows = new HashMap<>();
    IntStream.range(0, KEYS).forEach(i -> rows.put("k" + i, new Row("n", i)));
    List<Counter> counters = IntStream.range(0, KEYS).mapToObj(i -> zeal.counter("c" + i)).toList();
    Map<Counter, Long> deltas =
        counters.stream().collect(Collectors.toMap(counter -> counter, counter -> 1L));
    // Connections are there, servers know the scripts and the backend the generations.
    for (int i = 0; i < 2; i++) {
      store.putAll(rows).orThrow();
      store.getAll(rows.keySet()).orThrow();
      store.removeAll(rows.keySet()).orThrow();
      zeal.addAll(deltas).orThrow();
      var _ = store.count();
    }
    store.putAll(rows).orThrow();

    verifyOneTrip(servers, proxies, () -> store.getAll(rows.keySet()).orThrow());
    verifyOneTrip(servers, proxies, () -> store.putAll(rows).orThrow());
    verifyOneTrip(servers, proxies, store::count);
    verifyOneTrip(servers, proxies, () -> store.removeAll(rows.keySet()).orThrow());
    verifyOneTrip(servers, proxies, () -> zeal.addAll(deltas).orThrow());
    verifyOneTrip(servers, proxies, () -> zeal.getAll(counters).orThrow());
  }

  private static void verifyOneTrip(
      List<RedisServer> servers, List<FaultProxy> proxies, Runnable call) {
    proxies.forEach(FaultProxy::forget);
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Thread caller;
    List<Integer> beforeAnyReply;
    servers.forEach(RedisServer::pause);
    try {
      caller =
          Thread.startVirtualThread(() -> {
            try {
              call.run();
            } catch (Throwable e) {
              failure.set(e);
            }
          });
      beforeAnyReply = awaitSilence(proxies);
    } finally {
      servers.forEach(RedisServer::resume);
    }
    Await.end(caller);
    assertThat(failure).hasNullValue();
    assertThat(beforeAnyReply).allMatch(commands -> commands > 0);
    assertThat(counts(proxies)).isEqualTo(beforeAnyReply);
  }

  /** How much was sent to each, once nothing more has come for a while. */
  private static List<Integer> awaitSilence(List<FaultProxy> proxies) {
    AtomicReference<List<Integer>> last = new AtomicReference<>(List.of());
    long[] since = {System.nanoTime()};
    Await.until(
        "everything to be sent",
        () -> {
          List<Integer> now = counts(proxies);
          if (!now.equals(last.get())) {
            last.set(now);
            since[0] = System.nanoTime();
          }
          return now.stream().allMatch(commands -> commands > 0)
              && System.nanoTime() - since[0] > 300_000_000;
        });
    return last.get();
  }

  private static List<Integer> counts(List<FaultProxy> proxies) {
    return proxies.stream().map(proxy -> proxy.forwarded().size()).toList();
  }
}
