package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Entry;
import io.zeal.MaxBytes;
import io.zeal.Overflow;
import io.zeal.Patch;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * What the rules of {@code docs/contract/store.md} mean when threads meet, platform and virtual
 * ones together. The numbers of rounds are small enough for a server; a backend adds stress of its
 * own.
 */
public abstract class StoreConcurrencyTck extends BackendTck {

  private static final int THREADS = 8;

  /** For a subclass in the backend's tests. */
  protected StoreConcurrencyTck() {}

  /** A row whose columns all follow from one number, so that a mixture of two rows shows. */
  @SuppressWarnings("ArrayRecordComponent") // a column of bytes is one
  record Woven(
      long number, @MaxBytes(40) String text, double real, @MaxBytes(64) byte[] bytes, int medium) {

    static final Schema<Woven> SCHEMA = Schema.of(Woven.class, MethodHandles.lookup());

    static Woven of(long number) {
      byte[] bytes = new byte[(int) (number % 60) + 4];
      Arrays.fill(bytes, (byte) number);
      return new Woven(
          number, "t".repeat((int) (number % 20)) + number, number / 2d, bytes, (int) number * 31);
    }

    boolean isWhole() {
      Woven whole = of(number);
      return text.equals(whole.text)
          && Double.compare(real, whole.real) == 0
          && Arrays.equals(bytes, whole.bytes)
          && medium == whole.medium;
    }
  }

  private static void assertWhole(String rule, String view, Woven row) {
    assertThat(row.isWhole())
        .as(
            "%s %s while rows are replaced: a row of one number, found number %s, text %s, real %s, %s bytes of %s, medium %s",
            rule,
            view,
            row.number(),
            row.text(),
            row.real(),
            row.bytes().length,
            row.bytes()[0],
            row.medium())
        .isTrue();
  }

  @Test
  void s2_6_readerSeesARowBeforeOrAfterAPut() {
    Store<Woven> store = store(freshName(), Woven.SCHEMA);
    store.put("a", Woven.of(1));
    store.put("b", Woven.of(2));
    new Race("S2.6")
        .run(
            3,
            number -> {
              for (int i = 0; i < 300; i++) {
                store.put(i % 2 == 0 ? "a" : "b", Woven.of(i * 7L + number));
              }
            })
        .meanwhile(2, () -> store.get("a").ifPresent(row -> assertWhole("S2.6", "get", row)))
        .meanwhile(
            1,
            () ->
                store
                    .getAll(List.of("a", "b"))
                    .orThrow()
                    .values()
                    .forEach(row -> assertWhole("S2.6", "getAll", row)))
        .meanwhile(
            1,
            () -> {
              if (can(Capability.PAGE)) {
                store.page("", 10).forEach(entry -> assertWhole("S2.6", "page", entry.value()));
              }
            })
        .start();
  }

  @Test
  void s2_7_patchesOfDifferentColumnsDoNotUndoEachOther() {
    Store<Sample> store = samples();
    store.put("k", Sample.ZERO);
    new Race("S2.7")
        .run(
            4,
            number -> {
              for (int i = 1; i <= 150; i++) {
                switch (number) {
                  case 0 -> {
                    store.patch("k", Patch.set("medium", i));
                    assertThat(store.getLong("k", "medium"))
                        .as("S2.7 the column that only this thread patches")
                        .hasValue(i);
                  }
                  case 1 -> {
                    store.patch("k", Patch.set("text", "t" + i));
                    assertThat(store.getString("k", "text"))
                        .as("S2.7 the text that only this thread patches")
                        .contains("t" + i);
                  }
                  case 2 -> store.increment("k", "large", 1);
                  default -> store.increment("k", "real", 1d);
                }
              }
            })
        .start();
    assertThat(store.get("k"))
        .as("S2.7 the row after four threads changed a column each, 150 times")
        .contains(new Sample(false, (byte) 0, (short) 0, 150, 150, 0f, 150d, "t150", new byte[0]));
  }

  @Test
  void s2_8_patchIsSeenWholeOrNotAtAll() {
    Store<Sample> store = samples();
    store.put("k", Sample.ZERO);
    new Race("S2.8")
        .run(
            2,
            number -> {
              for (int i = 0; i < 200; i++) {
                store.patch("k", Patch.set("medium", i).and("large", (long) i).and("text", "" + i));
              }
            })
        .meanwhile(
            3,
            () -> {
              Sample row = store.get("k").orElseThrow();
              assertThat(row.large())
                  .as("S2.8 large of a row whose patches set it with medium")
                  .isEqualTo(row.medium());
              assertThat(row.text().isEmpty() ? 0 : Long.parseLong(row.text()))
                  .as("S2.8 text of that row")
                  .isEqualTo(row.large());
            })
        .start();
  }

