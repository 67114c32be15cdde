package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.ColumnType;
import io.zeal.Entry;
import io.zeal.Overflow;
import io.zeal.Row;
import io.zeal.Schema;
import io.zeal.StoreOptions;
import io.zeal.ZealClosedException;
import io.zeal.spi.Condition;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real threads over few rows, so that they meet. */
class TableStressTest extends TableFixture {

  private static final Duration RUN = Duration.ofMillis(700);

  private final AtomicBoolean stop = new AtomicBoolean();

  @Test
  void readersNeverSeeATornRowOrAnotherKeysRow() throws Exception {
    Rows<Player> rows =
        rows("torn", StoreOptions.defaults().withCapacity(8).withOverflow(Overflow.EVICT));

    run(
        4,
        (thread, random) -> {
          int key = random.nextInt(16);
          if (thread < 2) {
            long score = random.nextInt(1000) * 16L + key;
            Player player =
                new Player(
                    Character.toString('a' + (int) (score % 26)).repeat((int) (score % 32)), score);
            rows.write(new Write.Put<>("k" + key, player, 0, new Condition.Always<>()));
            if (random.nextInt(4) == 0) {
              remove(rows, "k" + random.nextInt(16));
            }
          } else {
            Optional<Player> found = rows.get("k" + key);
            found.ifPresent(player -> {
              assertThat(player.score() % 16).isEqualTo(key);
              assertThat(player.name())
                  .isEqualTo(
                      Character.toString('a' + (int) (player.score() % 26))
                          .repeat((int) (player.score() % 32)));
            });
          }
        });

    assertThat(rows.count()).isLessThanOrEqualTo(8);
  }

