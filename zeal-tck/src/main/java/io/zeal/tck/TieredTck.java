package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Patch;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Store;
import io.zeal.spi.Operation;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/**
 * Copies: what is promised of them, and how they are read ({@code docs/contract/tiered.md}, T1 and
 * T2). For backends with {@code Capability.CACHED_READS} over a far level that others share.
 */
public abstract class TieredTck extends TieredKit {

  private static final Duration A_WHILE = Duration.ofMillis(50);

  /** For a subclass in the backend's tests. */
  protected TieredTck() {}

  // T1: the promise

  @Test
  final void t1_1_aPeerSeesEachKindOfChange() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    Store<Player> store = one.store;
    store.put("k", player(1));
    copied("T1.1", two, "k");
    two.line.stopHeartbeats(); // from here on only messages say that something changed
    Map<String, Runnable> changes = new LinkedHashMap<>();
    changes.put("put", () -> store.put("k", player(2)));
    changes.put("patch", () -> store.patch("k", Patch.set("score", 3L)));
    changes.put("increment", () -> store.increment("k", "score", 1));
    changes.put("compareAndSet", () -> store.compareAndSet("k", "score", 4L, 5L));
    changes.put("replace", () -> store.replace("k", player(5), player(6)));
    changes.put("putAll", () -> store.putAll(Map.of("k", player(7), "l", player(7))));
    changes.put("touch", () -> store.touch("k", Duration.ofHours(1)));
    changes.put("remove", () -> store.remove("k"));
    changes.put("putIfAbsent", () -> store.putIfAbsent("k", player(8)));
    changes.put("removeAll", () -> store.removeAll(List.of("k", "l")));
    changes.put("put again", () -> store.put("k", player(9)));
    if (can(Capability.CLEAR)) {
      changes.put("clear", store::clear);
    }
    changes.forEach((kind, change) -> {
      change.run();
      awaitSame("T1.1 the row at a peer behind a " + kind, two, one);
      if (two.store.contains("k")) {
        copied("T1.1", two, "k");
      }
    });
  }

  private void awaitSame(String what, Node<Player> two, Node<Player> one) {
    Optional<Player> row = one.store.read("k", AT_THE_FAR_LEVEL).map(Reading::value);
    boolean expires = expires(one.store.read("k", AT_THE_FAR_LEVEL));
    Predicate<Optional<Reading<Player>>> same =
        read -> read.map(Reading::value).equals(row) && expires(read) == expires;
    Waiting.until(() -> same.test(two.store.read("k", ReadOptions.defaults())), patience());
    assertThat(two.store.read("k", ReadOptions.defaults()))
        .as("%s: expected %s, that expires: %s", what, row, expires)
        .matches(same);
  }

  private static boolean expires(Optional<Reading<Player>> read) {
    return read.flatMap(Reading::remaining).isPresent();
  }

  @Test
  final void t1_2_noReaderSeesWhatWasOverwrittenLongerThanTheBound() {
    Node<Player> one = first();
    Node<Player> two = peer(one, TieredKit::shortLease);
    one.store.put("k", player(1));
    copied("T1.2", two, "k");
    two.messages().lose();
    one.store.put("k", player(2));
    assertSeenAfter("T1.2", two, BOUND);
  }

  /** A row "k" of score 2 was just written: reads that begin after {@code bound} find it. */
  private static void assertSeenAfter(String rule, Node<Player> node, Duration bound) {
    long written = System.nanoTime();
    long passed;
    do {
      passed = System.nanoTime() - written;
      long score = node.get("k").score();
      if (passed >= bound.toNanos()) {
        assertThat(score)
            .as("%s the row %s ms after it was overwritten", rule, passed / 1_000_000)
            .isEqualTo(2);
      }
    } while (passed < 2 * bound.toNanos());
  }

  @Test
  final void t1_3_noCopyIsServedBeyondItsAge() {
    Node<Player> one = first();
    Node<Player> two = peer(one, TieredKit::shortLife);
    one.store.put("k", player(1));
    for (int copies = 0; copies < 3; copies++) {
      copied("T1.3", two, "k");
      await(
          "T1.3 the end of a copy",
          () -> {
            Duration age = two.read("k").age();
            assertThat(age).as("T1.3 the age of a copy").isLessThan(SHORT_LIFE);
            return age.isZero();
          });
    }
  }

  @Test
  final void t1_4_whatIsNotAnnouncedIsSeenWithinTheAge() {
    Node<Player> one = first();
    Node<Player> two = peer(one, TieredKit::shortLife);
    one.store.put("k", player(1));
    copied("T1.4", two, "k");
    two.putPast("k", player(2));
    assertSeenAfter("T1.4", two, SHORT_LIFE);
  }

  // T2: reads

  @Test
  final void t2_1_whoWroteReadsWhatItWrote() {
    Node<Player> node = first();
    Store<Player> store = node.store;
    store.put("k", player(0));
    copied("T2.1", node, "k");
    node.messages().hold();
    for (long i = 10; i < 200; i += 10) {
      store.put("k", player(i));
      assertRead(node, "put", i);
      store.increment("k", "score", 1);
      assertRead(node, "increment", i + 1);
      store.patch("k", Patch.set("score", i + 2));
      assertRead(node, "patch", i + 2);
      store.compareAndSet("k", "score", i + 2, i + 3);
      assertRead(node, "compareAndSet", i + 3);
      store.replace("k", player(i + 3), player(i + 4));
      assertRead(node, "replace", i + 4);
      store.putAll(Map.of("k", player(i + 5), "l", player(1)));
      assertRead(node, "putAll", i + 5);
      store.remove("k");
      assertThat(store.get("k")).as("T2.1 the row behind a remove").isEmpty();
      store.putIfAbsent("k", player(i + 6));
      assertRead(node, "putIfAbsent", i + 6);
    }
    if (can(Capability.CLEAR)) {
      store.clear();
      assertThat(store.get("k")).as("T2.1 the row behind a clear").isEmpty();
    }
  }

  private static void assertRead(Node<Player> node, String kind, long score) {
    for (int times = 1; times <= 2; times++) {
      assertThat(node.get("k").score())
          .as("T2.1 the row behind a %s, read %s times", kind, times)
          .isEqualTo(score);
    }
  }

  @Test
  final void t2_2_theAgeOfACopyCountsFromBeforeItWasRead() {
    Node<Player> node = first();
    node.store.put("lease", player(0));
    node.putPast("k", player(1));
    copied("T2.2", node, "lease");
    Gate late = node.line.delayAnswer(Operation.READ);
    long begin = System.nanoTime();
    Beside<Reading<Player>> read = Beside.call(() -> node.read("k"));
    late.awaitArrived("T2.2", 1);
    long asked = System.nanoTime();
    Waiting.forAtLeast(A_WHILE);
    late.open();
    assertThat(read.value("T2.2"))
        .as("T2.2 the far level's answer: expected to have no age")
        .matches(reading -> reading != null && !isCopy(reading));

    long before = System.nanoTime();
    Reading<Player> copy = node.read("k");
    long after = System.nanoTime();
    assertThat(copy.age())
        .as("T2.2 the age of a copy, asked for at least %s ns ago", before - asked)
        .isBetween(Duration.ofNanos(before - asked), Duration.ofNanos(after - begin));
    assertThat(copy.stale()).as("T2.2 whether a copy is stale").isFalse();
  }

  @Test
  final void t2_3_aReadSaysHowOldACopyMayBe() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T2.3", node, "k");
    node.putPast("k", player(2));
    assertThat(node.store.read("k", ReadOptions.maxStaleness(Duration.ofHours(1))).orElseThrow())
        .as("T2.3 the copy, which is young enough")
        .matches(copy -> isCopy(copy) && copy.value().score() == 1);
    Reading<Player> there = node.store.read("k", AT_THE_FAR_LEVEL).orElseThrow();
    assertThat(there.value().score()).as("T2.3 a read that may not be old").isEqualTo(2);
    assertThat(there.age()).as("T2.3 its age").isZero();

    copied("T2.3", node, "k");
    node.putPast("k", player(3));
    Waiting.forAtLeast(A_WHILE);
    Reading<Player> young = node.store.read("k", ReadOptions.maxStaleness(A_WHILE)).orElseThrow();
    assertThat(young.value().score())
        .as("T2.3 a read that may be %s old, where the copy is older", A_WHILE)
        .isEqualTo(3);
  }

  @Test
  final void t2_4_containsAsksTheFarLevel() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T2.4", node, "k");
    node.removePast("k");
    assertThat(node.store.contains("k")).as("T2.4 contains of a row that is gone").isFalse();
    if (can(Capability.EXACT_COUNT)) {
      assertThat(node.store.count()).as("T2.4 the count").isZero();
    }
    if (can(Capability.PAGE)) {
      assertThat(node.store.page("", 10)).as("T2.4 a page").isEmpty();
    }
    assertThat(node.store.read("k", ReadOptions.maxStaleness(Duration.ofHours(1))))
        .as("T2.4 whether there is a copy that is young enough")
        .isPresent();
  }

  @Test
  final void t2_5_absenceIsNotKept() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T2.5", node, "k");
    for (int i = 0; i < 3; i++) {
      assertThat(node.store.get("none")).as("T2.5 a row that is not there").isEmpty();
      assertThat(node.store.getAll(List.of("none")).values()).as("T2.5 many of them").isEmpty();
    }
    node.putPast("none", player(2));
    assertThat(node.store.get("none")).as("T2.5 a row that came").contains(player(2));
  }

  @Test
  final void t2_6_aCopyEndsWithItsRow() {
    Node<Player> one = first();
    Node<Player> two = peer(one);
    Duration ttl = time().ttl();
    one.store.put("lease", player(0));
    copied("T2.6", two, "lease");
    copied("T2.6", one, "lease");
    one.store.put("k", player(1), ttl);
    Reading<Player> copy = copied("T2.6", two, "k");
    assertThat(copy.remaining()).as("T2.6 what is left of a copy").isPresent();
    assertThat(copy.remaining().orElseThrow()).as("T2.6 what is left of it").isLessThan(ttl);
    time().passBeyond(ttl, () -> one.store.get("k").isEmpty() && two.store.get("k").isEmpty());
    assertThat(two.store.get("k")).as("T2.6 the row at a peer behind its end").isEmpty();
    assertThat(one.store.get("k")).as("T2.6 the row at its writer behind its end").isEmpty();
  }

  @Test
  final void t2_7_columnsAndManyKeysAreReadFromTheSameCopy() {
    Node<Player> node = first();
    node.store.put("k", player(1));
    copied("T2.7", node, "k");
    node.putPast("k", new Player("new", 2));
    node.putPast("l", player(3));
    assertThat(node.store.getLong("k", "score")).as("T2.7 a number").hasValue(1);
    assertThat(node.store.getString("k", "name")).as("T2.7 a text").contains("p");
    assertThat(node.store.getAll(List.of("k", "l", "m")).values())
        .as("T2.7 many rows, one of them copied")
        .isEqualTo(Map.of("k", player(1), "l", player(3)));
    assertThat(node.get("k")).as("T2.7 the row").isEqualTo(player(1));
    node.removePast("k");
    assertThat(node.store.containsCached("k")).as("T2.7 whether there is a row").isTrue();
    assertThat(node.store.containsCached("m")).as("T2.7 whether there is one").isFalse();
  }

  @Test
  final void t2_8_whatIsReadIsTheReadersOwn() {
    Node<Sample> node = node(zeal(), freshName(), Sample.SCHEMA);
    byte[] given = {1, 2, 3};
    Sample row = Sample.ZERO.withBytes(given.clone());
    node.store.put("k", row);
    copied("T2.8", node, "k");
    node.store.put("k", Sample.ZERO.withBytes(given));
    given[0] = 9;
    assertThat(node.get("k"))
        .as("T2.8 a row whose array was changed after it was put")
        .isEqualTo(row);
    copied("T2.8", node, "k").value().bytes()[0] = 9;
    node.store.getBytes("k", "bytes").orElseThrow()[1] = 9;
    assertThat(node.get("k")).as("T2.8 a row whose array another reader changed").isEqualTo(row);
  }
}
