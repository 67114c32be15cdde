package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Ack;
import io.zeal.ConsumeOptions;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.MaxBytes;
import io.zeal.PublishOptions;
import io.zeal.ReadOptions;
import io.zeal.ReliablePubSub;
import io.zeal.Schema;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.redis.RedisBackendProvider;
import io.zeal.spi.Announcement;
import io.zeal.spi.Backend;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import io.zeal.verification.servers.SlotMove;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a user has to be allowed, as {@code docs/redis-layout.md} lists it: enough for everything,
 * and nothing in the list for one server is unused.
 */
class SmallestRightsTest {

  record Row(@MaxBytes(16) String name, long number, boolean flag) {}

  /** Called by the backend itself, by its scripts, or by both. */
  private static final Set<String> COMMANDS =
      new TreeSet<>(
          Set.of(
              "client|id",
              "client|unblock",
              "eval",
              "evalsha",
              "exists",
              "get",
              "hget",
              "hincrby",
              "hlen",
              "hmget",
              "hset",
              "incrby",
              "info",
              "persist",
              "pexpire",
              "pexpireat",
              "ping",
              "psubscribe",
              "pttl",
              "publish",
              "punsubscribe",
              "sadd",
              "select",
              "set",
              "sismember",
              "smembers",
              "srem",
              "subscribe",
              "time",
              "unlink",
              "unsubscribe",
              "xack",
              "xadd",
              "xclaim",
              "xdel",
              "xgroup|create",
              "xgroup|createconsumer",
              "xgroup|delconsumer",
              "xgroup|destroy",
              "xgroup|setid",
              "xinfo|consumers",
              "xinfo|groups",
              "xinfo|stream",
              "xlen",
              "xpending",
              "xrange",
              "xreadgroup",
              "xtrim",
              "zadd",
              "zcard",
              "zcount",
              "zrange",
              "zrem",
              "zscore"));

  private static final String PASSWORD = "pw-of-the-application";

  private static final String LOGIN = "application:" + PASSWORD + "@";

  private static String[] rules(Set<String> commands) {
    return Stream.concat(
            Stream.of(
                "on",
                ">" + PASSWORD,
                "resetkeys",
                "~zeal:*",
                "~own:*",
                "resetchannels",
                "&zeal:p:*",
                "-@all"),
            commands.stream().map(command -> "+" + command))
        .toArray(String[]::new);
  }

  private static RedisServer start() {
    return ServerTests.startOrSkip(
        () -> RedisServer.start(RedisOptions.defaults().withUser("application", rules(COMMANDS))));
  }

