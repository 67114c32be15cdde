package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.CodecException;
import io.zeal.InvalidArgumentException;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many keys at once: {@code docs/contract/cache.md} K4, and what K3 says of each of them. */
public abstract class CacheBulkTck extends CacheKit {

  /** For a subclass in the backend's tests. */
  protected CacheBulkTck() {}

  private static Cached<String> hit(String value) {
    return new Cached.Hit<>(value, false);
  }

  @Test
  void k4_1_getAllAnswersWhatIsThere() {
    Cache cache = cache();
    cache.put("a", "1", TEXT, PLAIN);
    cache.put("null", null, TEXT, PLAIN);
    cache.put("tagged", "2", TEXT, PLAIN.withTags("red"));
    cache.put("gone", "3", TEXT, PLAIN.withTags("blue"));
    cache.put("removed", "4", TEXT, PLAIN);
    cache.removeTag("blue");
    cache.remove("removed");
    BulkResult<Cached<String>> found =
        cache.getAll(List.of("none", "a", "gone", "null", "removed", "tagged"), TEXT);
    Map<String, Cached<String>> expected = new LinkedHashMap<>();
    expected.put("a", hit("1"));
    expected.put("null", new Cached.Hit<>(null, false));
    expected.put("tagged", hit("2"));
    assertThat(found.values()).as("K4.1 values of getAll").isEqualTo(expected);
    assertThat(found.failures()).as("K4.1 failures of getAll").isEmpty();
  }

  @Test
  void k4_2_putAllStoresEachAsPutWould() {
    Cache cache = cache();
    CacheOptions options = expiring().withTags("red");
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("a", "1");
    entries.put("bad", "a\ud800");
    entries.put("null", null);
    cache.put("bad", "old", TEXT, PLAIN);
    cache.put("a", "old", TEXT, PLAIN.withTags("blue"));
    BulkResult<Boolean> stored = cache.putAll(entries, TEXT, options);
    assertThat(stored.values())
        .as("K4.2 what putAll answers")
        .isEqualTo(Map.of("a", true, "null", true));
    assertThat(stored.failures()).as("K4.2 failures of putAll").containsOnlyKeys("bad");
    assertThat(stored.failures().get("bad"))
        .as("K4.2 the error of a value that cannot be encoded")
        .isInstanceOf(CodecException.class);
    assertFresh("K4.2 an entry of putAll", cache, "a", "1");
    assertFresh("K4.2 a null of putAll", cache, "null", null);
    assertFresh("K4.2 what was under the key that failed", cache, "bad", "old");
    cache.putAll(Map.of("tagged", "v"), TEXT, options);
    cache.removeTag("red");
    assertMiss("K4.2 an entry of putAll after its tag was removed", cache, "tagged");
    cache.putAll(Map.of("a", "1"), TEXT, expiring());
    passBeyond(life(), cache, "a");
    assertMiss("K4.2 an entry of putAll after its ttl", cache, "a");
  }

  @Test
  void k4_3_whatIsMissingIsLoadedAllAtTheSameTime() {
    Cache cache = cache();
    cache.put("there", "old", TEXT, PLAIN);
    List<String> keys = List.of("a", "there", "b", "c", "d", "e", "f", "g", "h");
    CountDownLatch together = new CountDownLatch(keys.size() - 1);
    AtomicInteger loads = new AtomicInteger();
    BulkResult<Cached<String>> all =
        cache.getAllOrCompute(
            keys,
            TEXT,
            PLAIN.withTags("red"),
            load -> {
              loads.incrementAndGet();
              together.countDown();
              if (!together.await(LONG_WAIT.toSeconds() / 3, TimeUnit.SECONDS)) {
                throw new IOException("not all loaders ran at the same time");
              }
              return load.key() + load.key();
            });
    assertThat(all.failures()).as("K4.3 failures of loads that need each other").isEmpty();
    Map<String, Cached<String>> expected = new LinkedHashMap<>();
    keys.forEach(key -> expected.put(key, hit(key + key)));
    expected.put("there", hit("old"));
    assertThat(all.values()).as("K4.3 values of getAllOrCompute").isEqualTo(expected);
    assertThat(loads).as("K4.3 loads for eight missing keys").hasValue(8);
    assertThat(cache.getAll(keys, TEXT).values()).as("K4.3 what is cached").isEqualTo(expected);
    cache.removeTag("red");
    assertThat(cache.getAll(keys, TEXT).values())
        .as("K4.3 what is cached after the tag of the loaded was removed")
        .containsOnlyKeys("there");
  }

  @Test
  void k4_3_loadedNullIsAHit() {
    Cache cache = cache();
    BulkResult<Cached<String>> all = cache.getAllOrCompute(List.of("k"), TEXT, PLAIN, load -> null);
    assertThat(all.values())
        .as("K4.3 a loaded null")
        .isEqualTo(Map.of("k", new Cached.Hit<>(null, false)));
    assertFresh("K4.3 a loaded null, cached", cache, "k", null);
  }

