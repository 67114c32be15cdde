package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import io.zeal.verification.servers.SlotMove;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A cluster whose slots move, whose masters die and whose connections break, over each driver. */
class ClusterFaultsTest {

  record Row(@MaxBytes(64) String name, long number) {}

  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static @Nullable RedisCluster started;

  private final List<Zeal> opened = new ArrayList<>();

  private static synchronized RedisCluster cluster() {
    if (started == null) {
      started =
          ServerTests.startOrSkip(
              () -> RedisCluster.start(ClusterOptions.defaults().withReplicas(1).withProxies()));
    }
    return started;
  }

  @AfterAll
  static synchronized void end() {
    if (started != null) {
      started.close();
      started = null;
    }
  }

  @AfterEach
  void closeAndHeal() {
    opened.forEach(Zeal::close);
    cluster().proxies().forEach(proxy -> proxy.pass());
    cluster().nodes().stream().filter(node -> !node.isRunning()).forEach(RedisServer::restart);
    letReplicasTakeOver(true);
    cluster().awaitOk();
  }

  private Zeal open(String driver) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.url", SharedCluster.url(cluster()))
                .set("zeal.redis.driver", driver)
                .set("zeal.redis.buckets", "8")
                .set("zeal.redis.timeout", TIMEOUT.toSeconds() + "s")
                .build());
    opened.add(zeal);
    return zeal;
  }

  private static Store<Row> rows(Zeal zeal, String driver, String test) {
    return zeal.store(test + "-" + driver, Schema.of(Row.class));
  }

  private static String key(String store, int bucket) {
    return "zeal:s:{" + store + ":" + bucket + "}:g";
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void halfMovedSlotServesReadsWritesAndNewRows(String driver) {
    Store<Row> store = rows(open(driver), driver, "half");
    for (int i = 0; i < 200; i++) {
      store.put("k" + i, new Row("n" + i, i));
    }
    int slot = RedisCluster.slot(key("half-" + driver, 3));
    RedisServer source = cluster().masterOf(slot);
    RedisServer target =
        cluster().masters().stream().filter(it -> !it.equals(source)).findFirst().orElseThrow();
    SlotMove move = cluster().beginMove(slot, target);

    // The rows of one bucket without its generation and indexes: every script meets both kinds.
    List<String> keys = move.keysAtSource();
    assertThat(keys).hasSizeGreaterThan(10);
    move.moveKeys(keys.subList(0, keys.size() / 2));
    AtomicLong late = new AtomicLong();
    Thread finisher =
        Thread.startVirtualThread(() -> {
          Await.until("some reads", () -> late.get() >= 20);
          move.finish();
        });
    for (int i = 0; i < 200; i++) {
      assertThat(store.get("k" + i)).contains(new Row("n" + i, i));
      late.incrementAndGet();
    }
    for (int i = 0; i < 200; i++) {
      assertThat(store.increment("k" + i, "number", 1)).isEqualTo(i + 1L);
      store.put("new" + i, new Row("n", i));
    }
    Await.end(finisher);
    assertThat(store.count()).isEqualTo(400);
    assertThat(store.getAll(IntStream.range(0, 200).mapToObj(i -> "k" + i).toList()).values())
        .hasSize(200);
    store.clear();
    assertThat(store.count()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void slotsThatMoveUnderTrafficLoseAndRepeatNothing(String driver) {
    // A master that stands still on a busy machine would be replaced, with what its replica lacks.
    letReplicasTakeOver(false);
    Traffic traffic = new Traffic(open(driver), "traffic-" + driver);
    for (int round = 0; round < 3; round++) {
      for (int bucket = 0; bucket < 8; bucket++) {
        int slot = RedisCluster.slot(key("traffic-" + driver, bucket));
        RedisServer source = cluster().masterOf(slot);
        RedisServer target =
            cluster().masters().stream().filter(it -> !it.equals(source)).findFirst().orElseThrow();
        cluster().move(slot, target);
      }
      traffic.goOnFor(50);
    }
    traffic.end();
    try {
      traffic.verifyWithoutErrors();
    } catch (AssertionError e) {
      e.addSuppressed(new AssertionError(whereKeysAre("zeal:s:{traffic-" + driver + ":*")));
      throw e;
    }
  }

  private static void letReplicasTakeOver(boolean may) {
    cluster()
        .replicas()
        .forEach(node ->
            node.command("CONFIG", "SET", "cluster-replica-no-failover", may ? "no" : "yes"));
  }

  /** How many keys of each bucket and generation each node has, and what it knows of the others. */
  private static String whereKeysAre(String pattern) {
    StringBuilder text = new StringBuilder();
    for (RedisServer node : cluster().nodes()) {
      List<?> keys = (List<?>) node.command("KEYS", pattern);
      text.append(node).append(":\n").append(node.command("CLUSTER", "NODES"));
      keys.stream()
          .map(key -> String.valueOf(key).split(":", -1))
          .collect(
              Collectors.groupingBy(
                  parts -> String.join(":", Arrays.copyOf(parts, Math.min(5, parts.length))),
                  TreeMap::new,
                  Collectors.counting()))
          .forEach((what, count) -> text.append(what).append(' ').append(count).append('\n'));
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void promotedReplicaTakesOverWithinSeconds(String driver) {
    Traffic traffic = new Traffic(open(driver), "promoted-" + driver);
    traffic.goOnFor(100);
    String key = key("promoted-" + driver, 0);
    RedisServer master = cluster().masterOf(key);
    Replication.stopWritesAndCatchUp(master, replicaOf(master));
    cluster().killMasterOf(key);
    traffic.goOnFor(500);
    traffic.quietFor(200);
    traffic.end();
    traffic.verify();
  }

  private static RedisServer replicaOf(RedisServer master) {
    String port = Integer.toString(cluster().port(master));
    return cluster().replicas().stream()
        .filter(replica -> replica.fact("master_port").filter(port::equals).isPresent())
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void writeWhoseReplyIsCutHappensOnce(String driver) {
    Store<Row> store = rows(open(driver), driver, "once");
    for (int i = 0; i < 50; i++) {
      store.put("k" + i, new Row("n", 0));
      // From here on every node knows the script: what is cut is its execution.
      store.increment("k" + i, "number", 0);
    }
    for (int i = 0; i < 50; i++) {
      String key = "k" + i;
      cluster().proxies().forEach(proxy -> proxy.executeThenCut(1, Request.named("EVALSHA")));
      ZealException error = null;
      try {
        store.increment(key, "number", 1);
      } catch (ZealException e) {
        error = e;
      }
      cluster().proxies().forEach(proxy -> proxy.pass());
      assertThat(error).as("the cut call").isNotNull();
      assertThat(error.outcome()).contains(Outcome.UNKNOWN);
      assertThat(store.getLong(key, "number")).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void silentNodeFailsItsOwnCallsAloneAndComesBack(String driver) {
    Store<Row> store = rows(open(driver), driver, "silent");
    List<String> keys = IntStream.range(0, 64).mapToObj(i -> "k" + i).toList();
    keys.forEach(key -> store.put(key, new Row("n", 1)));
    RedisServer node = cluster().masterOf(key("silent-" + driver, 0));
    cluster().proxy(node).blackHole();

    Map<String, Duration> answered = new ConcurrentHashMap<>();
    List<Thread> threads = new ArrayList<>();
    for (int round = 0; round < 2; round++) {
      for (String key : keys) {
        threads.add(
            Thread.startVirtualThread(() -> {
              long begin = System.nanoTime();
              try {
                store.get(key);
                answered.put(key, Duration.ofNanos(System.nanoTime() - begin));
              } catch (ZealException e) {
                answered.remove(key);
              }
            }));
      }
      threads.forEach(Await::end);
    }
    assertThat(answered).hasSizeBetween(1, keys.size() - 1);
    // The second round began with the picture of the cluster in doubt.
    assertThat(answered.values()).allMatch(time -> time.compareTo(TIMEOUT.dividedBy(2)) < 0);

    cluster().proxy(node).pass();
    Await.until("every read to work", () -> everyReadWorks(store, keys));
  }

  @ParameterizedTest
  @ValueSource(strings = {"lettuce", "jedis", "redisson"})
  void replicaOfAMasterThatHangsTakesOver(String driver) {
    Store<Row> store = rows(open(driver), driver, "hangs");
    List<String> keys = IntStream.range(0, 64).mapToObj(i -> "k" + i).toList();
    keys.forEach(key -> store.put(key, new Row("n", 1)));
    RedisServer master = cluster().masterOf(key("hangs-" + driver, 0));
    master.pause();
    try {
      Await.until("every read to work", () -> everyReadWorks(store, keys));
      store.put("after", new Row("n", 2));
    } finally {
      master.resume();
    }
    assertThat(store.get("after")).contains(new Row("n", 2));
  }

  private static boolean everyReadWorks(Store<Row> store, List<String> keys) {
    try {
      return keys.stream().allMatch(key -> store.get(key).isPresent());
    } catch (ZealException e) {
      return false;
    }
  }
}
