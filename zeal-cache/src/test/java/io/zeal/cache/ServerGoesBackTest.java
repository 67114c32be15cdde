package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that goes back to what it was: it restarts from a snapshot, or a replica takes over that
 * lagged. Who made a change, or saw a number behind it, does not get the older value again (K5.6).
 */
class ServerGoesBackTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final CacheOptions RED = CacheOptions.defaults().withTags("red");
  private static final Cached<String> MISS = new Cached.Miss<>();

  private final HeapServer server = HeapServer.poor();
  private final Zeal zeal = server.open(ZealConfig.builder());
  private final Zeal otherZeal = server.open(ZealConfig.builder());
  private final Cache cache = zeal.cache("users");
  private final Cache other = otherZeal.cache("users");

  @AfterEach
  void close() {
    zeal.close();
    otherZeal.close();
  }

  /** Changes after which the value "old" under "k" must not be served, by name. */
  static Stream<Map.Entry<String, Consumer<Cache>>> changes() {
    Map<String, Consumer<Cache>> changes = new LinkedHashMap<>();
    changes.put("remove", cache -> cache.remove("k"));
    changes.put("expire", cache -> cache.expire("k"));
    changes.put("put", cache -> cache.put("k", "new", String.class));
    changes.put("put with a new tag", cache -> cache.put("k", "new", TEXT, RED.withTags("new")));
    changes.put("putAll", cache -> cache.putAll(Map.of("k", "new"), TEXT, RED).orThrow());
    changes.put("removeTag", cache -> cache.removeTag("red"));
    changes.put("clear", Cache::clear);
    return changes.entrySet().stream();
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whoChangedItDoesNotGetTheOlderValue(Map.Entry<String, Consumer<Cache>> change) {
    cache.put("k", "old", TEXT, RED);
    Runnable back = server.snapshot();
    change.getValue().accept(cache);
    back.run();
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
    assertThat(cache.getAll(List.of("k"), TEXT).values()).isEmpty();
    assertThat(other.get("k", TEXT)).as("others, from then on").isEqualTo(MISS);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void whoSawANumberBehindTheChangeDoesNotGetTheOlderValue(
      Map.Entry<String, Consumer<Cache>> change) {
    cache.put("k", "old", TEXT, RED);
    Runnable back = server.snapshot();
    change.getValue().accept(other);
    assertThat(cache.contains("another key")).isFalse();
    back.run();
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
  }

  /** A snapshot is made before each step of the change, one after the other. */
  @ParameterizedTest
  @MethodSource("changes")
  void aSnapshotInTheMiddleOfAChangeDoesNotBringTheOlderValueBack(
      Map.Entry<String, Consumer<Cache>> change) {
    for (int step = 0; step < 30; step++) {
      cache.put("k", "old", TEXT, RED);
      List<Runnable> snapshots = new ArrayList<>();
      server.beforeEach(call -> snapshots.add(server.snapshot()));
      change.getValue().accept(cache);
      server.beforeEach(call -> {});
      if (step >= snapshots.size()) {
        assertThat(step).as("steps of the change").isPositive();
        return;
      }
      snapshots.get(step).run();
      assertThat(cache.get("k", TEXT).toOptional())
          .as("after the server went back to before step %s", step)
          .isNotEqualTo(java.util.Optional.of("old"));
    }
    throw new AssertionError("a change of so many steps");
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aChangeThatFindsTheServerBackHolds(Map.Entry<String, Consumer<Cache>> change) {
    cache.put("k", "old", TEXT, RED);
    cache.put("removed", "old", TEXT, RED);
    Runnable back = server.snapshot();
    cache.remove("removed");
    back.run();
    change.getValue().accept(cache);
    Cached<String> found = cache.get("k", TEXT);
    if (change.getKey().startsWith("put")) {
      assertThat(found).isEqualTo(new Cached.Hit<>("new", false));
    } else {
      assertThat(found).isEqualTo(MISS);
    }
    assertThat(cache.get("removed", TEXT)).isEqualTo(MISS);
  }

  @Test
  void anEpochThatEndedLongAgoIsNotBelieved() {
    cache.put("k", "old", TEXT, RED);
    Runnable back = server.snapshot();
    for (int i = 0; i < 100; i++) {
      (i % 2 == 0 ? cache : other).clear();
      cache.contains("k");
    }
    back.run();
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
  }

  @Test
  void whatIsStoredAfterwardsStaysForAll() {
    cache.put("k", "old", TEXT, RED);
    other.contains("k");
    Runnable back = server.snapshot();
    cache.remove("k");
    other.contains("k");
    back.run();
    assertThat(other.get("k", TEXT)).isEqualTo(MISS);
    other.put("k", "new", TEXT, RED);
    assertThat(cache.get("k", TEXT)).isEqualTo(new Cached.Hit<>("new", false));
    assertThat(cache.getOrCompute("l", TEXT, RED, load -> "loaded")).isEqualTo("loaded");
    assertThat(other.get("l", TEXT)).isEqualTo(new Cached.Hit<>("loaded", false));
    assertThat(other.get("k", TEXT)).isEqualTo(new Cached.Hit<>("new", false));
  }

  @Test
  void aLoadThatBeganBeforeDoesNotStoreUnderTheNumbersOfAfter() {
    Runnable back = server.snapshot();
    cache.put("other", "v", String.class);
    String value =
        cache.getOrCompute(
            "k",
            String.class,
            load -> {
              cache.remove("k");
              back.run();
              return "old";
            });
    assertThat(value).isEqualTo("old");
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
  }

  /** The other one had heard of nothing, and counts beyond what this one counted. */
  @ParameterizedTest
  @MethodSource("changes")
  void whoChangedItNoticesThoughOthersHaveChangedMore(Map.Entry<String, Consumer<Cache>> change) {
    cache.put("k", "old", TEXT, RED);
    other.contains("k");
    Runnable back = server.snapshot();
    change.getValue().accept(cache);
    back.run();
    for (int i = 0; i < 10; i++) {
      other.put("x" + i, "v", String.class);
    }
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
  }

  @ParameterizedTest
  @MethodSource("changes")
  void aNodeOfAClusterMayGoBackByItself(Map.Entry<String, Consumer<Cache>> change) {
    int buckets = 8;
    HeapServer cluster = HeapServer.cluster(buckets);
    try (Zeal mine = cluster.open(ZealConfig.builder());
        Zeal others = cluster.open(ZealConfig.builder())) {
      Cache users = mine.cache("users");
      for (int bucket = 0; bucket < buckets; bucket++) {
        users.put("k", "old", TEXT, RED);
        Runnable back = cluster.snapshotOf(bucket);
        change.getValue().accept(users);
        back.run();
        for (int i = 0; i < 5; i++) {
          others.cache("users").put("x" + i, "v", String.class);
        }
        assertThat(users.get("k", TEXT).toOptional())
            .as("after bucket %s went back", bucket)
            .isNotEqualTo(java.util.Optional.of("old"));
      }
    }
  }

  @Test
  void manyChangesOfKeysAreNoInvalidation() {
    cache.put("k", "v", TEXT, RED);
    Map<String, String> some = new LinkedHashMap<>();
    some.put("a", "1");
    for (int i = 0; i < 70_000; i++) {
      cache.putAll(some, TEXT, CacheOptions.defaults().withTtl(Duration.ofHours(1)));
    }
    assertThat(cache.get("k", TEXT).isHit()).isTrue();
    cache.removeTag("red");
    assertThat(cache.get("k", TEXT)).isEqualTo(MISS);
  }
}