  @Test
  void s3_9_noIncrementIsLost() {
    Store<Sample> store = samples();
    new Race("S3.9")
        .run(
            THREADS,
            number -> {
              for (int i = 0; i < 100; i++) {
                store.increment("sum", "large", 3);
                store.increment("sum", "single", 1d);
                store.increment("other" + i % 5, "medium", 1);
              }
            })
        .start();
    assertThat(store.getLong("sum", "large"))
        .as("S3.9 the sum of 800 times 3, by 8 threads")
        .hasValue(2_400);
    assertThat(store.getDouble("sum", "single"))
        .as("S3.9 the FLOAT sum of 800 times 1, by 8 threads")
        .hasValue(800);
    for (int i = 0; i < 5; i++) {
      assertThat(store.getLong("other" + i, "medium"))
          .as("S3.9 the sum of 160 times 1 in row %s", i)
          .hasValue(160);
    }
  }

  @Test
  void s3_10_everySumIsAnsweredOnce() {
    Store<Player> store = players();
    Set<Long> sums = java.util.concurrent.ConcurrentHashMap.newKeySet();
    new Race("S3.10")
        .run(
            THREADS,
            number -> {
              for (int i = 0; i < 100; i++) {
                long sum = store.increment("k", "score", 1);
                assertThat(sums.add(sum))
                    .as("S3.10 sum %s, answered for the first time", sum)
                    .isTrue();
              }
            })
        .start();
    assertThat(sums).as("S3.10 sums answered to 8 threads").hasSize(800).contains(1L, 800L);
  }