  @Test
  void k4_4_loadsAreSharedWithEveryOtherCall() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<String> single = Beside.call(() -> cache.getOrCompute("a", TEXT, PLAIN, held));
    held.awaitBegun("K4.4");
    Beside<BulkResult<Cached<String>>> bulk =
        Beside.call(() -> cache.getAllOrCompute(List.of("a", "b"), TEXT, PLAIN, held));
    awaitJoined("K4.4", cache, 1);
    Waiting.until(() -> held.runs() == 2, LONG_WAIT);
    Beside<BulkResult<Cached<String>>> another =
        Beside.call(() -> cache.getAllOrCompute(List.of("b", "a"), TEXT, PLAIN, held));
    Beside<String> other = Beside.call(() -> cache.getOrCompute("b", TEXT, PLAIN, held));
    awaitJoined("K4.4", cache, 4);
    held.release();
    Map<String, Cached<String>> both = Map.of("a", hit("v"), "b", hit("v"));
    assertThat(values("K4.4", bulk)).as("K4.4 what a bulk call got").isEqualTo(both);
    assertThat(values("K4.4", another)).as("K4.4 what another bulk call got").isEqualTo(both);
    assertThat(single.value("K4.4")).as("K4.4 what a single caller got").isEqualTo("v");
    assertThat(other.value("K4.4")).as("K4.4 what another single caller got").isEqualTo("v");
    assertThat(held.runs()).as("K4.4 loads of two keys for four calls").isEqualTo(2);
    assertFresh("K4.4 what is cached of a", cache, "a", "v");
    assertFresh("K4.4 what is cached of b", cache, "b", "v");
  }

  private static Map<String, Cached<String>> values(
      String rule, Beside<BulkResult<Cached<String>>> call) {
    BulkResult<Cached<String>> result = call.value(rule);
    assertThat(result).as("%s the result of a bulk call", rule).isNotNull();
    return result == null ? Map.of() : result.values();
  }

  @Test
  void k4_5_aFailureIsItsKeysAlone() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("late");
    Beside<BulkResult<Cached<String>>> call =
        Beside.call(() ->
            cache.getAllOrCompute(
                List.of("a", "bad", "late", "b"),
                TEXT,
                PLAIN.withHardTimeout(SHORT_WAIT.multipliedBy(5)),
                load ->
                    switch (load.key()) {
                      case "bad" -> throw new IOException("no");
                      case "late" -> held.load(load);
                      default -> "v";
                    }));
    assertThat(values("K4.5", call))
        .as("K4.5 values beside failures")
        .isEqualTo(Map.of("a", hit("v"), "b", hit("v")));
    BulkResult<Cached<String>> all = call.value("K4.5");
    assertThat(all == null ? Map.of() : all.failures())
        .as("K4.5 failures")
        .containsOnlyKeys("bad", "late");
    assertThat(all == null ? null : all.failures().get("bad"))
        .as("K4.5 the error of a load that failed")
        .isInstanceOf(LoaderFailedException.class);
    assertThat(all == null ? null : all.failures().get("late"))
        .as("K4.5 the error of a load that takes too long")
        .isInstanceOf(OperationTimeoutException.class);
    held.release();
    assertComes("K4.5 what was loaded after the call", cache, "late", "late");
    assertMiss("K4.5 the key whose load failed", cache, "bad");
  }

  @Test
  void k4_6_nothingGivenIsNothingDone() {
    Cache cache = cache();
    assertThat(cache.getAll(List.of(), TEXT).values()).as("K4.6 getAll of nothing").isEmpty();
    assertThat(cache.putAll(Map.of(), TEXT, PLAIN).values()).as("K4.6 putAll of nothing").isEmpty();
    assertThat(cache.getAllOrCompute(List.of(), TEXT, PLAIN, never()).values())
        .as("K4.6 getAllOrCompute of nothing")
        .isEmpty();
  }

  @Test
  void k4_6_aKeyGivenTwiceCountsOnce() {
    Cache cache = cache();
    AtomicInteger loads = new AtomicInteger();
    BulkResult<Cached<String>> all =
        cache.getAllOrCompute(
            List.of("a", "b", "a"), TEXT, PLAIN, load -> "load " + loads.incrementAndGet());
    assertThat(all.values()).as("K4.6 values of a, b and a").containsOnlyKeys("a", "b");
    assertThat(loads).as("K4.6 loads of a, b and a").hasValue(2);
    assertThat(cache.getAll(List.of("a", "a", "b"), TEXT).values())
        .as("K4.6 getAll of a, a and b")
        .isEqualTo(all.values());
  }

  @Test
  void k4_6_aKeyThatIsRefusedRefusesTheCall() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    held.release();
    refused(
        "K4.6 getAllOrCompute with an empty key",
        InvalidArgumentException.class,
        () -> cache.getAllOrCompute(List.of("a", ""), TEXT, PLAIN, held));
    assertThat(held.runs()).as("K4.6 loads of a call that was refused").isZero();
    refused(
        "K4.6 getAll with an empty key",
        InvalidArgumentException.class,
        () -> cache.getAll(List.of("a", ""), TEXT));
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("a", "v");
    entries.put("", "v");
    refused(
        "K4.6 putAll with an empty key",
        InvalidArgumentException.class,
        () -> cache.putAll(entries, TEXT, PLAIN));
    assertMiss("K4.6 the key before the empty one", cache, "a");
  }

  // What K3 says of each key

  @Test
  void k3_5_interruptingABulkCallLeavesItsLoadsRunning() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<BulkResult<Cached<String>>> call =
        Beside.call(() -> cache.getAllOrCompute(List.of("a", "b"), TEXT, PLAIN, held));
    Waiting.until(() -> held.runs() == 2, LONG_WAIT);
    call.interrupt();
    call.error("K3.5 a bulk call that is interrupted", OperationInterruptedException.class);
    assertThat(call.leftInterrupted("K3.5")).as("K3.5 the interrupted call's flag").isTrue();
    held.release();
    for (String key : List.of("a", "b")) {
      assertComes("K3.5 what a bulk call that was interrupted loaded", cache, key, "v");
    }
  }

  @Test
  void k3_8_aRemovedKeyOfABulkCallIsNotCached() {
    Cache cache = cache();
    HeldLoader<String> held = HeldLoader.of("v");
    Beside<BulkResult<Cached<String>>> call =
        Beside.call(() -> cache.getAllOrCompute(List.of("a", "b"), TEXT, PLAIN, held));
    Waiting.until(() -> held.runs() == 2, LONG_WAIT);
    cache.remove("a");
    held.release();
    assertThat(values("K3.8", call))
        .as("K3.8 what the bulk call got")
        .isEqualTo(Map.of("a", hit("v"), "b", hit("v")));
    assertMiss("K3.8 the key that was removed while it was loaded", cache, "a");
    assertFresh("K3.8 the other key", cache, "b", "v");
  }

  @Test
  void k3_10_aBulkCallServesStale() {
    Cache cache = cache();
    cache.put("a", "old", TEXT, stale());
    cache.put("b", "old", TEXT, stale());
    passBeyond(life(), cache, "b");
    BulkResult<Cached<String>> all =
        cache.getAllOrCompute(
            List.of("a", "b", "c"),
            TEXT,
            stale(),
            load -> {
              if (load.key().equals("b")) {
                return "new";
              }
              throw new IOException("no");
            });
    assertThat(all.values())
        .as("K3.10 what a bulk call answers, one of its loads having failed")
        .isEqualTo(Map.of("a", new Cached.Hit<>("old", true), "b", hit("new")));
    assertThat(all.failures()).as("K3.10 its failures").containsOnlyKeys("c");
  }

  @Test
  void k3_10_theSoftTimeoutOfABulkCallServesStaleSooner() {
    CacheOptions options = stale().withSoftTimeout(SHORT_WAIT).withHardTimeout(LONG_WAIT);
    Cache cache = cache(options);
    cache.put("k", "old", TEXT, options);
    cache.expire("k");
    HeldLoader<String> held = HeldLoader.of("new");
    Beside<BulkResult<Cached<String>>> call =
        Beside.call(() ->
            cache.getAllOrCompute(
                List.of("k", "quick"),
                TEXT,
                options,
                load -> load.key().equals("k") ? held.load(load) : "v"));
    Waiting.until(call::isOver, LONG_WAIT.dividedBy(2));
    assertThat(call.isOver()).as("K3.10 whether the soft timeout ended a bulk call").isTrue();
    held.release();
    assertThat(values("K3.10", call))
        .as("K3.10 what a bulk call answers at the soft timeout")
        .isEqualTo(Map.of("k", new Cached.Hit<>("old", true), "quick", hit("v")));
    assertComes("K3.10 the value whose bulk call was served stale", cache, "k", "new");
  }

  @Test
  void k3_12_aHitOfABulkCallIsLoadedInTheBackground() {
    CacheOptions options = stale().withRefreshAhead(life());
    Cache cache = cache(options);
    cache.put("k", "old", TEXT, options);
    HeldLoader<String> held = HeldLoader.of("new");
    Beside<BulkResult<Cached<String>>> call =
        Beside.call(() -> cache.getAllOrCompute(List.of("k"), TEXT, options, held));
    assertThat(values("K3.12", call))
        .as("K3.12 a hit of a bulk call shortly before its expiry")
        .isEqualTo(Map.of("k", hit("old")));
    held.awaitBegun("K3.12");
    held.release();
    assertComes("K3.12 what was loaded in the background", cache, "k", "new");
  }
}
