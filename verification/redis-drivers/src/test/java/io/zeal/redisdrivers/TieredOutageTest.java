package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Schema;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisSentinels;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Copies over a line and a server that break: no read is older than the bound. One instance writes
 * rising numbers on a line that is well, another reads them on one that is not. A reader that is
 * paused is in {@code TieredProofsTest}: it takes a process.
 */
class TieredOutageTest {

  record Row(long number) {}

  private static final Schema<Row> SCHEMA = Schema.of(Row.class);
  private static final String KEY = "key";
  private static final long BOUND_NANOS = Duration.ofMillis(100 + 150).toNanos();
  private static final RedisOptions DURABLE =
      RedisOptions.defaults().with("appendonly", "yes").with("appendfsync", "always");

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Map<Zeal, Store<Row>> stores = new ConcurrentHashMap<>();

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <T extends AutoCloseable> T closing(T one) {
    opened.add(one);
    return one;
  }

  private RedisServer start(RedisOptions options) {
    return closing(ServerTests.startOrSkip(() -> RedisServer.start(options)));
  }

  private Zeal open(String driver, String url) {
    Zeal zeal =
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "tiered")
                .set("zeal.tiered.heartbeat", "100ms")
                .set("zeal.tiered.detection", "150ms")
                .set("zeal.redis.driver", driver)
                .set("zeal.redis.url", url)
                .set("zeal.redis.timeout", "1s")
                .build());
    stores.put(closing(zeal), zeal.store("rows", SCHEMA));
    return zeal;
  }

  private Store<Row> rows(Zeal zeal) {
    return stores.get(zeal);
  }

  private static long number(Zeal zeal, String name) {
    Stats stats = zeal.stats();
    for (String part : List.of("backend", "stores", "rows")) {
      stats = stats.parts().get(part);
    }
    return stats.numbers().get(name);
  }

  /** Reads until copies are served. */
  private void awaitCopies(Zeal zeal) {
    long before = number(zeal, "hits");
    Await.until(
        "copies",
        () -> {
          read(rows(zeal));
          return number(zeal, "hits") > before + 3;
        });
  }

  private static OptionalLong read(Store<Row> store) {
    try {
      return OptionalLong.of(store.get(KEY).map(Row::number).orElse(0L));
    } catch (ZealException e) {
      return OptionalLong.empty(); // the server is away, and there is no copy
    }
  }

  /** A writer and a reader in threads of their own, and what was read too late. */
  private final class Watch implements AutoCloseable {

    private final Store<Row> written;
    private final Store<Row> readFrom;
    private final AtomicLong last = new AtomicLong();
    private final Map<Long, Long> confirmedNanos = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> stale = new ConcurrentLinkedQueue<>();
    private final AtomicLong reads = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean over;

    Watch(Zeal writer, Zeal reader) {
      this.written = rows(writer);
      this.readFrom = rows(reader);
      threads.add(Thread.startVirtualThread(this::write));
      threads.add(Thread.startVirtualThread(this::readAll));
      closing(this);
    }

    private void write() {
      long number = 0;
      while (!over) {
        number++;
        written.put(KEY, new Row(number));
        confirmedNanos.put(number, System.nanoTime());
        last.set(number);
        LockSupport.parkNanos(2_000_000);
      }
    }

    private void readAll() {
      while (!over) {
        long began = System.nanoTime();
        OptionalLong read = read(readFrom);
        if (read.isPresent()) {
          reads.incrementAndGet();
          Long overwritten = confirmedNanos.get(read.getAsLong() + 1);
          if (overwritten != null && began - overwritten > BOUND_NANOS) {
            stale.add(read.getAsLong() + " for " + (began - overwritten) / 1_000_000 + " ms");
          }
        }
        LockSupport.parkNanos(200_000);
      }
    }

    /** Lets so many more writes happen. */
    void goOnFor(int writes) {
      long until = last.get() + writes;
      Await.until(writes + " writes", () -> last.get() >= until);
    }

    /** Ends both; whatever was read was young enough, and the reader has the last. */
    void verify() {
      close();
      assertThat(stale).as("older than the bound, of %s reads", reads).isEmpty();
      assertThat(reads.get()).isGreaterThan(100);
      Await.until("the last number", () -> read(readFrom).equals(OptionalLong.of(last.get())));
    }

    @Override
    public void close() {
      over = true;
      threads.forEach(Await::end);
    }
  }

  /** A server's channels know no databases, so that each hears of the other's numbers. */
  @Test
  void anotherDatabaseWithTheSamePrefixCostsCopiesAndMakesNothingOlder() {
    RedisServer server = start(RedisOptions.defaults());
    String url = "redis://" + server.address();
    Zeal reader = open("jedis", url);
    Watch watch = new Watch(open("jedis", url), reader);
    Zeal elsewhere = open("jedis", url + "/1");
    Zeal otherElsewhere = open("jedis", url + "/1");
    awaitCopies(reader);
    for (int i = 1; i <= 200; i++) {
      rows(elsewhere).put(KEY, new Row(-i));
      assertThat(read(rows(otherElsewhere)).orElseThrow()).isLessThanOrEqualTo(0);
    }
    watch.goOnFor(100);
    watch.verify();
    awaitCopies(reader); // as soon as the other database is quiet
    assertThat(read(rows(reader)).orElseThrow()).isPositive();
    Await.until(
        "the last number elsewhere",
        () -> read(rows(otherElsewhere)).equals(OptionalLong.of(-200)));
  }

  /**
   * For some times the bound, and then they come all at once. Half a minute of the clock that a
   * test moves is in {@code InterleavingTest} of {@code zeal-tiered}.
   */
  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void framesAndHeartbeatsThatAreHeldBackTogetherMakeNothingOlder(String driver) {
    RedisServer server = start(RedisOptions.defaults());
    FaultProxy line = closing(FaultProxy.start(server.port()));
    Zeal reader = open(driver, "redis://" + line.address());
    Watch watch = new Watch(open(driver, "redis://" + server.address()), reader);
    awaitCopies(reader);

    line.delayMessages(Duration.ofDays(1)); // until the line is well again
    long held = System.nanoTime();
    watch.goOnFor(300);
    Await.until("longer than the bound", () -> System.nanoTime() - held > 2 * BOUND_NANOS);
    long leases = number(reader, "leases");
    watch.goOnFor(100);
    assertThat(number(reader, "leases")).as("leases from late heartbeats").isEqualTo(leases);
    line.pass(); // all of them at once
    watch.goOnFor(100);

    awaitCopies(reader);
    watch.verify();
  }

  @ParameterizedTest
  @ValueSource(strings = {"jedis", "lettuce", "redisson"})
  void connectionsThatAreCutAndRefusedMakeNothingOlder(String driver) {
    RedisServer server = start(RedisOptions.defaults());
    FaultProxy line = closing(FaultProxy.start(server.port()));
    Zeal reader = open(driver, "redis://" + line.address());
    Watch watch = new Watch(open(driver, "redis://" + server.address()), reader);
    awaitCopies(reader);

    for (int i = 0; i < 5; i++) {
      line.cut();
      watch.goOnFor(10);
    }
    line.refuse();
    line.cut();
    watch.goOnFor(200);
    line.pass();

    Await.until("a gap", () -> number(reader, "gaps") > 0);
    awaitCopies(reader);
    watch.goOnFor(50);
    watch.verify();
  }

  @Test
  void messagesThatVanishOnALineThatLooksWellMakeNothingOlder() {
    RedisServer server = start(RedisOptions.defaults());
    FaultProxy line = closing(FaultProxy.start(server.port()));
    Zeal reader = open("jedis", "redis://" + line.address());
    Watch watch = new Watch(open("jedis", "redis://" + server.address()), reader);
    awaitCopies(reader);

    AtomicLong count = new AtomicLong();
    line.dropMessages(message -> count.incrementAndGet() % 10 != 0);
    watch.goOnFor(200);
    line.dropMessages(message -> true);
    watch.goOnFor(200);
    line.pass();

    awaitCopies(reader);
    watch.verify();
    assertThat(line.droppedMessages()).isGreaterThan(100);
    assertThat(number(reader, "missedSteps")).isPositive();
  }

  @Test
  void serverThatComesBackWithItsRowsHasNoOlderCopies() {
    RedisServer server = start(DURABLE);
    Zeal writer = open("jedis", "redis://" + server.address());
    Zeal reader = open("jedis", "redis://" + server.address());
    rows(writer).put(KEY, new Row(1));
    awaitCopies(reader);

    server.kill();
    server.restart();
    awaitPut(writer, 2);
    long since = System.nanoTime();

    awaitNothingBut(reader, 2, since);
    awaitCopies(reader);
  }

  @Test
  void rowsThatAServerLostAreNoCopiesEither() {
    RedisServer server = start(RedisOptions.defaults());
    Zeal writer = open("jedis", "redis://" + server.address());
    Zeal reader = open("jedis", "redis://" + server.address());
    rows(writer).put(KEY, new Row(1));
    awaitCopies(reader);

    server.kill();
    server.restart();
    long since = System.nanoTime();
    awaitNothingBut(reader, 0, since);
    awaitNothingBut(writer, 0, since);

    awaitPut(writer, 2);
    awaitNothingBut(reader, 2, System.nanoTime());
    awaitCopies(reader);
  }

  @Test
  void failoverThatRollsTheSequenceBackLeavesNoCopyOfWhatWasLost() {
    RedisSentinels sentinels = closing(ServerTests.startOrSkip(RedisSentinels::start));
    String hosts =
        sentinels.ports().stream()
            .map(port -> "127.0.0.1:" + port)
            .collect(Collectors.joining(","));
    String url = "redis+sentinel://" + hosts + "/" + sentinels.primaryName();
    Zeal writer = open("jedis", url);
    Zeal reader = open("jedis", url);
    rows(writer).put(KEY, new Row(1));
    Replication.catchUp(sentinels.primary(), List.of(sentinels.replica()));
    sentinels.proxy(sentinels.primary()).starveReplicas();
    for (int i = 2; i <= 20; i++) {
      rows(writer).put(KEY, new Row(i)); // which the replica never hears of
    }
    awaitNothingBut(reader, 20, System.nanoTime());
    awaitCopies(reader);

    sentinels.killPrimary();
    long since = System.nanoTime();
    awaitNothingBut(reader, 1, since);
    awaitNothingBut(writer, 1, since);

    for (int i = 30; i < 60; i++) {
      awaitPut(writer, i); // over the numbers that were given before
      awaitNothingBut(reader, i, System.nanoTime());
    }
    awaitCopies(reader);
  }

  /**
   * A server that goes back while nobody's connection breaks: as what takes over behind an address
   * that stays.
   */
  @Test
  void sequenceThatGoesBackBehindAConnectionThatStaysEndsCopies() {
    RedisServer server = start(RedisOptions.defaults());
    Zeal writer = open("jedis", "redis://" + server.address());
    Zeal reader = open("jedis", "redis://" + server.address());
    rows(writer).put(KEY, new Row(1));
    server.command(
        "EVAL",
        "for _, k in ipairs(redis.call('KEYS', 'zeal:*')) do redis.call('COPY', k, 'old:' .. k) end",
        "0");
    for (int i = 2; i <= 20; i++) {
      rows(writer).put(KEY, new Row(i));
    }
    awaitNothingBut(reader, 20, System.nanoTime());
    awaitCopies(reader);

    server.command(
        "EVAL",
        "for _, k in ipairs(redis.call('KEYS', 'old:*')) do"
            + " redis.call('COPY', k, string.sub(k, 5), 'REPLACE') end",
        "0");
    long since = System.nanoTime();
    awaitNothingBut(reader, 1, since);

    assertThat(number(reader, "wentBack")).isPositive();
    assertThat(number(reader, "gaps")).isZero();
    rows(writer).put(KEY, new Row(30));
    awaitNothingBut(reader, 30, System.nanoTime());
    awaitCopies(reader);
  }

  private void awaitPut(Zeal writer, long number) {
    Await.until(
        "a put",
        () -> {
          try {
            rows(writer).put(KEY, new Row(number));
            return true;
          } catch (ZealException e) {
            return false;
          }
        });
  }

  /**
   * Reads until the bound is over; from then on there is that number, or no answer, for a while.
   */
  private void awaitNothingBut(Zeal zeal, long number, long sinceNanos) {
    Store<Row> store = rows(zeal);
    int times = 0;
    while (times < 100) {
      long began = System.nanoTime();
      OptionalLong read = read(store);
      if (read.isEmpty()) {
        assertThat(began - sinceNanos).as("no answer").isLessThan(Await.LIMIT.toNanos());
      } else if (read.getAsLong() == number) {
        times++;
      } else {
        assertThat(began - sinceNanos).as("read %s, not %s", read, number).isLessThan(BOUND_NANOS);
        times = 0;
      }
      LockSupport.parkNanos(100_000);
    }
  }
}