  @Test
  void s5_2_countIsExactAfterAnyNumberOfThreads() {
    requires(Capability.EXACT_COUNT);
    Store<Player> store = players();
    new Race("S5.2")
        .run(
            THREADS,
            number -> {
              for (int i = 0; i < 80; i++) {
                String key = "k" + ThreadLocalRandom.current().nextInt(40);
                switch (i % 4) {
                  case 0 -> store.put(key, Player.ALICE);
                  case 1 -> store.remove(key);
                  case 2 -> store.putIfAbsent(key, Player.BOB);
                  default -> store.increment(key, "score", 1);
                }
              }
            })
        .start();
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      keys.add("k" + i);
    }
    assertThat(store.count())
        .as("S5.2 count after 8 threads put and removed, against the rows that are there")
        .isEqualTo(keys.stream().filter(store::contains).count());
  }

  @Test
  void s6_5_aRowThatStaysIsVisitedOnceWhileOthersComeAndGo() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    int staying = 60;
    Map<String, Player> rows = new HashMap<>();
    for (int i = 0; i < staying; i++) {
      rows.put("stay" + i, new Player("", i));
    }
    store.putAll(rows).orThrow();
    AtomicInteger walks = new AtomicInteger();
    new Race("S6.5")
        .run(
            1,
            number -> {
              while (walks.get() < 6) {
                Map<String, Integer> visits = new HashMap<>();
                String after = "";
                for (List<Entry<Player>> page = store.page(after, 5);
                    !page.isEmpty();
                    page = store.page(after, 5)) {
                  page.forEach(entry -> visits.merge(entry.key(), 1, Integer::sum));
                  after = page.getLast().key();
                  store.remove(after.startsWith("come") ? after : "come0");
                }
                rows.keySet()
                    .forEach(key ->
                        assertThat(visits.get(key))
                            .as("S6.5 visits of row %s, which stays", key)
                            .isEqualTo(1));
                walks.incrementAndGet();
              }
            })
        .meanwhile(
            3,
            () -> {
              int i = ThreadLocalRandom.current().nextInt(60);
              store.put("come" + i, Player.ALICE);
              store.put("stay" + i, new Player("", i));
              store.remove("come" + ThreadLocalRandom.current().nextInt(60));
            })
        .start();
  }

  @Test
  void s7_3_aWriteThatStartsAfterClearReturnedStays() {
    requires(Capability.CLEAR);
    Store<Player> store = players();
    new Race("S7.3")
        .run(
            1,
            number -> {
              for (int i = 0; i < 100; i++) {
                store.clear();
                store.put("mine", new Player("", i));
                store.increment("sum", "score", 1);
                assertThat(store.get("mine"))
                    .as("S7.3 a row put after clear returned")
                    .contains(new Player("", i));
                assertThat(store.getLong("sum", "score"))
                    .as("S7.3 an increment after clear returned")
                    .hasValue(1);
              }
            })
        .meanwhile(3, () -> store.put("k" + ThreadLocalRandom.current().nextInt(50), Player.ALICE))
        .start();
    store.clear();
    assertThat(store.contains("mine")).as("S7.3 the row after one more clear").isFalse();
  }

  @Test
  void s9_9_noNumberOfThreadsOverfillsAStore() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(50));
    AtomicInteger stored = new AtomicInteger();
    new Race("S9.9")
        .run(
            THREADS,
            number -> {
              for (int i = 0; i < 20; i++) {
                try {
                  store.put("k" + number + "-" + i, Player.ALICE);
                  stored.incrementAndGet();
                } catch (CapacityException full) {
                  assertThat(full)
                      .as("S9.9 the refusal of a full store")
                      .hasMessageContaining("ZEAL-301");
                }
              }
            })
        .start();
    assertThat(stored.get()).as("S9.9 puts of 160 that a store of 50 rows took").isEqualTo(50);
    Store<Player> evicting = players(options().withCapacity(50).withOverflow(Overflow.EVICT));
    new Race("S9.9")
        .run(
            THREADS,
            number -> {
              for (int i = 0; i < 20; i++) {
                evicting.put("k" + number + "-" + i, Player.ALICE);
              }
            })
        .start();
    if (can(Capability.EXACT_COUNT)) {
      assertThat(evicting.count())
          .as("S9.9 rows in an evicting store of 50 after 160 puts")
          .isEqualTo(50);
    }
  }

  @Test
  void s11_9_putIfAbsentHasOneWinner() {
    Store<Player> store = players();
    for (int round = 0; round < 20; round++) {
      String key = "k" + round;
      AtomicLong winner = new AtomicLong(-1);
      AtomicInteger winners = new AtomicInteger();
      new Race("S11.9")
          .run(
              6,
              number -> {
                if (store.putIfAbsent(key, new Player("", number))) {
                  winners.incrementAndGet();
                  winner.set(number);
                }
              })
          .start();
      assertThat(winners.get()).as("S11.9 threads whose putIfAbsent stored").isEqualTo(1);
      assertThat(store.getLong(key, "score"))
          .as("S11.9 the row that is there")
          .hasValue(winner.get());
    }
  }

  @Test
  void s11_10_compareAndSetLosesNothing() {
    Store<Player> store = players();
    store.put("k", Player.ZERO);
    new Race("S11.10")
        .run(
            4,
            number -> {
              for (int i = 0; i < 40; i++) {
                long seen;
                do {
                  seen = store.getLong("k", "score").orElseThrow();
                } while (!store.compareAndSet("k", "score", seen, seen + 1));
              }
            })
        .start();
    assertThat(store.getLong("k", "score"))
        .as("S11.10 160 loops of compareAndSet by 4 threads")
        .hasValue(160);
  }

  @Test
  void s11_11_replaceLosesNothing() {
    Store<Player> store = players();
    store.put("k", Player.ZERO);
    new Race("S11.11")
        .run(
            4,
            number -> {
              for (int i = 0; i < 40; i++) {
                Player seen;
                do {
                  seen = store.get("k").orElseThrow();
                } while (!store.replace("k", seen, new Player("p" + number, seen.score() + 1)));
              }
            })
        .start();
    assertThat(store.getLong("k", "score"))
        .as("S11.11 160 loops of replace by 4 threads")
        .hasValue(160);
  }

  @Test
  void s11_12_removeHasOneWinner() {
    Store<Player> store = players();
    for (int round = 0; round < 20; round++) {
      store.put("k", Player.ALICE);
      AtomicInteger winners = new AtomicInteger();
      boolean expecting = round % 2 == 0;
      new Race("S11.12")
          .run(
              6,
              number -> {
                if (expecting ? store.remove("k", Player.ALICE) : store.remove("k")) {
                  winners.incrementAndGet();
                }
              })
          .start();
      assertThat(winners.get()).as("S11.12 threads that removed the row").isEqualTo(1);
    }
  }

  @Test
  void s11_13_whatAWriteReturnedIsSeenByTheNextRead() {
    Store<Player> store = players();
    AtomicLong returned = new AtomicLong();
    store.put("k", Player.ZERO);
    new Race("S11.13")
        .run(
            1,
            number -> {
              for (int i = 0; i < 300; i++) {
                returned.set(store.increment("k", "score", 1));
              }
            })
        .meanwhile(
            3,
            () -> {
              long before = returned.get();
              Optional<Player> row = store.get("k");
              assertThat(row.orElseThrow().score())
                  .as("S11.13 get after an increment answered %s", before)
                  .isGreaterThanOrEqualTo(before);
            })
        .start();
  }

  @Test
  void s15_4_aCallThatMeetsCloseIsDoneOrRefused() {
    for (int round = 0; round < 5; round++) {
      Zeal other = openAnother();
      Store<Woven> store = other.store(freshName(), Woven.SCHEMA, options());
      store.put("k", Woven.of(1));
      AtomicInteger calls = new AtomicInteger();
      new Race("S15.4")
          .run(
              4,
              number -> {
                int i = 0;
                while (i < 100_000 && putAndGet(store, Woven.of(i))) {
                  calls.incrementAndGet();
                  i++;
                }
              })
          .run(
              1,
              number -> {
                Waiting.until(() -> calls.get() > 20, java.time.Duration.ofSeconds(10));
                other.close();
              })
          .start();
    }
  }

  /** Whether both calls were done; false once the store is closed. */
  private static boolean putAndGet(Store<Woven> store, Woven row) {
    try {
      store.put("k", row);
    } catch (ZealClosedException expected) {
      return false;
    } catch (ZealException cutOff) {
      assertThat(cutOff.outcome())
          .as("S15.4 outcome() of a put that ended in %s", cutOff)
          .isPresent();
      return false;
    }
    try {
      assertThat(store.get("k")).as("S15.4 get of a row that is there").isPresent();
      return true;
    } catch (ZealClosedException expected) {
      return false;
    } catch (ZealException cutOff) {
      // It changed nothing, so there is nothing to say of an outcome (S14.3 is about writes).
      return false;
    }
  }
}
