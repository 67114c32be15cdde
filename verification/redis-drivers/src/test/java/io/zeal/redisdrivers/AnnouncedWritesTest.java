package io.zeal.redisdrivers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.StoreOptions;
import io.zeal.SubscribeOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealException;
import io.zeal.redis.RedisBackendProvider;
import io.zeal.spi.Announcement;
import io.zeal.spi.Announcer;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.Sequence;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisConnection;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import io.zeal.verification.servers.SlotMove;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the kit cannot bring about: servers that lose counts, users with few rights, no memory. The
 * driver does not matter.
 */
class AnnouncedWritesTest {

  record Row(@MaxBytes(1000) String text, long number) {}

  private static final Schema<Row> SCHEMA = Schema.of(Row.class);
  private static final Row ROW = new Row("n", 1);
  private static final Condition<Row> ALWAYS = new Condition.Always<>();

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final List<Object> reports = new CopyOnWriteArrayList<>();
  private final List<Kind> asked = new CopyOnWriteArrayList<>();
  private String name = "rows-" + UUID.randomUUID();

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private RedisServer start(RedisOptions options) {
    RedisServer server = ServerTests.startOrSkip(() -> RedisServer.start(options));
    opened.add(server);
    return server;
  }

  private Backend open(String url, String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("zeal.redis.driver", "jedis");
    all.put("zeal.redis.url", url);
    all.put("zeal.redis.timeout", "10s"); // so that a busy machine fails no test
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    Backend backend = new RedisBackendProvider().open(new BackendAlone(all));
    opened.add(backend);
    return backend;
  }

  private Backend shared() {
    return open("redis://" + SharedServer.get().address());
  }

  private final Announcer announcer =
      (bucket, kind, keys) -> {
        asked.add(kind);
        return announcement(kind + " " + keys);
      };

  private Announcement announcement(String frame) {
    return new Announcement() {
      @Override
      public String channel() {
        return name;
      }

      @Override
      public byte[] frame() {
        return frame.getBytes(StandardCharsets.UTF_8);
      }

      @Override
      public void published(Sequence sequence) {
        reports.add(sequence);
      }

      @Override
      public void skipped() {
        reports.add("skipped");
      }

      @Override
      public void failed(ZealException error) {
        reports.add(error);
      }
    };
  }

  private Rows<Row> rows(Backend backend) {
    return backend.rows(spec(backend).withAnnouncer(announcer));
  }

  private StoreSpec<Row> spec(Backend backend) {
    StoreOptions options = StoreOptions.defaults();
    return new StoreSpec<>(
        name,
        SCHEMA,
        backend.info().can(Capability.EXACT_COUNT)
            ? options
            : options.accepting(Capability.EXACT_COUNT),
        null);
  }

  private void listen(Backend backend) {
    var _ =
        backend
            .messaging()
            .pubSub()
            .subscribe(
                name,
                SubscribeOptions.defaults(),
                message ->
                    heard.add(
                        new String(Sequence.frame(message.payload()), StandardCharsets.UTF_8)
                            + " "
                            + Sequence.read(message.payload())));
  }

  private static Write<Row> put(String key) {
    return new Write.Put<>(key, ROW, 0, ALWAYS);
  }

  private Sequence last() {
    assertThat(reports.getLast()).isInstanceOf(Sequence.class);
    return (Sequence) reports.getLast();
  }

  private String count() {
    return "zeal:s:{" + name + ":0}:n";
  }

  @Test
  void aCountThatIsLostBeginsAnewUnderAnotherEpoch() {
    Rows<Row> rows = rows(shared());
    rows.write(put("k"));
    rows.write(put("k"));
    Sequence before = last();
    assertThat(before.number()).isEqualTo(2);

    SharedServer.get().command("DEL", count());
    rows.write(put("k"));
    assertThat(last().number()).isEqualTo(1);
    assertThat(last().epoch()).isNotEqualTo(before.epoch());

    SharedServer.get().command("DEL", count());
    rows.announce(announcement("current"));
    Sequence made = last();
    assertThat(made.number()).isZero();
    rows.write(put("k"));
    assertThat(last()).isEqualTo(new Sequence(0, made.epoch(), 1));
  }