  @Test
  void aKeyThatAnotherThreadMadeMeanwhileFindsTheFullStoreNotFull() throws Exception {
    for (int round = 0; round < 200; round++) {
      Rows<Player> rows = rows("one" + round, StoreOptions.defaults().withCapacity(1));
      CyclicBarrier together = new CyclicBarrier(4);
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        tasks.add(() -> {
          together.await(10, TimeUnit.SECONDS);
          add(rows, "k", 1);
          return null;
        });
      }

      finish(tasks);

      assertThat(rows.number("k", 1)).hasValue(4);
    }
  }

  @Test
  void incrementsOfManyThreadsAddUp() throws Exception {
    Rows<Player> rows = rows("sums", StoreOptions.defaults().withCapacity(4));
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < 8; thread++) {
      tasks.add(() -> {
        for (int i = 0; i < 20_000; i++) {
          add(rows, "k" + i % 4, 1);
        }
        return null;
      });
    }

    finish(tasks);

    for (int key = 0; key < 4; key++) {
      assertThat(rows.number("k" + key, 1)).hasValue(40_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nothingIsEvictedOrRejectedWhileAllKeysFit(Overflow overflow) throws Exception {
    for (int round = 0; round < 200; round++) {
      Rows<Player> rows =
          rows("fits" + round, StoreOptions.defaults().withCapacity(4).withOverflow(overflow));
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        tasks.add(() -> {
          for (int i = 0; i < 40; i++) {
            add(rows, "k" + i % 4, 1);
          }
          return null;
        });
      }

      finish(tasks);

      for (int key = 0; key < 4; key++) {
        assertThat(rows.number("k" + key, 1)).hasValue(40);
      }
    }
  }

  @Test
  void rowsThatStayAreVisitedExactlyOnceWhileOthersComeAndGo() throws Exception {
    Rows<Player> rows = rows("pages", StoreOptions.defaults().withCapacity(300));
    for (int i = 0; i < 100; i++) {
      put(rows, "stays" + i, i);
    }

    run(
        3,
        (thread, random) -> {
          if (thread < 2) {
            String key = "moves" + thread + "-" + random.nextInt(90);
            if (random.nextBoolean()) {
              put(rows, key, 1);
            } else {
              remove(rows, key);
            }
            put(rows, "stays" + random.nextInt(100), 5);
          } else {
            List<String> visited = new ArrayList<>();
            String after = "";
            List<Entry<Player>> page;
            do {
              page = rows.page(after, 7);
              page.forEach(entry -> visited.add(entry.key()));
              after = page.isEmpty() ? "" : page.getLast().key();
            } while (!page.isEmpty());
            assertThat(visited).doesNotHaveDuplicates();
            assertThat(visited.stream().filter(key -> key.startsWith("stays"))).hasSize(100);
          }
        });
  }

  @Test
  void rowThatIsThereThroughoutIsNeverMissed() throws Exception {
    Rows<Player> rows = rows("chains", StoreOptions.defaults().withCapacity(40));
    for (int i = 0; i < 8; i++) {
      put(rows, "stays" + i, i);
    }

    run(
        4,
        (thread, random) -> {
          if (thread < 2) {
            String key = "moves" + random.nextInt(15) + "-" + thread;
            if (random.nextBoolean()) {
              put(rows, key, 1);
            } else {
              remove(rows, key);
            }
          } else {
            assertThat(rows.number("stays" + random.nextInt(8), 1)).isPresent();
          }
        });
  }

  @Test
  void expiringRowsLeaveAnExactCount() throws Exception {
    Rows<Player> rows =
        rows("ttl", StoreOptions.defaults().withCapacity(500).withTtl(Duration.ofMillis(20)));

    run(
        4,
        (thread, random) -> {
          String key = "k" + random.nextInt(400);
          switch (thread) {
            case 0 -> clock.advance(Duration.ofMillis(1));
            case 1 -> rows.count();
            default -> {
              put(rows, key, 1, random.nextInt(30));
              rows.write(
                  new Write.Touch<>("k" + random.nextInt(400), 15, new Condition.Present<>()));
            }
          }
        });

    clock.advance(Duration.ofMillis(31));
    long alive = rows.count();
    assertThat(rows.page("", 1000)).hasSize((int) alive);
    for (Entry<Player> entry : rows.page("", 1000)) {
      remove(rows, entry.key());
    }
    assertThat(rows.count()).isZero();
  }

  @Test
  void clearLeavesNoRowThatWasThereBefore() throws Exception {
    Rows<Player> rows = rows("cleared", StoreOptions.defaults().withCapacity(400));
    AtomicLongArray written = new AtomicLongArray(300);
    AtomicLong stamps = new AtomicLong();

    run(
        3,
        (thread, random) -> {
          if (thread < 2) {
            int key = random.nextInt(150) * 2 + thread;
            long stamp = stamps.incrementAndGet();
            put(rows, "k" + key, stamp);
            written.set(key, stamp);
          } else {
            long[] before = IntStream.range(0, 300).mapToLong(written::get).toArray();
            rows.clear();
            for (int key = 0; key < 300; key++) {
              if (before[key] > 0) {
                OptionalLong found = rows.number("k" + key, 1);
                assertThat(found.orElse(Long.MAX_VALUE)).isGreaterThan(before[key]);
              }
            }
            put(rows, "mine", before[0]);
            assertThat(rows.number("mine", 1)).hasValue(before[0]);
          }
        });

    rows.clear();
    assertThat(rows.count()).isZero();
  }

  @Test
  void oneLongChainIsWalkedSafelyWhileItChanges() throws Exception {
    Rows<Player> rows = rows("chain", StoreOptions.defaults().withCapacity(80));
    List<String> keys = keysOfTwoBuckets(backend.table("chain"), 40);
    List<String> stay = keys.subList(0, 20);
    List<String> move = keys.subList(20, 80);
    stay.forEach(key -> put(rows, key, key.hashCode()));

    run(
        4,
        (thread, random) -> {
          if (thread < 2) {
            String key = move.get(random.nextInt(30) * 2 + thread);
            if (random.nextBoolean()) {
              rows.write(
                  new Write.Put<>(
                      key, new Player("", key.hashCode()), 0, new Condition.Always<>()));
            } else {
              remove(rows, key);
            }
          } else if (thread == 2) {
            String key = keys.get(random.nextInt(80));
            Optional<Player> found = rows.get(key);
            assertThat(found.isPresent() || !stay.contains(key)).isTrue();
            found.ifPresent(player -> assertThat(player.score()).isEqualTo(key.hashCode()));
          } else {
            assertThat(rows.page("", 100))
                .extracting(Entry::key)
                .doesNotHaveDuplicates()
                .containsAll(stay);
          }
        });
  }

  /**
   * Two buckets and nothing else, so that the row which goes comes back at once, in the place
   * beside the row that stays (docs/synchronization.md, "Coming" and "Going"). A mistake in their
   * order shows seldom: {@code -Dtest.long=true} looks ten times longer.
   */
  @Test
  void rowIsFoundWhileItsOnlyNeighbourComesAndGoes() throws Exception {
    Rows<Player> rows = rows("neighbours", StoreOptions.defaults().withCapacity(8));
    List<String> keys = keysOfTwoBuckets(backend.table("neighbours"), 2);
    String stays = keys.get(0);
    String moves = keys.get(2);
    put(rows, stays, 1);

    run(
        Boolean.getBoolean("test.long") ? RUN.multipliedBy(30) : RUN.multipliedBy(3),
        3,
        (thread, random) -> {
          for (int i = 0; i < 100; i++) {
            if (thread == 0) {
              put(rows, moves, 1);
              remove(rows, moves);
            } else if (rows.number(stays, 1).isEmpty()) {
              throw new AssertionError("the row that stays was missed");
            }
          }
        });
  }

  /**
   * So many keys of one bucket and as many of another, alternating; rows that go from one bucket
   * come back in the other.
   */
  private static List<String> keysOfTwoBuckets(Table table, int each) {
    List<List<String>> found = List.of(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; found.get(0).size() < each || found.get(1).size() < each; i++) {
      int bucket = table.layout.bucketOf(new Key("key" + i, table.seed).hash());
      if (bucket < 2 && found.get(bucket).size() < each) {
        found.get(bucket).add("key" + i);
      }
    }
    return IntStream.range(0, 2 * each).mapToObj(i -> found.get(i % 2).get(i / 2)).toList();
  }

  @Test
  void readerOfALargeRowIsNotStarvedByAHotWriter() throws Exception {
    Schema<Row> schema = Schema.builder().column("large", ColumnType.BYTES, 1 << 16).build();
    Rows<Row> rows =
        rows(new StoreSpec<>("hot", schema, StoreOptions.defaults().withCapacity(2), null));
    byte[] bytes = new byte[1 << 16];
    rows.write(
        new Write.Put<>("k", Row.of(schema, Map.of("large", bytes)), 0, new Condition.Always<>()));
    AtomicLong reads = new AtomicLong();

    run(
        2,
        (thread, random) -> {
          if (thread == 0) {
            byte value = (byte) random.nextInt();
            rows.write(
                new Write.Patch<>(
                    "k", List.of(new Write.Change(0, filled(value))), new Condition.Present<>()));
          } else {
            byte[] read = rows.bytes("k", 0).orElseThrow();
            for (byte b : read) {
              if (b != read[0]) {
                throw new AssertionError("torn: " + b + " and " + read[0]);
              }
            }
            reads.incrementAndGet();
          }
        });

    assertThat(reads.get()).isPositive();
  }

  private static byte[] filled(byte value) {
    byte[] bytes = new byte[1 << 16];
    Arrays.fill(bytes, value);
    return bytes;
  }

  @Test
  void virtualThreadsShareFewRows() throws Exception {
    Rows<Player> rows = rows("virtual", StoreOptions.defaults().withCapacity(4));
    List<Thread> started = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      started.add(
          Thread.startVirtualThread(() -> {
            for (int j = 0; j < 100; j++) {
              add(rows, "k", 1);
            }
          }));
    }
    for (Thread thread : started) {
      assertThat(thread.join(LIMIT)).isTrue();
    }

    assertThat(rows.number("k", 1)).hasValue(50_000);
  }

  @Test
  void closingUnderLoadEndsEveryCallInZealClosed() throws Exception {
    for (int round = 0; round < 5; round++) {
      TableBackend closing = backend(8 << 20);
      Rows<Player> rows =
          closing.rows(
              new StoreSpec<>(
                  "closing",
                  PLAYER,
                  StoreOptions.defaults().withCapacity(50).withOverflow(Overflow.EVICT),
                  null));
      List<Future<Throwable>> ends = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        int number = thread;
        ends.add(threads().submit(() -> untilItFails(rows, number)));
      }
      while (closing.stats().parts().get("stores").parts().get("closing").numbers().get("evictions")
          < 100) {
        Thread.onSpinWait();
      }

      closing.close();
      closing.close();

      for (Future<Throwable> end : ends) {
        assertThat(end.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
            .isInstanceOf(ZealClosedException.class);
      }
    }
  }

  private static Throwable untilItFails(Rows<Player> rows, int thread) {
    SplittableRandom random = new SplittableRandom(thread);
    try {
      while (true) {
        String key = "k" + random.nextInt(100);
        switch (random.nextInt(5)) {
          case 0 -> rows.get(key);
          case 1 -> rows.page("", 5);
          case 2 -> remove(rows, key);
          case 3 -> rows.count();
          default -> put(rows, key, 1);
        }
      }
    } catch (RuntimeException e) {
      return e;
    }
  }

  private interface Step {
    void run(int thread, SplittableRandom random);
  }

  private void run(int threads, Step step) throws Exception {
    run(RUN, threads, step);
  }

  private void run(Duration time, int threads, Step step) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int thread = 0; thread < threads; thread++) {
      int number = thread;
      tasks.add(() -> {
        SplittableRandom random = new SplittableRandom(number);
        try {
          while (System.nanoTime() < end && !stop.get()) {
            step.run(number, random);
          }
        } finally {
          stop.set(true);
        }
        return null;
      });
    }
    finish(tasks);
  }

  private void finish(List<Callable<Void>> tasks) throws Exception {
    Set<Future<Void>> futures = new HashSet<>();
    for (Callable<Void> task : tasks) {
      futures.add(threads().submit(task));
    }
    for (Future<Void> future : futures) {
      future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
  }
}
