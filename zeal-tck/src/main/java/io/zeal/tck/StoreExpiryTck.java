package io.zeal.tck;

import static io.zeal.tck.Player.ALICE;
import static io.zeal.tck.Player.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Overflow;
import io.zeal.Patch;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Store;
import io.zeal.StoreOptions;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Time to live: {@code docs/contract/store.md} S4.
 *
 * <p>A backend with {@link Capability#INJECTED_CLOCK} is met to the millisecond by moving its
 * clock. With any other the tests wait: a row has to be there at half of its time, and gone soon
 * after it.
 */
public abstract class StoreExpiryTck extends BackendTck {

  private static final Duration MILLI = Duration.ofMillis(1);

  /** What a server's clock may go slower than ours while a test waits. */
  private static final Duration SKEW = Duration.ofMillis(20);

  /** For a subclass in the backend's tests. */
  protected StoreExpiryTck() {}

  /** How long rows live in this run. */
  private Duration life() {
    return time().ttl();
  }

  private Store<Player> expiring() {
    return players(options().withTtl(life()));
  }

  private void passBeyond(Duration ttl, Store<?> store, String key) {
    time().passBeyond(ttl, () -> !store.contains(key));
  }

  private static Duration remaining(String rule, Store<?> store, String key) {
    var reading = store.read(key, ReadOptions.defaults());
    assertThat(reading).as("%s read of row %s, expected to be there", rule, key).isPresent();
    Optional<Duration> remaining = reading.orElseThrow().remaining();
    assertThat(remaining)
        .as("%s remaining time of row %s, expected to expire", rule, key)
        .isPresent();
    return remaining.orElseThrow();
  }

  /** Exact where the clock is ours; else no more than {@code most}, and not nothing. */
  private void assertRemaining(String what, Store<?> store, String key, Duration most) {
    Duration found = remaining(what, store, key);
    if (time().isExact()) {
      assertThat(found).as("%s: remaining time", what).isEqualTo(most);
    } else {
      assertThat(found).as("%s: remaining time", what).isBetween(MILLI, most.plus(SKEW));
    }
  }

  private void assertNoExpiry(String what, Store<Player> store, String key) {
    Optional<Reading<Player>> reading = store.read(key, ReadOptions.defaults());
    assertThat(reading).as("%s: read of row %s, expected to be there", what, key).isPresent();
    assertThat(reading.flatMap(Reading::remaining))
        .as("%s: remaining time of a row that does not expire", what)
        .isEmpty();
  }

  @Test
  void s4_1_storesTtlIsTheDefaultOfAPut() {
    Store<Player> store = expiring();
    store.put("k", ALICE);
    assertRemaining("S4.1 put in a store with a ttl", store, "k", life());
    assertThat(store.putIfAbsent("absent", ALICE)).as("S4.1 putIfAbsent").isTrue();
    assertRemaining("S4.1 putIfAbsent in a store with a ttl", store, "absent", life());
    store.putAll(Map.of("bulk", ALICE));
    assertRemaining("S4.1 putAll in a store with a ttl", store, "bulk", life());
    store.increment("sum", "score", 1);
    assertRemaining("S4.1 increment of an absent row in a store with a ttl", store, "sum", life());
    passBeyond(life(), store, "sum");
    assertThat(store.getAll(List.of("k", "absent", "bulk", "sum")).values())
        .as("S4.1 rows after the store's ttl")
        .isEmpty();
  }

  @Test
  void s4_1_withoutATtlARowDoesNotExpire() {
    Store<Player> store = players();
    store.put("k", ALICE);
    assertNoExpiry("S4.1 put in a store without a ttl", store, "k");
    time().pass(life().plus(life()));
    assertThat(store.get("k")).as("S4.1 the row after some time").contains(ALICE);
  }

  @Test
  void s4_2_expiredRowIsAbsentInEveryView() {
    Store<Player> store = expiring();
    List<String> keys =
        List.of(
            "k",
            "put",
            "patch",
            "cas",
            "replace",
            "remove",
            "removeIf",
            "removeAll",
            "touch",
            "touchTtl");
    keys.forEach(key -> store.put(key, ALICE));
    passBeyond(life(), store, "touchTtl");
    assertThat(store.get("k")).as("S4.2 get after the ttl").isEmpty();
    assertThat(store.read("k", ReadOptions.defaults())).as("S4.2 read after the ttl").isEmpty();
    assertThat(store.contains("k")).as("S4.2 contains after the ttl").isFalse();
    assertThat(store.getLong("k", "score")).as("S4.2 getLong after the ttl").isEmpty();
    assertThat(store.getString("k", "name")).as("S4.2 getString after the ttl").isEmpty();
    assertThat(store.getAll(keys).values()).as("S4.2 getAll after the ttl").isEmpty();
    assertThat(store.patch("patch", Patch.set("score", 1)))
        .as("S4.2 patch after the ttl")
        .isFalse();
    assertThat(store.compareAndSet("cas", "score", 100L, 1L))
        .as("S4.2 compareAndSet after the ttl")
        .isFalse();
    assertThat(store.replace("replace", ALICE, BOB)).as("S4.2 replace after the ttl").isFalse();
    assertThat(store.remove("remove")).as("S4.2 remove after the ttl").isFalse();
    assertThat(store.remove("removeIf", ALICE))
        .as("S4.2 remove of an expected row after the ttl")
        .isFalse();
    assertThat(store.removeAll(List.of("removeAll")).values())
        .as("S4.2 removeAll after the ttl")
        .isEqualTo(Map.of("removeAll", false));
    assertThat(store.touch("touch")).as("S4.2 touch after the ttl").isFalse();
    assertThat(store.touch("touchTtl", life())).as("S4.2 touch with a ttl after the ttl").isFalse();
    assertThat(store.getAll(keys).values()).as("S4.2 rows after calls that found none").isEmpty();
    assertThat(store.putIfAbsent("put", BOB)).as("S4.2 putIfAbsent after the ttl").isTrue();
    assertThat(store.get("put")).as("S4.2 the row that it stored").contains(BOB);
  }

  @Test
  void s4_3_rowIsAliveUpToAndIncludingItsLastMillisecond() {
    Store<Player> store = expiring();
    store.put("k", ALICE);
    if (time().isExact()) {
      time().pass(life());
      assertThat(store.get("k")).as("S4.3 get at exactly put + ttl").contains(ALICE);
      assertThat(store.contains("k")).as("S4.3 contains at exactly put + ttl").isTrue();
      assertThat(store.increment("k", "score", 1))
          .as("S4.3 increment at exactly put + ttl")
          .isEqualTo(101);
      assertThat(store.getAll(List.of("k")).values())
          .as("S4.3 getAll at exactly put + ttl")
          .containsKey("k");
      time().pass(MILLI);
    } else {
      time().pass(life().dividedBy(2));
      assertThat(store.get("k")).as("S4.3 get at half of the ttl").contains(ALICE);
      passBeyond(life().dividedBy(2), store, "k");
    }
    assertThat(store.get("k")).as("S4.3 get a millisecond after put + ttl").isEmpty();
  }

  @Test
  void s4_4_countAndPagesLeaveExpiredRowsOut() {
    requires(Capability.EXACT_COUNT);
    requires(Capability.PAGE);
    Store<Player> store = expiring();
    for (int i = 0; i < 5; i++) {
      store.put("short" + i, ALICE);
    }
    store.put("long", BOB, Duration.ZERO);
    assertThat(store.count()).as("S4.4 count before the ttl").isEqualTo(6);
    passBeyond(life(), store, "short4");
    assertThat(store.page("", 10))
        .as("S4.4 page after the ttl")
        .extracting("key")
        .containsExactly("long");
    assertThat(store.count()).as("S4.4 count after the ttl").isEqualTo(1);
    assertThat(store.stream().count()).as("S4.4 rows of the stream after the ttl").isEqualTo(1);
  }

  @Test
  void s4_5_incrementOfAnExpiredRowStartsFromZeros() {
    Store<Player> store = expiring();
    store.put("k", ALICE);
    passBeyond(life(), store, "k");
    assertThat(store.increment("k", "score", 5)).as("S4.5 increment after the ttl").isEqualTo(5);
    assertThat(store.get("k")).as("S4.5 the row it created").contains(new Player("", 5));
    assertRemaining("S4.5 the row it created", store, "k", life());
  }

  @Test
  void s4_6_changesInPlaceKeepTheRemainingTime() {
    Store<Player> store = expiring();
    Map<String, Consumer<String>> changes = new LinkedHashMap<>();
    changes.put("patch", key -> store.patch(key, Patch.set("score", 1)));
    changes.put("increment", key -> store.increment(key, "score", 1));
    changes.put("compareAndSet", key -> store.compareAndSet(key, "score", 100L, 1L));
    changes.put("replace", key -> store.replace(key, ALICE, BOB));
    changes.put("putIfAbsent", key -> store.putIfAbsent(key, BOB));
    changes.put("get", store::get);
    changes.keySet().forEach(key -> store.put(key, ALICE));
    time().pass(life().dividedBy(2));
    changes.forEach((key, change) -> change.accept(key));
    changes
        .keySet()
        .forEach(key ->
            assertRemaining(
                "S4.6 " + key + " at half of the ttl", store, key, life().dividedBy(2)));
    passBeyond(life().dividedBy(2), store, "get");
    changes
        .keySet()
        .forEach(key ->
            assertThat(store.contains(key))
                .as("S4.6 the row at its end, %s at half", key)
                .isFalse());
  }

  @Test
  void s4_6_changesInPlaceDoNotBeginToExpire() {
    Store<Player> store = expiring();
    store.put("k", ALICE, Duration.ZERO);
    store.patch("k", Patch.set("score", 1));
    assertNoExpiry("S4.6 patch of a row without expiry", store, "k");
    store.increment("k", "score", 1);
    assertNoExpiry("S4.6 increment of a row without expiry", store, "k");
    store.compareAndSet("k", "score", 2L, 100L);
    assertNoExpiry("S4.6 compareAndSet in a row without expiry", store, "k");
    store.replace("k", ALICE, BOB);
    assertNoExpiry("S4.6 replace of a row without expiry", store, "k");
  }

  @Test
  void s4_7_putStartsTheTimeAnew() {
    Store<Player> store = players();
    Duration ttl = life();
    store.put("longer", ALICE, ttl);
    store.put("longer", BOB, ttl.multipliedBy(2));
    store.put("forever", ALICE, ttl);
    store.put("forever", BOB);
    store.put("shorter", ALICE);
    store.put("shorter", BOB, ttl);
    assertNoExpiry("S4.7 put without ttl over a row with one", store, "forever");
    assertRemaining("S4.7 put with a ttl over a row without one", store, "shorter", ttl);
    passBeyond(ttl, store, "shorter");
    assertThat(store.get("longer"))
        .as("S4.7 a longer ttl over a shorter, after the shorter")
        .contains(BOB);
    assertThat(store.get("forever")).as("S4.7 no ttl over one, after it").contains(BOB);
    assertThat(store.get("shorter")).as("S4.7 a ttl over none, after it").isEmpty();
  }

  @Test
  void s4_7_aRemovedRowLeavesNoTimeBehind() {
    Store<Player> store = players();
    store.put("k", ALICE, life());
    store.remove("k");
    store.put("k", BOB);
    assertNoExpiry("S4.7 put without ttl after a row with one was removed", store, "k");
    time().pass(life().plus(MILLI));
    assertThat(store.get("k")).as("S4.7 the row after the removed one's ttl").contains(BOB);
  }

  @Test
  void s4_8_touchStartsTheTimeAnew() {
    Store<Player> store = expiring();
    for (String key : List.of("touched", "longer", "forever", "alone")) {
      store.put(key, ALICE);
    }
    time().pass(life().dividedBy(2));
    assertThat(store.touch("touched")).as("S4.8 touch of a row").isTrue();
    assertThat(store.touch("longer", life().multipliedBy(3)))
        .as("S4.8 touch with a longer ttl")
        .isTrue();
    assertThat(store.touch("forever", Duration.ZERO)).as("S4.8 touch with ttl zero").isTrue();
    assertRemaining("S4.8 touch", store, "touched", life());
    assertRemaining("S4.8 touch with a longer ttl", store, "longer", life().multipliedBy(3));
    assertNoExpiry("S4.8 touch with ttl zero", store, "forever");
    passBeyond(life().dividedBy(2), store, "alone");
    assertThat(store.contains("alone")).as("S4.8 the row nobody touched").isFalse();
    assertThat(store.get("touched")).as("S4.8 the row that was touched, unchanged").contains(ALICE);
  }

  @Test
  void s4_8_touchOfAnAbsentRowDoesNothing() {
    Store<Player> store = expiring();
    assertThat(store.touch("none")).as("S4.8 touch of an absent row").isFalse();
    assertThat(store.touch("none", life())).as("S4.8 touch with a ttl of an absent row").isFalse();
    assertThat(store.contains("none")).as("S4.8 the absent row after it").isFalse();
  }

  @Test
  void s4_8_touchWithoutAStoreTtlEndsTheExpiry() {
    Store<Player> store = players();
    store.put("k", ALICE, life());
    assertThat(store.touch("k")).as("S4.8 touch in a store without a ttl").isTrue();
    assertNoExpiry("S4.8 touch in a store without a ttl", store, "k");
  }

  @Test
  void s4_9_durationsAreRoundedUpToMilliseconds() {
    StoreOptions options = options().withTtl(Duration.ofNanos(1_000_001));
    assertThat(options.ttl())
        .as("S4.9 a store's ttl of 1,000,001 ns")
        .contains(Duration.ofMillis(2));
    Store<Player> store = players();
    Duration odd = life().minusNanos(1);
    store.put("put", ALICE, odd);
    assertRemaining(
        "S4.9 put with a nanosecond less than whole milliseconds", store, "put", life());
    store.put("touch", ALICE);
    store.touch("touch", odd);
    assertRemaining(
        "S4.9 touch with a nanosecond less than whole milliseconds", store, "touch", life());
    store.put("least", ALICE, Duration.ofNanos(1));
    if (time().isExact()) {
      time().pass(MILLI);
      assertThat(store.get("least"))
          .as("S4.9 a ttl of one nanosecond, after a millisecond")
          .contains(ALICE);
      time().pass(MILLI);
    } else {
      passBeyond(MILLI, store, "least");
    }
    assertThat(store.get("least"))
        .as("S4.9 a ttl of one nanosecond, after two milliseconds")
        .isEmpty();
  }

  @Test
  void s4_10_aTtlOutsideItsRangeIsRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    for (Duration ttl :
        List.of(
            Duration.ofNanos(-1), Duration.ofDays(365_001), Duration.ofSeconds(Long.MAX_VALUE))) {
      Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
      calls.put("put", () -> store.put("k", BOB, ttl));
      calls.put("touch", () -> store.touch("k", ttl));
      calls.put("withTtl", () -> options().withTtl(ttl));
      calls.forEach((call, action) ->
          refused(
              "S4.10 " + call + " with " + ttl,
              InvalidArgumentException.class,
              ErrorCode.INVALID_ARGUMENT,
              action));
    }
    assertThat(store.get("k")).as("S4.10 the row after ttls that were refused").contains(ALICE);
    assertNoExpiry("S4.10 the row after ttls that were refused", store, "k");
  }

  @Test
  void s4_10_theLongestTtlIsLong() {
    Store<Player> store = players();
    Duration longest = Duration.ofDays(365_000);
    store.put("k", ALICE, longest);
    assertThat(store.get("k")).as("S4.10 a row that lives for a thousand years").contains(ALICE);
    assertThat(remaining("S4.10", store, "k"))
        .as("S4.10 remaining time of a thousand years")
        .isBetween(longest.minusDays(1), longest);
  }

  @Test
  void s4_13_aRowThatComesBackIsCountedAndPagedOnce() {
    Store<Sample> store = zeal().store(freshName(), Sample.SCHEMA, options().withTtl(life()));
    Map<String, Consumer<String>> ways = new LinkedHashMap<>();
    ways.put("put", key -> store.put(key, Sample.SOME));
    ways.put("put without expiry", key -> store.put(key, Sample.SOME, Duration.ZERO));
    ways.put("putIfAbsent", key -> store.putIfAbsent(key, Sample.SOME));
    ways.put("putAll", key -> store.putAll(Map.of(key, Sample.SOME, key + "'", Sample.SOME)));
    ways.put("increment of a long", key -> store.increment(key, "large", 1));
    ways.put("increment of an int", key -> store.increment(key, "medium", 1));
    ways.put("increment of a double", key -> store.increment(key, "real", 1.5));
    ways.keySet().forEach(key -> store.put(key, Sample.ZERO));
    store.put("putAll'", Sample.ZERO);
    passBeyond(life(), store, "putAll'");
    ways.forEach((key, way) -> way.accept(key));
    Set<String> keys = new HashSet<>(ways.keySet());
    keys.add("putAll'");
    if (can(Capability.COUNT)) {
      assertThat(store.count()).as("S4.13 count of rows that came back").isEqualTo(keys.size());
    }
    if (can(Capability.PAGE)) {
      assertThat(store.page("", 100))
          .as("S4.13 page of rows that came back")
          .extracting(Entry::key)
          .containsExactlyInAnyOrderElementsOf(keys);
    }
    passBeyond(life(), store, "increment of a double");
    assertThat(store.contains("put without expiry")).as("S4.13 the row without expiry").isTrue();
    assertThat(store.contains("put")).as("S4.13 a row after its second ttl").isFalse();
  }

  @Test
  void s4_11_readTellsTheRemainingTime() {
    Store<Player> store = expiring();
    store.put("k", ALICE);
    assertRemaining("S4.11 read at once", store, "k", life());
    time().pass(life().dividedBy(4));
    assertRemaining("S4.11 read after a quarter", store, "k", life().dividedBy(4).multipliedBy(3));
    if (time().isExact()) {
      time().pass(life().dividedBy(4).multipliedBy(3));
      assertThat(remaining("S4.11", store, "k")).as("S4.11 read in the last millisecond").isZero();
    }
  }

  @Test
  void s9_7_expiredRowsLeaveTheirPlace() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(3).withTtl(life()));
    for (int i = 0; i < 3; i++) {
      store.put("old" + i, ALICE);
    }
    passBeyond(life(), store, "old2");
    for (int i = 0; i < 3; i++) {
      store.put("new" + i, BOB);
    }
    assertThat(store.getAll(List.of("new0", "new1", "new2")).values())
        .as("S9.7 rows put in place of expired ones")
        .hasSize(3);
  }

  @Test
  void s9_8_anExpiredRowIsEvictedBeforeALiveOne() {
    requires(Capability.BOUNDED_ROWS);
    Store<Player> store = players(options().withCapacity(4).withOverflow(Overflow.EVICT));
    store.put("live0", BOB);
    store.put("live1", BOB);
    store.put("old0", ALICE, life());
    store.put("old1", ALICE, life());
    passBeyond(life(), store, "old1");
    store.put("new0", BOB);
    store.put("new1", BOB);
    assertThat(store.getAll(List.of("live0", "live1", "new0", "new1")).values())
        .as("S9.8 live rows after two more took the place of expired ones")
        .hasSize(4);
  }
}
