package io.zeal.tck;

import static io.zeal.tck.Player.ALICE;
import static io.zeal.tck.Player.BOB;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Entry;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.SchemaException;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** All rows of a store: {@code docs/contract/store.md} S5 (count), S6 (pages) and S7 (clear). */
public abstract class StorePagesTck extends BackendTck {

  /** For a subclass in the backend's tests. */
  protected StorePagesTck() {}

  private static Map<String, Player> fill(Store<Player> store, int rows) {
    Map<String, Player> all = new HashMap<>();
    for (int i = 0; i < rows; i++) {
      all.put("k" + i, new Player("", i));
    }
    store.putAll(all).orThrow();
    return all;
  }

  /** The keys in the order of a walk; fails at once if a walk does not end. */
  static List<String> walk(String rule, Store<Player> store, int limit, int most) {
    List<String> keys = new ArrayList<>();
    String after = "";
    while (true) {
      List<Entry<Player>> page = store.page(after, limit);
      assertThat(page)
          .as("%s rows of a page of at most %s", rule, limit)
          .hasSizeLessThanOrEqualTo(limit);
      if (page.isEmpty()) {
        return keys;
      }
      page.forEach(entry -> keys.add(entry.key()));
      assertThat(keys)
          .as("%s rows visited, of at most %s", rule, most)
          .hasSizeLessThanOrEqualTo(most);
      after = page.getLast().key();
    }
  }

  private void refusedForLackOf(Capability missing, String what, ThrowingCallable call) {
    assertThat(refused(what, UnsupportedCapabilityException.class, call).capability())
        .as("%s: capability() of that error", what)
        .isEqualTo(missing);
  }

  // S5: count

  @Test
  void s5_1_countIsTheNumberOfRows() {
    requires(Capability.EXACT_COUNT);
    Store<Player> store = players();
    assertThat(store.count()).as("S5.1 count of a new store").isZero();
    store.put("a", ALICE);
    store.put("a", BOB);
    assertThat(store.count()).as("S5.1 count after two puts of one key").isEqualTo(1);
    store.putIfAbsent("b", ALICE);
    store.putIfAbsent("a", ALICE);
    store.increment("c", "score", 1);
    store.increment("c", "score", 1);
    store.putAll(Map.of("a", ALICE, "d", BOB));
    assertThat(store.count()).as("S5.1 count after a, b, c and d were stored").isEqualTo(4);
    store.remove("none");
    store.remove("a");
    store.remove("b", BOB);
    store.removeAll(List.of("c", "none"));
    assertThat(store.count()).as("S5.1 count after a and c were removed").isEqualTo(2);
  }

  @Test
  void s5_4_aStoreWithInexactCountsHasToBeAccepted() {
    StoreOptions plain = StoreOptions.defaults();
    if (can(Capability.COUNT) && !can(Capability.EXACT_COUNT)) {
      refusedForLackOf(
          Capability.EXACT_COUNT,
          "S5.4 a store that does not accept inexact counts",
          () -> players(plain));
    }
    players(plain.accepting(Capability.EXACT_COUNT)).put("k", ALICE);
  }

  @Test
  void s5_5_withoutTheCapabilityCountIsRefused() {
    Store<Player> store = players();
    if (can(Capability.COUNT)) {
      store.put("k", ALICE);
      assertThat(store.count()).as("S5.5 count of one row, claimed").isPositive();
    } else {
      refusedForLackOf(Capability.COUNT, "S5.5 count, not claimed", store::count);
    }
  }

  // S6: pages