  private static Zeal open(String url, String driver) {
    return Zeal.open(
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.url", url)
            .set("zeal.doctor.at-start", "off")
            .build());
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void theRightsInTheListAreEnoughAndEachIsNeeded(String driver) {
    try (RedisServer server = start()) {
      assertThat(server.command("CONFIG", "RESETSTAT")).isEqualTo("OK");
      try (Zeal zeal = open("redis://" + LOGIN + server.address() + "/1", driver)) {
        useStores(zeal);
        useCounters(zeal);
        useScripts(zeal);
        useChannels(zeal, server);
        useStreams(zeal);
        Await.until("cleared rows to be swept", () -> isSwept(server));
      }

      Set<String> called = called(server); // before any look, which tries commands
      assertThat(called).containsAll(COMMANDS);
      // AUTH needs no right; the others are the test's own.
      assertThat(COMMANDS)
          .containsAll(
              minus(
                  called, "auth", "config|resetstat", "keys", "pubsub|channels", "pubsub|numpat"));
    }
  }

  @Test
  void announcedWritesAskForNoMore() {
    List<String> reports = new CopyOnWriteArrayList<>();
    try (RedisServer server = start();
        Backend backend =
            new RedisBackendProvider()
                .open(
                    new BackendAlone(
                        Map.of(
                            "zeal.redis.driver",
                            "jedis",
                            "zeal.redis.url",
                            "redis://" + LOGIN + server.address())))) {
      Rows<Row> rows =
          backend.rows(
              new StoreSpec<>(
                  "told",
                  Schema.of(Row.class),
                  StoreOptions.defaults(),
                  (bucket, kind, keys) -> new Noted(reports)));
      Condition<Row> always = new Condition.Always<>();
      Row row = new Row("n", 1, true);
      rows.write(new Write.Put<>("a", row, 0, always));
      rows.write(new Write.Add<>("a", 1, 1, always));
      rows.writeAll(
          List.of(new Write.Put<>("b", row, 5, always), new Write.Put<>("c", row, 5, always)));
      rows.announce(new Noted(reports));
      rows.write(new Write.Remove<>("a", always));
      rows.clear();
    }
    assertThat(reports).containsExactly("1", "2", "3", "3", "4", "5");
  }

  /** Notes the number, or what came instead. */
  private record Noted(List<String> reports) implements Announcement {

    @Override
    public String channel() {
      return "changes";
    }

    @Override
    public byte[] frame() {
      return new byte[] {1, 2, 3};
    }

    @Override
    public void published(Sequence sequence) {
      reports.add(Long.toString(sequence.number()));
    }

    @Override
    public void skipped() {
      reports.add("skipped");
    }

    @Override
    public void failed(ZealException error) {
      reports.add(error.toString());
    }
  }

  @Test
  void aClusterAsksForTwoMore() {
    Set<String> commands = new TreeSet<>(COMMANDS);
    commands.remove("select");
    commands.addAll(List.of("asking", "cluster|slots"));
    RedisOptions nodes = RedisOptions.defaults().withUser("application", rules(commands));
    try (RedisCluster cluster =
            ServerTests.startOrSkip(
                () -> RedisCluster.start(ClusterOptions.defaults().withNodes(nodes)));
        Zeal zeal = open(SharedCluster.url(cluster).replace("://", "://" + LOGIN), "jedis")) {
      useStores(zeal);
      useStreams(zeal);
      Store<Row> store = zeal.store("moving", Schema.of(Row.class));
      for (int i = 0; i < 500; i++) {
        store.put("k" + i, new Row("n", i, true));
      }
      int slot = RedisCluster.slot("zeal:s:{moving:0}:g");
      SlotMove move = cluster.beginMove(slot, otherThan(cluster.masterOf(slot), cluster));
      move.moveKeys(move.keysAtSource());
      for (int i = 0; i < 500; i++) {
        assertThat(store.get("k" + i)).contains(new Row("n", i, true));
      }
      move.finish();
    }
  }

  @Test
  void shardedChannelsHaveCommandsOfTheirOwn() {
    Set<String> commands = new TreeSet<>(COMMANDS);
    commands.removeAll(
        List.of("select", "subscribe", "psubscribe", "unsubscribe", "punsubscribe", "publish"));
    commands.addAll(List.of("asking", "cluster|slots", "spublish", "ssubscribe", "sunsubscribe"));
    RedisOptions nodes = RedisOptions.defaults().withUser("application", rules(commands));
    try (RedisCluster cluster =
            ServerTests.startOrSkip(
                () -> RedisCluster.start(ClusterOptions.defaults().withNodes(nodes)));
        Zeal zeal =
            Zeal.open(
                ZealConfig.builder()
                    .set("zeal.backend", "redis")
                    .set("zeal.redis.driver", "jedis")
                    .set("zeal.redis.url", SharedCluster.url(cluster).replace("://", "://" + LOGIN))
                    .set("zeal.redis.sharded-channels", "true")
                    .build())) {
      Kept kept = new Kept();
      try (Subscription _ = zeal.pubSub().subscribe("room", kept)) {
        zeal.pubSub().publish("room", "m");
        kept.await("room=m");
      }
      Await.until(
          "the room to be left",
          () ->
              cluster.masters().stream()
                  .allMatch(node -> node.command("PUBSUB", "SHARDCHANNELS").equals(List.of())));
    }
  }

  @Test
  void withoutCommandsAboutClientsAConsumerEndsItsWaitByItself() {
    Set<String> commands = new TreeSet<>(COMMANDS);
    commands.removeAll(List.of("client|id", "client|unblock"));
    RedisOptions options = RedisOptions.defaults().withUser("application", rules(commands));
    try (RedisServer server = ServerTests.startOrSkip(() -> RedisServer.start(options));
        Zeal zeal = open("redis://" + LOGIN + server.address(), "jedis")) {
      ReliablePubSub messages = zeal.reliablePubSub();
      for (int i = 1; i <= 10; i++) {
        try (Subscription _ = messages.consume("stream", "group", one -> Ack.done())) {
          messages.publish("stream", new byte[1]);
          Await.until(
              "it to be done", () -> stat(messages, "lag") + stat(messages, "pending") == 0);
        }
      }
      assertThat(server.command("EXISTS", "zeal:m:{stream}:g:group:c")).isEqualTo(0L);
    }
  }

  private static RedisServer otherThan(RedisServer node, RedisCluster cluster) {
    return cluster.masters().stream().filter(it -> !it.equals(node)).findFirst().orElseThrow();
  }

  private static void useStores(Zeal zeal) {
    Store<Row> store = zeal.store("rows", Schema.of(Row.class));
    Row row = new Row("n", 1, true);
    store.put("a", row);
    store.put("a", row, Duration.ofHours(1));
    store.put("a", row);
    assertThat(store.putIfAbsent("b", row)).isTrue();
    store.putAll(Map.of("c", row, "d", row)).orThrow();
    assertThat(store.increment("a", "number", 1)).isEqualTo(2);
    assertThat(store.increment("new", "number", 1)).isEqualTo(1);
    assertThat(store.get("a")).isPresent();
    assertThat(store.getLong("a", "number")).hasValue(2);
    assertThat(store.contains("a")).isTrue();
    assertThat(store.getAll(List.of("a", "b")).orThrow()).hasSize(2);
    store.put("brief", row, Duration.ofHours(1));
    assertThat(store.read("brief", ReadOptions.defaults())).isPresent();
    store.put("due", row, Duration.ofMillis(1));
    assertThat(store.page("", 10)).isNotEmpty();
    assertThat(store.remove("b")).isTrue();
    Await.until("the brief row to be gone", () -> store.count() == 5);
    store.clear();
    assertThat(store.count()).isZero();
  }

  private static void useCounters(Zeal zeal) {
    Counter plain = zeal.counter("plain");
    assertThat(plain.increment()).isEqualTo(1);
    assertThat(plain.get()).isEqualTo(1);
    plain.set(5);
    assertThat(plain.compareAndSet(5, 6)).isTrue();
    plain.reset();
    Counter window =
        zeal.counter("window", CounterOptions.defaults().expiringAfter(Duration.ofHours(1)));
    assertThat(window.increment()).isEqualTo(1);
  }

  /** The right to a channel is that to a pattern of the same text, and to no other pattern. */
  private static void useChannels(Zeal zeal, RedisServer server) {
    Kept kept = new Kept();
    try (Subscription _ = zeal.pubSub().subscribe("room", kept);
        Subscription _ = zeal.pubSub().subscribePattern("*", kept)) {
      zeal.pubSub().publish("room", "m");
      Await.until("both", () -> kept.texts().size() == 2);
    }
    Await.until(
        "both to be left",
        () ->
            server.command("PUBSUB", "CHANNELS").equals(List.of())
                && server.command("PUBSUB", "NUMPAT").equals(0L));
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> zeal.pubSub().subscribePattern("r*", kept))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION));
  }

  private static void useStreams(Zeal zeal) {
    ReliablePubSub messages = zeal.reliablePubSub();
    ConsumeOptions options =
        ConsumeOptions.defaults().withRetryDelay(Duration.ZERO).withMaxDeliveries(2);
    PublishOptions cut = PublishOptions.defaults().withMaxMessages(1, PublishOptions.Trim.ANY);
    Subscription first = messages.consume("stream", "group", options, one -> Ack.done());
    messages.publish("stream", new byte[1], cut.withPublisherId("p"));
    Await.until("it to be done", () -> stat(messages, "lag") + stat(messages, "pending") == 0);
    first.close();
    for (int i = 0; i < 300; i++) {
      messages.publish("stream", new byte[100], cut);
    }
    try (Subscription _ =
        messages.consume(
            "stream",
            "group",
            options,
            one -> {
              throw new IllegalStateException("expected by the test");
            })) {
      Await.until("a letter", () -> stat(messages, "deadLetters") > 0);
    }
    String id = messages.deadLetters("stream", "group", "", 1).getFirst().id();
    assertThat(messages.removeDeadLetter("stream", "group", id)).isTrue();
    assertThat(messages.removeGroup("stream", "group")).isTrue();
  }

  private static long stat(ReliablePubSub messages, String name) {
    return messages.stats("stream", "group").numbers().getOrDefault(name, -1L);
  }

  private static void useScripts(Zeal zeal) {
    assertThat(
            zeal.scripts()
                .run(
                    Script.of("return redis.call('INCRBY', KEYS[1], 2)"),
                    List.of("own:number"),
                    List.of()))
        .isEqualTo(new Scripts.Reply.LongValue(2));
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() ->
            zeal.scripts()
                .run(
                    Script.of("return redis.call('INCRBY', KEYS[1], 2)"),
                    List.of("foreign"),
                    List.of()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION));
  }

  private static boolean isSwept(RedisServer server) {
    try (var connection = server.connect()) {
      assertThat(connection.command("SELECT", "1")).isEqualTo("OK");
      return String.valueOf(connection.command("KEYS", "zeal:s:*:[mt]")).equals("[]");
    }
  }

  private static Set<String> minus(Set<String> called, String... names) {
    Set<String> left = new TreeSet<>(called);
    Stream.of(names).forEach(left::remove);
    return left;
  }

  /** Those that ran: one that is refused has a line of zero calls. */
  private static Set<String> called(RedisServer server) {
    Set<String> names = new TreeSet<>();
    Matcher line =
        Pattern.compile("cmdstat_([^:]+):calls=[1-9]")
            .matcher(String.valueOf(server.command("INFO", "commandstats")));
    while (line.find()) {
      names.add(line.group(1));
    }
    return names;
  }
}