  @Test
  void anEpochIsNeverThatOfBefore() {
    Rows<Row> rows = rows(shared());
    List<Long> epochs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      rows.write(put("k"));
      epochs.add(last().epoch());
      SharedServer.get().command("DEL", count());
    }
    assertThat(epochs).doesNotHaveDuplicates();
  }

  /** What a replica that was behind has when it takes over. */
  @Test
  void aCountThatWentBackGoesOnFromThereUnderItsEpoch() {
    Rows<Row> rows = rows(shared());
    rows.write(put("k"));
    Sequence first = last();
    SharedServer.get().command("COPY", count(), count() + ":copy");
    rows.write(put("k"));
    rows.write(put("k"));
    SharedServer.get().command("RENAME", count() + ":copy", count());

    rows.write(put("k"));
    assertThat(last()).isEqualTo(new Sequence(0, first.epoch(), 2));
  }

  @Test
  void aNumberThatLuaCouldNotHoldIsNeverReached() {
    Rows<Row> rows = rows(shared());
    rows.write(put("k"));
    long epoch = last().epoch();
    String near = "struct.pack('>I8', 9007199254740990)";
    setNumber(near);
    rows.write(put("k"));
    assertThat(last()).isEqualTo(new Sequence(0, epoch, 9007199254740991L));
    rows.announce(announcement("current"));
    assertThat(last()).isEqualTo(new Sequence(0, epoch, 9007199254740991L));

    rows.write(put("k"));
    assertThat(last().number()).isEqualTo(1);
    assertThat(last().epoch()).isNotEqualTo(epoch);
  }

  private void setNumber(String bytes) {
    SharedServer.get()
        .command(
            "EVAL", "redis.call('SETRANGE', KEYS[1], 8, " + bytes + ") return 1", "1", count());
  }

  @Test
  void aCountThatIsNoneIsMadeAnewAndOneOfAForeignTypeRefusesTheChange() {
    Rows<Row> rows = rows(shared());
    SharedServer.get().command("SET", count(), "something");
    rows.write(put("k"));
    assertThat(last().number()).isEqualTo(1);

    SharedServer.get().command("SET", count(), "16 foreign bytes");
    rows.announce(announcement("current"));
    assertThat(last().number()).isZero();

    SharedServer.get().command("DEL", count());
    SharedServer.get().command("LPUSH", count(), "something");
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> rows.write(put("new")))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_TYPE));
    assertThat(rows.get("new")).isEmpty();
    SharedServer.get().command("DEL", count());
  }

  /** Bytes of a count that nobody counts on from: of another length, or beyond Lua's numbers. */
  static List<String> damages() {
    return List.of(
        "''",
        "'\\0'",
        "string.rep('\\0', 15)",
        "string.rep('\\0', 17)",
        "'epoch 08' .. struct.pack('>I8', 9007199254740994)",
        "'epoch 08' .. string.rep('\\255', 8)",
        "'epoch 08' .. '\\128' .. string.rep('\\0', 7)");
  }

  @ParameterizedTest
  @MethodSource("damages")
  void aDamagedCountBeginsAnewUnderAnotherEpochWhoeverMeetsIt(String bytes) {
    Backend backend = shared();
    Rows<Row> rows = rows(backend);
    Script script = Script.of("return redis.call('DEL', KEYS[1])").touching(name);
    List<String> keys = List.of("zeal:s:{" + name + ":0}:any");
    Map<Runnable, Long> steps = new LinkedHashMap<>();
    steps.put(() -> rows.write(put("k")), 1L);
    steps.put(() -> backend.scripts().run(script, keys, List.of()), 1L);
    steps.put(() -> rows.announce(announcement("current")), 0L);
    Set<Long> epochs = new HashSet<>();
    steps.forEach((step, number) -> {
      String damage = "redis.call('SET', KEYS[1], " + bytes + ") return 1";
      SharedServer.get().command("EVAL", damage, "1", count());
      step.run();
      assertThat(last().number()).isEqualTo(number);
      assertThat(epochs.add(last().epoch())).as("the epoch is another").isTrue();
      assertThat(SharedServer.get().command("STRLEN", count())).isEqualTo(16L);
      long epoch = last().epoch();
      rows.write(put("k"));
      assertThat(last()).isEqualTo(new Sequence(0, epoch, number + 1));
    });
    assertThat(epochs).doesNotContain(ByteBuffer.wrap("epoch 08".getBytes(US_ASCII)).getLong(), 0L);
  }

  @Test
  void sweepingLeavesTheCount() {
    Backend backend = shared();
    Rows<Row> rows = rows(backend);
    rows.write(put("k"));
    rows.clear();
    Sequence cleared = last();
    assertThat(cleared.number()).isEqualTo(2);
    Await.until(
        "the cleared row to be swept",
        () -> backend.stats().numbers().getOrDefault("rowsSwept", 0L) > 0);
    assertThat(SharedServer.get().command("TTL", count())).as("no end").isEqualTo(-1L);
    rows.write(put("k"));
    assertThat(last()).isEqualTo(new Sequence(0, cleared.epoch(), 3));
  }

  /** What is sent again because somebody had cleared meanwhile is the same step. */
  @Test
  void aStepThatMeetsAnotherGenerationIsAskedForAndReportedOnce() {
    Backend backend = shared();
    Rows<Row> rows = rows(backend);
    listen(backend);
    rows.write(put("k"));
    Rows<Row> other = shared().rows(spec(backend));
    other.clear();
    other.write(put("k"));

    rows.write(new Write.Remove<>("k", ALWAYS));
    other.clear();
    List<Write<Row>> many = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      many.add(put("k" + i));
    }
    assertThat(rows.writeAll(many)).containsOnly(WriteResult.APPLIED);

    assertThat(asked).containsExactly(Kind.PUT, Kind.REMOVE, Kind.BULK, Kind.BULK);
    assertThat(reports.stream().map(report -> ((Sequence) report).number()))
        .containsExactly(1L, 2L, 3L, 4L);
    Await.until("four messages instead of " + heard, () -> heard.size() == 4);
  }

  @Test
  void oneServerHasOneMessageForAllBuckets() {
    Backend backend = open("redis://" + SharedServer.get().address(), "zeal.redis.buckets", "20");
    Rows<Row> rows = rows(backend);
    listen(backend);
    rows.announce(announcement("current"));
    rows.announce(announcement("again"));

    Await.until("the second message", () -> heard.stream().anyMatch(it -> it.startsWith("again")));
    assertThat(heard).hasSize(2);
    assertThat(reports).hasSize(40);
  }

  @Test
  void currentSequencesOfWhichSomeCannotBeHadAreReportedAsFailedAlone() {
    Backend backend = open(SharedCluster.url(SharedCluster.get()));
    Rows<Row> rows = rows(backend);
    String key = keyIn(rows, 0);
    rows.write(put(key));
    Object written = reports.getLast();
    RedisServer owner = SharedCluster.get().masterOf(RedisCluster.slot(count()));
    owner.command("DEL", count());
    owner.command("LPUSH", count(), "something");

    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> rows.announce(announcement("current")))
        .satisfies(e -> assertThat(reports).containsExactly(written, e));
    owner.command("DEL", count());
  }

  @Test
  void aBucketThatMovesToAnotherNodeGoesOnCounting() {
    RedisCluster cluster = ServerTests.startOrSkip(RedisCluster::start);
    opened.add(cluster);
    Backend backend = open(SharedCluster.url(cluster));
    Rows<Row> rows = rows(backend);
    String key = keyIn(rows, 0);
    rows.write(put(key));
    Sequence first = last();
    int slot = RedisCluster.slot(count());
    RedisServer from = cluster.masterOf(slot);
    RedisServer to =
        cluster.masters().stream().filter(node -> !node.equals(from)).findFirst().orElseThrow();

    SlotMove move = cluster.beginMove(slot, to);
    move.moveKeys(move.keysAtSource());
    rows.announce(announcement("current"));
    assertThat(reports.stream().filter(first::equals)).as("before and while it moves").hasSize(2);
    move.finish();
    rows.write(put(key));
    assertThat(last()).isEqualTo(new Sequence(0, first.epoch(), 2));
  }

  /** No script about both their counts would be executed then: some of its keys are not there. */
  @Test
  void bucketsOfOneSlotAreAnnouncedWhileItMoves() {
    RedisCluster cluster = ServerTests.startOrSkip(RedisCluster::start);
    opened.add(cluster);
    name = nameWhoseFirstBucketSharesItsSlot();
    Backend backend = open(SharedCluster.url(cluster));
    Rows<Row> rows = rows(backend);
    rows.write(put(keyIn(rows, 0)));
    Sequence first = last();
    int slot = RedisCluster.slot(count());
    RedisServer from = cluster.masterOf(slot);
    RedisServer to =
        cluster.masters().stream().filter(node -> !node.equals(from)).findFirst().orElseThrow();

    SlotMove move = cluster.beginMove(slot, to);
    move.moveKeys(move.keysAtSource());
    rows.announce(announcement("current"));
    assertThat(reports.stream().filter(first::equals)).as("before and while it moves").hasSize(2);
    assertThat(reports).as("a write and every bucket").hasSize(1 + rows.buckets());
  }

  private static String nameWhoseFirstBucketSharesItsSlot() {
    for (int i = 0; ; i++) {
      String some = "rows" + i;
      int first = RedisCluster.slot("{" + some + ":0}");
      if (IntStream.range(1, 64)
          .anyMatch(b -> RedisCluster.slot("{" + some + ":" + b + "}") == first)) {
        return some;
      }
    }
  }

  private static String keyIn(Rows<Row> rows, int bucket) {
    for (int i = 0; ; i++) {
      if (rows.bucketOf("k" + i) == bucket) {
        return "k" + i;
      }
    }
  }

  @Test
  void shardedChannelsDoNotCarryAnnouncements() {
    Backend backend =
        open(SharedCluster.url(SharedCluster.get()), "zeal.redis.sharded-channels", "true");
    assertThat(backend.info().can(Capability.ANNOUNCE)).isFalse();
    assertThatExceptionOfType(UnsupportedCapabilityException.class)
        .isThrownBy(() -> rows(backend))
        .withMessageContainingAll(name, "zeal.redis.sharded-channels=false");
    Rows<Row> plain = backend.rows(spec(backend));
    assertThatExceptionOfType(UnsupportedCapabilityException.class)
        .isThrownBy(() -> plain.announce(announcement("current")));
  }

  @Test
  void whoMayNotPublishChangesNothing() {
    RedisServer server =
        start(
            RedisOptions.defaults()
                .withUser("mute", "on", ">pw", "~*", "resetchannels", "+@all")
                .withUser("silent", "on", ">pw", "~*", "&*", "+@all", "-publish"));
    for (String user : List.of("mute", "silent")) {
      Backend backend = open("redis://" + user + ":pw@" + server.address());
      Rows<Row> plain = backend.rows(spec(backend));
      plain.write(put("there"));
      Rows<Row> rows = rows(backend);
      reports.clear();

      for (Write<Row> write :
          List.of(
              put("k"),
              new Write.Remove<>("there", ALWAYS),
              new Write.Add<>("there", 1, 1, ALWAYS))) {
        assertRefused(catchThrowable(() -> rows.write(write)));
      }
      assertThat(rows.writeAll(List.of(put("a"), put("b"))))
          .allSatisfy(result -> assertRefused(((WriteResult.Failed) result).error()));
      assertRefused(catchThrowable(rows::clear));
      assertThat(plain.get("there")).contains(ROW);
      assertThat(plain.count()).isEqualTo(1);
      assertThat(reports).hasSize(5).allMatch(ServerRefusedException.class::isInstance);

      Script script = Script.of("return redis.call('DEL', KEYS[1])").touching(name);
      String key = String.valueOf(server.command("KEYS", "*:r:there")).replaceAll("[\\[\\]]", "");
      assertRefused(catchThrowable(() -> backend.scripts().run(script, List.of(key), List.of())));
      assertThat(plain.get("there")).contains(ROW);
      assertRefused(catchThrowable(() -> rows.announce(announcement("current"))));
      plain.clear();
    }
  }

  @Test
  void whoMayNotSetTheCountIsToldOfThatRight() {
    RedisServer server =
        start(RedisOptions.defaults().withUser("unset", "on", ">pw", "~*", "&*", "+@all", "-set"));
    Rows<Row> rows = rows(open("redis://unset:pw@" + server.address()));
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> rows.write(put("k")))
        .withMessageContaining("no permissions to set the count " + count())
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION))
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
    assertThat(rows.get("k")).isEmpty();
  }

  /** Who gets these words from his own script did change something. */
  @Test
  void whatAScriptSaysOfRightsIsNoRefusalOfItsAnnouncement() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address());
    Rows<Row> rows = rows(backend);
    rows.write(put("k"));
    String words = "NOPERM this user has no permissions to publish on " + name;
    Script script =
        Script.of("redis.call('DEL', KEYS[1]) return redis.error_reply(ARGV[1])").touching(name);
    List<String> keys = List.of(keyOf(server, "k"));
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> backend.scripts().run(script, keys, List.of(words)))
        .withMessageContainingAll(words, "What it changed before that stays")
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN))
        .satisfies(e -> assertThat(reports.getLast()).isSameAs(e));
    assertThat(rows.get("k")).isEmpty();
  }

  private static void assertRefused(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOf(ServerRefusedException.class)
        .hasMessageContainingAll("permissions to publish on zeal:p:rows-", "+publish");
    assertThat(((ServerRefusedException) thrown).reason()).isEqualTo(Reason.PERMISSION);
    assertThat(((ServerRefusedException) thrown).outcome()).contains(Outcome.NOT_SENT);
  }

  @Test
  void withoutMemoryNothingIsAnnouncedAndARemovalStillIs() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address());
    listen(backend);
    Rows<Row> rows = rows(backend);
    rows.write(put("k"));
    rows.write(put("other"));
    server.command("CONFIG", "SET", "maxmemory", "1");

    assertThatExceptionOfType(CapacityException.class)
        .isThrownBy(() -> rows.write(put("k")))
        .satisfies(e -> assertThat(reports.getLast()).isSameAs(e));
    assertThat(rows.writeAll(List.of(put("a"), put("b"))))
        .hasOnlyElementsOfType(WriteResult.Failed.class);
    assertThat(reports.getLast()).isInstanceOf(CapacityException.class);

    Script reads = Script.of("return redis.call('EXISTS', KEYS[1])").touching(name);
    String key = String.valueOf(server.command("KEYS", "*:r:other")).replaceAll("[\\[\\]]", "");
    assertThat(backend.scripts().run(reads, List.of(key), List.of()))
        .as("a script that does not write needs no memory")
        .isEqualTo(new Scripts.Reply.LongValue(1));
    assertThat(reports.getLast()).isEqualTo("skipped");

    assertThat(rows.write(new Write.Remove<>("k", ALWAYS))).isEqualTo(WriteResult.APPLIED);
    assertThat(last().number()).isEqualTo(3);
    Await.until("three messages instead of " + heard, () -> heard.size() == 3);
  }

  /** Why a server takes no writes, and what makes it take them again. */
  enum Refusal {
    NOREPLICAS {
      @Override
      void begin(RedisServer server, Path directory) {
        server.command("CONFIG", "SET", "min-replicas-to-write", "1");
      }

      @Override
      void end(RedisServer server) {
        server.command("CONFIG", "SET", "min-replicas-to-write", "0");
      }
    },
    OOM {
      @Override
      void begin(RedisServer server, Path directory) {
        server.command("CONFIG", "SET", "maxmemory", "1");
      }

      @Override
      void end(RedisServer server) {
        server.command("CONFIG", "SET", "maxmemory", "0");
      }
    },
    READONLY {
      @Override
      void begin(RedisServer server, Path directory) {
        server.command("REPLICAOF", "127.0.0.1", "1");
      }

      @Override
      void end(RedisServer server) {
        server.command("REPLICAOF", "NO", "ONE");
      }
    },
    MISCONF {
      @Override
      void begin(RedisServer server, Path directory) throws IOException {
        Path gone = Files.createTempDirectory(directory, "gone");
        server.command("CONFIG", "SET", "dir", gone.toString());
        Files.delete(gone);
        server.command("CONFIG", "SET", "save", "3600 1");
        server.command("BGSAVE");
        Await.until(
            "a snapshot that fails",
            () -> server.fact("rdb_last_bgsave_status").equals(Optional.of("err")));
      }

      @Override
      void end(RedisServer server) {
        server.command("CONFIG", "SET", "save", "");
      }
    };

    abstract void begin(RedisServer server, Path directory) throws IOException;

    abstract void end(RedisServer server);
  }

  /** A count that the server did not store is no number of anything. */
  @ParameterizedTest
  @EnumSource(Refusal.class)
  void aScriptWhoseCountIsRefusedWroteNothingAndIsNotAnnounced(
      Refusal refusal, @TempDir Path directory) throws Exception {
    RedisServer server = start(RedisOptions.defaults().with("enable-protected-configs", "yes"));
    Backend backend = open("redis://" + server.address());
    Rows<Row> rows = rows(backend);
    listen(backend);
    rows.write(put("k"));
    String key = keyOf(server, "k");
    refusal.begin(server, directory);

    Script reads = Script.of("return redis.call('EXISTS', KEYS[1])").touching(name);
    assertThat(backend.scripts().run(reads, List.of(key), List.of()))
        .isEqualTo(new Scripts.Reply.LongValue(1));
    assertThat(reports).hasSize(2).endsWith("skipped");

    Script writes = Script.of("redis.call('HSET', KEYS[1], 'more', '1')").touching(name);
    assertThatExceptionOfType(ZealException.class)
        .isThrownBy(() -> backend.scripts().run(writes, List.of(key), List.of()))
        .satisfies(e -> assertThat(reports).hasSize(3).endsWith(e));

    refusal.end(server);
    assertThat(server.command("HEXISTS", key, "more")).isEqualTo(0L);
    rows.write(put("k"));
    assertThat(last().number()).isEqualTo(2);
    Await.until("two messages instead of " + heard, () -> heard.size() == 2);
  }

  @Test
  void aScriptThatSelectsAnotherDatabaseIsCountedInThatOfItsStore() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address() + "/3");
    Rows<Row> rows = rows(backend);
    rows.write(put("k"));
    String find = "redis.call('SELECT', 3) return redis.call('KEYS', '*:r:k')[1]";
    String key = String.valueOf(server.command("EVAL", find, "0"));

    Script wanders =
        Script.of("redis.call('DEL', KEYS[1]) redis.call('SELECT', 5) return 1").touching(name);
    backend.scripts().run(wanders, List.of(key), List.of());
    Sequence first = last();
    assertThat(first.number()).isEqualTo(2);
    rows.write(put("k"));
    assertThat(last()).isEqualTo(new Sequence(0, first.epoch(), 3));
  }

  @Test
  void aCountOfAForeignTypeRefusesAScriptBeforeItBegins() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address());
    Rows<Row> rows = rows(backend);
    rows.write(put("k"));
    server.command("DEL", count());
    server.command("LPUSH", count(), "something");

    Script removes = Script.of("return redis.call('DEL', KEYS[1])").touching(name);
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> backend.scripts().run(removes, List.of(keyOf(server, "k")), List.of()))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_TYPE))
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT))
        .satisfies(e -> assertThat(reports.getLast()).isSameAs(e));
    assertThat(rows.get("k")).isPresent();
    assertThat(server.command("TYPE", count())).hasToString("list");
  }

  private static String keyOf(RedisServer server, String row) {
    return String.valueOf(server.command("KEYS", "*:r:" + row)).replaceAll("[\\[\\]]", "");
  }

  /** Who was asked is told, also if the next cannot be. */
  @Test
  void anAnnouncerThatThrowsLeavesNoStepWithoutAReport() {
    Backend backend = open("redis://" + SharedServer.get().address(), "zeal.redis.buckets", "2");
    Rows<Row> plain = backend.rows(spec(backend));
    plain.writeAll(List.of(put(keyIn(plain, 0)), put(keyIn(plain, 1))));
    Announcer throwing =
        (bucket, kind, keys) -> {
          if (bucket == 1) {
            throw new IllegalStateException("as the test says");
          }
          return announcer.announce(bucket, kind, keys);
        };
    Rows<Row> rows = backend.rows(spec(backend).withAnnouncer(throwing));
    String first = "zeal:s:{" + name + ":0}:any";
    Script script = Script.of("return redis.call('DEL', KEYS[1], KEYS[2])").touching(name);
    List<String> keys = List.of(first, "zeal:s:{" + name + ":1}:any");

    assertThat(catchThrowable(rows::clear)).hasMessage("as the test says");
    assertThat(catchThrowable(() -> backend.scripts().run(script, keys, List.of())))
        .hasMessage("as the test says");
    assertThat(
            catchThrowable(() -> rows.writeAll(List.of(put(keyIn(rows, 0)), put(keyIn(rows, 1))))))
        .hasMessage("as the test says");
    assertThat(asked).containsExactly(Kind.CLEAR, Kind.CLEAR, Kind.PUT);
    assertThat(reports)
        .hasSize(3)
        .allSatisfy(report -> {
          assertThat(report).isInstanceOf(ZealException.class);
          assertThat(((ZealException) report).getMessage())
              .contains("IllegalStateException")
              .doesNotContain("as the test says");
        });
    assertThat(plain.count()).as("nothing was sent").isEqualTo(2);
  }

  @Test
  void aClearThatFailsIsReportedWithWhatItThrows() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address(), "zeal.redis.buckets", "2");
    Rows<Row> rows = rows(backend);
    rows.writeAll(List.of(put(keyIn(rows, 0)), put(keyIn(rows, 1))));
    reports.clear();
    for (int bucket = 0; bucket < 2; bucket++) {
      String count = "zeal:s:{" + name + ":" + bucket + "}:n";
      server.command("DEL", count);
      server.command("LPUSH", count, "something");
    }

    Throwable thrown = catchThrowable(rows::clear);
    assertThat(thrown).isInstanceOf(ServerRefusedException.class);
    assertThat(reports).hasSize(2).allSatisfy(report -> assertThat(report).isSameAs(thrown));
  }

  @Test
  void aStepOfWhichSomeWritesFailIsPublishedAndOneOfWhichAllFailHasFailed() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address());
    listen(backend);
    Rows<Row> rows = rows(backend);
    rows.write(put("a"));
    rows.write(put("b"));
    becomesForeign(server, keyOf(server, "a"));

    List<WriteResult> results = rows.writeAll(List.of(put("a"), put("b")));
    assertThat(results.getFirst()).isInstanceOf(WriteResult.Failed.class);
    assertThat(results.getLast()).isEqualTo(WriteResult.APPLIED);
    assertThat(reports).hasSize(3);
    assertThat(last().number()).isEqualTo(3);

    becomesForeign(server, keyOf(server, "b"));
    results = rows.writeAll(List.of(put("a"), put("b")));
    assertThat(results).hasOnlyElementsOfType(WriteResult.Failed.class);
    assertThat(reports).hasSize(4);
    assertThat(results.stream().map(result -> (Object) ((WriteResult.Failed) result).error()))
        .contains(reports.getLast());
    rows.write(put("c"));
    assertThat(last().number()).isEqualTo(4);
    Await.until("four messages instead of " + heard, () -> heard.size() == 4);
  }

  private static void becomesForeign(RedisServer server, String key) {
    server.command("DEL", key);
    server.command("LPUSH", key, "something");
  }

  /** A user without a right that the change needs leaves half of it; everybody hears of that. */
  @Test
  void aChangeThatBreaksMidwayIsAnnounced() {
    RedisServer server =
        start(
            RedisOptions.defaults().withUser("partly", "on", ">pw", "~*", "&*", "+@all", "-zadd"));
    Backend backend = open("redis://partly:pw@" + server.address());
    Rows<Row> rows = rows(backend);
    listen(open("redis://" + server.address()));

    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> rows.write(put("k")))
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN))
        .satisfies(e -> assertThat(reports).containsExactly(e));
    Await.until("a message", () -> heard.size() == 1);
  }

  @Test
  void aForgottenScriptIsNoReasonToAnnounceTwice() {
    RedisServer server = start(RedisOptions.defaults());
    Backend backend = open("redis://" + server.address());
    Rows<Row> rows = rows(backend);
    for (int i = 1; i <= 3; i++) {
      try (RedisConnection connection = server.connect()) {
        connection.command("SCRIPT", "FLUSH");
      }
      rows.write(put("k"));
      assertThat(last().number()).isEqualTo(i);
    }
    assertThat(reports).hasSize(3);
  }

  record Unreadable(long number) {
    @Override
    public long number() {
      throw new IllegalStateException("as the test says");
    }
  }

  /** The announcer was asked already, and waits for its report. */
  @Test
  void aRowThatCannotBeReadIsAStepThatFailed() {
    Backend backend = shared();
    Rows<Unreadable> rows =
        backend.rows(
            new StoreSpec<>(name, Schema.of(Unreadable.class), StoreOptions.defaults(), announcer));
    Write<Unreadable> put = new Write.Put<>("k", new Unreadable(1), 0, new Condition.Always<>());

    assertThat(catchThrowable(() -> rows.write(put))).isNotNull();
    assertThat(catchThrowable(() -> rows.writeAll(List.of(put, put)))).isNotNull();

    assertThat(asked).containsExactly(Kind.PUT, Kind.BULK);
    assertThat(reports).hasSize(2).allMatch(ZealException.class::isInstance);
  }
}