  @Test
  void s6_1_pagesVisitEveryRowOnce() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    Map<String, Player> all = fill(store, 100);
    for (int limit : new int[] {1, 7, 10, 99, 100, 101, 5_000}) {
      assertThat(walk("S6.1", store, limit, 100))
          .as("S6.1 keys visited by pages of %s", limit)
          .containsExactlyInAnyOrderElementsOf(all.keySet());
    }
  }

  @Test
  void s6_1_entriesHoldTheRows() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    Map<String, Player> all = fill(store, 20);
    Map<String, Player> found = new HashMap<>();
    store.page("", 20).forEach(entry -> found.put(entry.key(), entry.value()));
    assertThat(found).as("S6.1 entries of a page").isEqualTo(all);
  }

  @Test
  void s6_2_aShortPageIsTheLast() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    assertThat(store.page("", 10)).as("S6.2 page of a store without rows").isEmpty();
    fill(store, 25);
    List<Entry<Player>> first = store.page("", 10);
    assertThat(first).as("S6.2 first page of 10 of 25 rows").hasSize(10);
    List<Entry<Player>> second = store.page(first.getLast().key(), 10);
    assertThat(second).as("S6.2 second page of 10 of 25 rows").hasSize(10);
    List<Entry<Player>> third = store.page(second.getLast().key(), 10);
    assertThat(third).as("S6.2 third page of 10 of 25 rows").hasSize(5);
    assertThat(store.page(third.getLast().key(), 10)).as("S6.2 page behind the last row").isEmpty();
  }

  @Test
  void s6_3_theOrderIsStable() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    fill(store, 60);
    List<String> before = walk("S6.3", store, 7, 60);
    for (int i = 0; i < 60; i++) {
      store.put("k" + (59 - i), ALICE);
      store.put("new" + i, ALICE);
    }
    for (int i = 0; i < 60; i++) {
      store.remove("new" + i);
    }
    assertThat(walk("S6.3", store, 11, 60))
        .as("S6.3 the same rows after they were replaced and others came and went")
        .isEqualTo(before);
  }

  @Test
  void s6_4_theCursorsRowNeedNotExistAnyMore() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    fill(store, 40);
    List<String> order = walk("S6.4", store, 40, 40);
    for (int i = 0; i < 40; i += 10) {
      String cursor = order.get(i);
      store.remove(cursor);
      assertThat(store.page(cursor, 5))
          .as("S6.4 the page behind a removed row, number %s", i)
          .extracting(Entry::key)
          .containsExactlyElementsOf(order.subList(i + 1, i + 6));
    }
  }

  @Test
  void s6_4_theCursorsRowMayBeRemovedAllTheWay() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    Map<String, Player> all = fill(store, 50);
    List<String> visited = new ArrayList<>();
    String after = "";
    for (List<Entry<Player>> page = store.page(after, 7);
        !page.isEmpty();
        page = store.page(after, 7)) {
      for (Entry<Player> entry : page) {
        visited.add(entry.key());
        store.remove(entry.key());
      }
      after = page.getLast().key();
      assertThat(visited).as("S6.4 rows visited, of 50").hasSizeLessThanOrEqualTo(50);
    }
    assertThat(visited)
        .as("S6.4 keys visited while each was removed")
        .containsExactlyInAnyOrderElementsOf(all.keySet());
  }

  @Test
  void s6_6_aLimitBelowOneIsRefused() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    for (int limit : new int[] {0, -1, Integer.MIN_VALUE}) {
      refused(
          "S6.6 a page of at most " + limit,
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> store.page("", limit));
    }
    fill(store, 3);
    assertThat(store.page("", Integer.MAX_VALUE)).as("S6.6 a page of at most 2^31 - 1").hasSize(3);
  }

  @Test
  void s6_7_streamAndForEachVisitWhatPagesVisit() {
    requires(Capability.PAGE);
    Store<Player> store = players();
    Map<String, Player> all = fill(store, 600);
    Map<String, Player> each = new HashMap<>();
    store.forEach((key, row) ->
        assertThat(each.put(key, row)).as("S6.7 key %s visited twice by forEach", key).isNull());
    assertThat(each).as("S6.7 rows of forEach").isEqualTo(all);
    try (Stream<Entry<Player>> stream = store.stream()) {
      assertThat(stream.map(Entry::key))
          .as("S6.7 keys of the stream")
          .containsExactlyInAnyOrderElementsOf(all.keySet());
    }
    assertThat(store.stream().limit(3).count()).as("S6.7 a stream that is left early").isEqualTo(3);
  }

  @Test
  void s6_8_withoutTheCapabilityPagesAreRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    if (can(Capability.PAGE)) {
      assertThat(store.page("", 2)).as("S6.8 page of one row, claimed").hasSize(1);
    } else {
      refusedForLackOf(Capability.PAGE, "S6.8 page, not claimed", () -> store.page("", 2));
      refusedForLackOf(Capability.PAGE, "S6.8 stream, not claimed", () -> store.stream().toList());
      refusedForLackOf(
          Capability.PAGE, "S6.8 forEach, not claimed", () -> store.forEach((k, row) -> {}));
    }
  }

  // S7: clear

  @Test
  void s7_1_clearRemovesEveryRow() {
    requires(Capability.CLEAR);
    Store<Player> store = players();
    Map<String, Player> all = fill(store, 300);
    store.put("expiring", ALICE, Duration.ofHours(1));
    store.clear();
    assertThat(store.getAll(all.keySet()).values()).as("S7.1 rows after clear").isEmpty();
    assertThat(store.contains("expiring")).as("S7.1 a row with a ttl after clear").isFalse();
    if (can(Capability.EXACT_COUNT)) {
      assertThat(store.count()).as("S7.1 count after clear").isZero();
    }
    if (can(Capability.PAGE)) {
      assertThat(store.page("", 10)).as("S7.1 page after clear").isEmpty();
    }
  }

  @Test
  void s7_2_clearLeavesOtherStoresAlone() {
    requires(Capability.CLEAR);
    // Shorter by one letter it is still a name that nobody else has.
    String name = freshName() + "-s";
    List<Store<Player>> others = new ArrayList<>();
    for (String joint : Texts.JOINTS) {
      others.add(store(name + joint, Player.SCHEMA));
    }
    others.add(store(name + "*", Player.SCHEMA));
    others.add(store(name.substring(0, name.length() - 1), Player.SCHEMA));
    others.forEach(other -> other.put("k", ALICE));
    Store<Player> cleared = store(name, Player.SCHEMA);
    cleared.put("k", ALICE);
    cleared.clear();
    for (Store<Player> other : others) {
      assertThat(other.get("k"))
          .as("S7.2 a row of store %s after clear of %s", Texts.show(other.name()), name)
          .contains(ALICE);
    }
    assertThat(cleared.get("k")).as("S7.2 a row of the store that was cleared").isEmpty();
  }

  @Test
  void s7_2_clearLeavesCountersAlone() {
    requires(Capability.CLEAR);
    requires(Capability.COUNTERS);
    Store<Player> store = players();
    zeal().counter(store.name()).add(5);
    store.clear();
    assertThat(zeal().counter(store.name()).get())
        .as("S7.2 the counter of a cleared store's name")
        .isEqualTo(5);
  }

  @Test
  void s7_4_aClearedStoreGoesOnAsItWas() {
    requires(Capability.CLEAR);
    String name = freshName();
    Store<Player> store = store(name, Player.SCHEMA);
    store.put("k", ALICE, Duration.ofHours(1));
    store.clear();
    assertThat(store.putIfAbsent("k", BOB)).as("S7.4 putIfAbsent after clear").isTrue();
    assertThat(store.get("k")).as("S7.4 the row put after clear").contains(BOB);
    assertThat(store.increment("new", "score", 2)).as("S7.4 increment after clear").isEqualTo(2);
    refused(
        "S7.4 attach with other columns after clear",
        SchemaException.class,
        ErrorCode.SCHEMA_MISMATCH,
        () -> store(name, Sample.SCHEMA));
    store.clear();
    store.clear();
    assertThat(store.contains("k")).as("S7.4 the row after two more clears").isFalse();
  }

  @Test
  void s7_5_withoutTheCapabilityClearIsRefused() {
    Store<Player> store = players();
    store.put("k", ALICE);
    if (can(Capability.CLEAR)) {
      store.clear();
      assertThat(store.contains("k")).as("S7.5 the row after clear, claimed").isFalse();
    } else {
      refusedForLackOf(Capability.CLEAR, "S7.5 clear, not claimed", store::clear);
      assertThat(store.get("k")).as("S7.5 the row after a refusal").contains(ALICE);
    }
  }
}
