package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.testkit.Chaos;
import io.zeal.testkit.ChaosBackend;
import io.zeal.testkit.Fault;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The bound on the age of copies with faults of {@code zeal-testkit} between an instance and its
 * far level, chosen by a seed: messages that are lost without a word, late, twice and in another
 * order, calls that fail before or behind their arrival, partitions.
 */
class TieredUnderChaosTest {

  record Player(@MaxBytes(64) String name, long score) {}

  private static final Schema<Player> PLAYER = Schema.of(Player.class, MethodHandles.lookup());

  /** heartbeat + detection. */
  private static final long BOUND_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Duration RUN = Duration.ofSeconds(3);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int FEWEST_WRITES = 1_000;
  private static final int FEWEST_COPIES = 100;

  private final FarServer server = new FarServer();
  private final List<Zeal> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Zeal::close);
    server.close();
  }

  private Store<Player> players(Chaos chaos) {
    Zeal zeal =
        TieredTestProvider.over(
            () -> new ChaosBackend(server.connect(), chaos),
            () -> null,
            ZealConfig.builder()
                .set("zeal.tiered.near-ttl", "12h")
                .set("zeal.tiered.heartbeat", "100ms")
                .set("zeal.tiered.detection", "900ms"));
    opened.add(zeal);
    return zeal.store("players", PLAYER);
  }

  /** When a version was there at the latest, by {@code System.nanoTime}. */
  private final ConcurrentHashMap<Long, Long> writtenAt = new ConcurrentHashMap<>();

  /** T1.2: the bound, on the clock, without any allowance. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noReadSeesWhatWasOverwrittenLongerAgoThanTheBound(long seed) throws Exception {
    Chaos calm = Chaos.seeded(seed);
    Chaos faults = Chaos.seeded(seed);
    Store<Player> writing = players(calm);
    Store<Player> reading = players(faults);
    writing.put("a", new Player("p", 0));
    faults
        .silentDrops(0.2)
        .duplicates(0.1)
        .reorders(0.1)
        .messageLatency(Duration.ZERO, Duration.ofMillis(20))
        .errors(0.05)
        .timeouts(0.05);
    AtomicBoolean over = new AtomicBoolean();
    AssertionError broken = null;
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              for (long version = 1; !over.get(); version++) {
                writing.put("a", new Player("p", version));
                writtenAt.put(version, System.nanoTime());
                LockSupport.parkNanos(10_000_000);
              }
            });
    Thread switching =
        Thread.ofPlatform()
            .start(() -> {
              for (int i = 0; !over.get(); i++) {
                LockSupport.parkNanos(250_000_000);
                var _ =
                    i % 4 == 1
                        ? faults.partition()
                        : i % 4 == 3 ? faults.partitionOneWay() : faults.heal();
              }
            });
    long copies = 0;
    long failures = 0;
    long start = System.nanoTime();
    while (broken == null && isToGoOn(System.nanoTime() - start, copies)) {
      long begun = System.nanoTime();
      try {
        Reading<Player> read = reading.read("a", ReadOptions.defaults()).orElseThrow();
        copies += read.age().isPositive() ? 1 : 0;
        Long overwritten = writtenAt.get(read.value().score() + 1);
        assertThat(overwritten == null ? 0 : begun - overwritten)
            .as("how long ago version %s was overwritten", read.value().score())
            .isLessThan(BOUND_NANOS);
      } catch (ZealException e) {
        failures++;
      } catch (AssertionError e) {
        broken = e;
      }
    }
    over.set(true);
    writer.join();
    switching.join();
    assertThat(broken).isNull();

    faults.calm();
    long last = writtenAt.size();
    long limit = System.nanoTime() + LIMIT.toNanos();
    while (reading.get("a").orElseThrow().score() != last) {
      assertThat(System.nanoTime()).as("waited in vain for the last version").isLessThan(limit);
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(copies).as("reads that a copy answered").isPositive();
    assertThat(failures).as("reads that failed").isPositive();
    assertThat(faults.injected(Fault.SILENT_DROP)).isPositive();
    assertThat(faults.injected(Fault.PARTITION)).isPositive();
  }

  /** Longer on a machine so busy that no copy answered so far. */
  private static boolean isToGoOn(long nanos, long copies) {
    return nanos < RUN.toNanos() || (copies == 0 && nanos < LIMIT.toNanos());
  }

  /**
   * T2.1, where calls fail now and then, and nobody hears of some changes that happened. A number
   * of writes alone may be over before a heartbeat comes back: there is one each 100 ms, and the
   * first of them may be lost.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whoWroteReadsItWhateverFails(long seed) {
    Chaos chaos = Chaos.seeded(seed);
    Store<Player> store = players(chaos);
    store.put("a", new Player("p", 0));
    chaos
        .errors(0.1)
        .timeouts(0.1)
        .refusals(0.05)
        .silentDrops(0.2)
        .duplicates(0.1)
        .reorders(0.1)
        .messageLatency(Duration.ZERO, Duration.ofMillis(2));
    long acknowledged = 0;
    long copies = 0;
    long limit = System.nanoTime() + LIMIT.toNanos();
    for (long version = 1;
        version <= FEWEST_WRITES || (copies < FEWEST_COPIES && limit - System.nanoTime() > 0);
        version++) {
      try {
        store.put("a", new Player("p", version));
        acknowledged = version;
      } catch (ZealException e) {
        assertThat(e.outcome()).isPresent();
      }
      for (int i = 0; i < 3; i++) {
        try {
          Reading<Player> read = store.read("a", ReadOptions.defaults()).orElseThrow();
          copies += read.age().isPositive() ? 1 : 0;
          assertThat(read.value().score()).isBetween(acknowledged, version);
        } catch (ZealException e) {
          assertThat(e.outcome()).isEmpty();
        }
      }
    }
    assertThat(chaos.repliesLost()).isPositive();
    assertThat(copies).as("reads that a copy answered").isGreaterThanOrEqualTo(FEWEST_COPIES);
  }
}
