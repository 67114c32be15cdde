package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Loader;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * Loads that meet each other and changes: {@code docs/contract/cache.md} K3.2, K3.5, K3.6, K3.8,
 * K3.9 and K3.15.
 */
public abstract class CacheRaceTck extends CacheKit {

  private static final int THREADS = 24;

  /** For a subclass in the backend's tests. */
  protected CacheRaceTck() {}

  @Test
  void k3_2_oneLoadRunsForAllWhoAsk() {
    Cache cache = cache();
    for (int round = 0; round < 10; round++) {
      String key = "k" + round;
      AtomicInteger loads = new AtomicInteger();
      new Race("K3.2")
          .run(
              THREADS,
              number -> {
                String value =
                    cache.getOrCompute(key, TEXT, PLAIN, load -> "load " + loads.incrementAndGet());
                assertThat(value).as("K3.2 what thread %s got", number).isEqualTo("load 1");
              })
          .start();
      assertThat(loads).as("K3.2 loads for %s threads", THREADS).hasValue(1);
    }
  }

  @Test
  void k3_2_whoComesWhileALoadRunsJoinsIt() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<String> first = Beside.call(() -> cache.getOrCompute("joined", TEXT, PLAIN, held));
    held.awaitBegun("K3.2");
    Beside<String> second = Beside.call(() -> cache.getOrCompute("joined", TEXT, PLAIN, held));
    awaitJoined("K3.2", cache, 1);
    held.release();
    assertThat(first.value("K3.2")).as("K3.2 what the first caller got").isEqualTo("v");
    assertThat(second.value("K3.2")).as("K3.2 what the one that joined got").isEqualTo("v");
    assertThat(held.runs()).as("K3.2 loads for two callers").isEqualTo(1);
  }

  @Test
  void k3_2_anInvalidationOfAnotherTagPartsNobody() {
    for (CacheOptions options : List.of(PLAIN, PLAIN.withTags("red"))) {
      Cache cache = cache();
      String what = "K3.2 with " + options.tags() + ", beside an invalidation of another tag";
      cache.put("other", "v", TEXT, PLAIN.withTags("red"));
      HeldLoader<String> held = HeldLoader.of("v");
      Beside<String> first = Beside.call(() -> cache.getOrCompute("k", TEXT, options, held));
      held.awaitBegun(what);
      cache.removeTag("unrelated");
      Beside<String> second = Beside.call(() -> cache.getOrCompute("k", TEXT, options, held));
      awaitJoined(what, cache, 1);
      cache.removeTag("unrelated");
      held.release();
      assertThat(first.value(what)).as("%s: what the first caller got", what).isEqualTo("v");
      assertThat(second.value(what)).as("%s: what the next caller got", what).isEqualTo("v");
      assertThat(held.runs()).as("%s: loads", what).isEqualTo(1);
      assertFresh(what + ": what is cached", cache, "k", "v");
    }
  }

  @Test
  void k3_5_interruptingACallerEndsItsWaitAlone() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<String> first = Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, held));
    held.awaitBegun("K3.5");
    Beside<String> second = Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, held));
    awaitJoined("K3.5", cache, 1);
    first.interrupt();
    first.error("K3.5 a caller that is interrupted", OperationInterruptedException.class);
    assertThat(first.leftInterrupted("K3.5")).as("K3.5 the interrupted caller's flag").isTrue();
    assertThat(second.isOver()).as("K3.5 whether the other caller stopped waiting").isFalse();
    held.release();
    assertThat(second.value("K3.5")).as("K3.5 what the other caller got").isEqualTo("v");
    assertComes("K3.5 what was cached after a caller was interrupted", cache, "k", "v");
    assertThat(held.runs()).as("K3.5 loads").isEqualTo(1);
  }

  @Test
  void k3_6_aCallerWaitsAtMostItsHardTimeout() {
    Cache cache = cache();
    CacheOptions hasty = PLAIN.withHardTimeout(SHORT_WAIT);
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<String> patient =
        Beside.call(() -> {
          held.awaitBegun("K3.6");
          return cache.getOrCompute("k", TEXT, PLAIN, held);
        });
    assertLate("K3.6 a load that takes too long", () -> cache.getOrCompute("k", TEXT, hasty, held));
    assertLate(
        "K3.6 a load of another that takes too long",
        () -> cache.getOrCompute("k", TEXT, hasty, held));
    held.release();
    assertThat(patient.value("K3.6")).as("K3.6 what a patient caller got").isEqualTo("v");
    assertComes("K3.6 what was cached after a caller gave up", cache, "k", "v");
    assertThat(held.runs()).as("K3.6 loads").isEqualTo(1);
  }

  private static void assertLate(String what, Runnable call) {
    OperationTimeoutException late =
        Beside.call(
                () -> {
                  call.run();
                  return null;
                })
            .error(what, OperationTimeoutException.class);
    assertThat(late.stage())
        .as("%s: what was waited for", what)
        .isEqualTo(OperationTimeoutException.Stage.LOADER);
  }

  @Test
  void k3_6_aLoadOfAnotherTypeIsWaitedForNoLonger() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<String> text = Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, held));
    held.awaitBegun("K3.6");
    assertLate(
        "K3.6 a load of another type that takes too long",
        () -> cache.getOrCompute("k", LONG, PLAIN.withHardTimeout(SHORT_WAIT), load -> 1L));
    Beside<Long> number = Beside.call(() -> cache.getOrCompute("k", LONG, PLAIN, load -> 2L));
    number.interrupt();
    number.error(
        "K3.6 a caller that is interrupted while a load of another type runs",
        OperationInterruptedException.class);
    held.release();
    assertThat(text.value("K3.6")).as("K3.6 what the first caller got").isEqualTo("v");
  }

  // K3.8 and K3.9: changes win

  /** What a change leaves under the key "k". */
  private record Change(Consumer<Cache> change, Function<Cache, String> left) {}

  private static String shown(Cache cache) {
    return cache.get("k", TEXT).toOptional().orElse("nothing");
  }

  private static Map<String, Change> changesOfTheKey() {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put("remove", new Change(cache -> cache.remove("k"), c -> "nothing"));
    changes.put(
        "put", new Change(cache -> cache.put("k", "put", TEXT, cache.options()), c -> "put"));
    changes.put("expire", new Change(cache -> cache.expire("k"), c -> "nothing"));
    changes.put(
        "putAll",
        new Change(cache -> cache.putAll(Map.of("k", "put"), TEXT, cache.options()), c -> "put"));
    return changes;
  }

  private static Map<String, Change> invalidations() {
    Map<String, Change> changes = invalidationsOfATag();
    changes.put("clear", new Change(Cache::clear, c -> "nothing"));
    return changes;
  }

  private static Map<String, Change> invalidationsOfATag() {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put(
        "removeTag of an option", new Change(cache -> cache.removeTag("red"), c -> "nothing"));
    changes.put(
        "removeTag of the loader", new Change(cache -> cache.removeTag("said"), c -> "nothing"));
    return changes;
  }

  private static Loader<String> tagging(String value) {
    return load -> {
      load.tags("said");
      return value;
    };
  }

  /** A load begins here, the change is made there, and whoever comes after it loads anew. */
  private static void changeWins(String rule, Cache here, Cache there, String name, Change change) {
    CacheOptions options = PLAIN.withTags("red");
    String what = rule + " " + name + " while a load runs";
    HeldLoader<String> held = new HeldLoader<>(tagging("old"));
    Beside<String> before = Beside.call(() -> here.getOrCompute("k", TEXT, options, held));
    held.awaitBegun(rule);
    change.change().accept(there);
    held.release();
    assertThat(before.value(what)).as("%s: what the waiting caller got", what).isEqualTo("old");
    assertThat(shown(here)).as("%s: what is cached", what).isEqualTo(change.left().apply(here));
  }

  /** As before, and somebody comes before the first load ends. */
  private static void isNotJoined(
      String rule, Cache here, Cache there, String name, Change change) {
    CacheOptions options = PLAIN.withTags("red");
    String what = rule + " " + name + " while a load runs, and a caller after it";
    HeldLoader<String> held = new HeldLoader<>(tagging("old"));
    Beside<String> before = Beside.call(() -> here.getOrCompute("k", TEXT, options, held));
    held.awaitBegun(rule);
    change.change().accept(there);
    Beside<String> after = Beside.call(() -> here.getOrCompute("k", TEXT, options, load -> "new"));
    String expected = change.left().apply(here).equals("nothing") ? "new" : "put";
    assertThat(after.value(what)).as("%s: what it got", what).isEqualTo(expected);
    held.release();
    assertThat(before.value(what)).as("%s: what the first caller got", what).isEqualTo("old");
    assertThat(shown(here)).as("%s: what is cached", what).isEqualTo(expected);
  }

  /** As before, where the one that comes may wait for the first load, to learn its tags. */
  private static void isNotForWhoComesAfter(
      String rule, Cache here, Cache there, String name, Change change) {
    CacheOptions options = PLAIN.withTags("red");
    String what = rule + " " + name + " while a load runs, and a caller after it";
    HeldLoader<String> held = new HeldLoader<>(tagging("old"));
    Beside<String> before = Beside.call(() -> here.getOrCompute("k", TEXT, options, held));
    held.awaitBegun(rule);
    change.change().accept(there);
    Beside<String> after = Beside.call(() -> here.getOrCompute("k", TEXT, options, load -> "new"));
    Waiting.until(
        () -> number(rule, here, "flightsJoined") + number(rule, here, "loads") > 1, LONG_WAIT);
    held.release();
    assertThat(after.value(what)).as("%s: what it got", what).isEqualTo("new");
    assertThat(before.value(what)).as("%s: what the first caller got", what).isEqualTo("old");
    assertThat(shown(here)).as("%s: what is cached", what).isEqualTo("new");
  }

  @Test
  void k3_8_aChangeOfTheKeyWins() {
    changesOfTheKey()
        .forEach((name, change) -> {
          Cache cache = cache();
          changeWins("K3.8", cache, cache, name, change);
        });
  }

  @Test
  void k3_8_whoComesAfterAChangeDoesNotJoin() {
    changesOfTheKey()
        .forEach((name, change) -> {
          Cache cache = cache();
          isNotJoined("K3.8", cache, cache, name, change);
        });
  }

  @Test
  void k3_8_expireWinsAgainstARefresh() {
    Cache cache = cache(refreshed());
    expireWhileItIsRefreshed("K3.8 expire while a refresh runs", cache, cache);
  }

  /** Every hit begins a load. */
  private CacheOptions refreshed() {
    return stale().withRefreshAhead(life());
  }

  private static void expireWhileItIsRefreshed(String what, Cache here, Cache there) {
    here.put("k", "old", TEXT, here.options());
    HeldLoader<String> held = HeldLoader.of("late");
    String hit = here.getOrCompute("k", TEXT, here.options(), held);
    assertThat(hit).as("%s: the hit that began it", what).isEqualTo("old");
    held.awaitBegun(what);
    assertThat(there.expire("k")).as(what).isTrue();
    held.release();
    Waiting.until(() -> !here.explain("k").contains("under way"), LONG_WAIT);
    assertStale(what + ": what is cached", here, "k", "old");
  }

  @Test
  void k3_8_aChangeThroughAnotherInstanceWins() {
    requiresSharedState();
    var other = openAnother();
    Map<String, Change> changes = changesOfTheKey();
    changes.remove("expire"); // of what is not there changes nothing for others to see
    changes.forEach((name, change) -> {
      Cache here = cache();
      changeWins("K3.8", here, same(other, here), name + " elsewhere", change);
      Cache fresh = cache();
      isNotJoined("K3.8", fresh, same(other, fresh), name + " elsewhere", change);
    });
    Cache cache = cache(refreshed());
    expireWhileItIsRefreshed(
        "K3.8 expire elsewhere while a refresh runs", cache, same(other, cache));
  }

  @Test
  void k3_9_anInvalidationWins() {
    invalidations()
        .forEach((name, change) -> {
          Cache cache = cache();
          changeWins("K3.9", cache, cache, name, change);
        });
  }

  @Test
  void k3_9_whoComesAfterAClearDoesNotJoin() {
    Cache cache = cache();
    isNotJoined("K3.9", cache, cache, "clear", new Change(Cache::clear, c -> "nothing"));
  }

  @Test
  void k3_9_whoComesAfterAnInvalidationOfATagDoesNotGetWhatBeganBefore() {
    invalidationsOfATag()
        .forEach((name, change) -> {
          Cache cache = cache();
          isNotForWhoComesAfter("K3.9", cache, cache, name, change);
        });
  }

  @Test
  void k3_9_anInvalidationThroughAnotherInstanceWins() {
    requiresSharedState();
    var other = openAnother();
    invalidations()
        .forEach((name, change) -> {
          Cache here = cache();
          changeWins("K3.9", here, same(other, here), name + " elsewhere", change);
        });
    invalidationsOfATag()
        .forEach((name, change) -> {
          Cache here = cache();
          isNotForWhoComesAfter("K3.9", here, same(other, here), name + " elsewhere", change);
        });
    Cache here = cache();
    Change clear = new Change(Cache::clear, c -> "nothing");
    isNotJoined("K3.9", here, same(other, here), "clear elsewhere", clear);
  }

  @Test
  void k3_15_eachTypeGetsItsOwnValue() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("text");
    Beside<String> text = Beside.call(() -> cache.getOrCompute("k", TEXT, PLAIN, held));
    held.awaitBegun("K3.15");
    Beside<Long> number = Beside.call(() -> cache.getOrCompute("k", LONG, PLAIN, load -> 7L));
    held.release();
    Object asText = text.value("K3.15");
    Object asNumber = number.value("K3.15");
    assertThat(asText).as("K3.15 what the caller that asked for a text got").isEqualTo("text");
    assertThat(asNumber).as("K3.15 what the caller that asked for a number got").isEqualTo(7L);
  }
}
