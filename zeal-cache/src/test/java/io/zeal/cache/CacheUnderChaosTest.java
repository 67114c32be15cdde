package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.testkit.Chaos;
import io.zeal.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * K7.1 and the rules of invalidation with faults of {@code zeal-testkit}: calls that fail now and
 * then, before they arrive or behind that, where {@link ServerOutageTest} has a server that is away
 * for all.
 */
class CacheUnderChaosTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final int KEYS = 8;

  private final HeapServer server = HeapServer.rich();
  private final List<Zeal> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Zeal::close);
  }

  private Cache cache(Chaos chaos) {
    Zeal zeal = server.open(ZealConfig.builder().instance(Chaos.class, chaos));
    opened.add(zeal);
    return zeal.cache("users");
  }

  private static void away(Chaos chaos, String how) {
    switch (how) {
      case "partition" -> chaos.partition();
      case "one-way" -> chaos.partitionOneWay();
      case "timeouts" -> chaos.timeouts(1);
      default -> chaos.timeouts(1, Stage.QUEUE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"partition", "one-way", "timeouts", "queue"})
  void readsAreMissesLoadsAreAnsweredAndEverythingElseFails(String how) {
    Chaos chaos = Chaos.seeded(1);
    Cache cache = cache(chaos);
    cache.put("k", "cached", String.class);
    away(chaos, how);

    assertThat(cache.get("k", TEXT)).isEqualTo(new Cached.Miss<>());
    assertThat(cache.getOrCompute("k", String.class, load -> "loaded")).isEqualTo("loaded");
    BulkResult<Cached<String>> many =
        cache.getAllOrCompute(List.of("a", "b"), TEXT, CacheOptions.defaults(), load -> "loaded");
    assertThat(many.failures()).isEmpty();
    assertThat(many.values()).hasSize(2);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("put", () -> cache.put("x", "v", String.class));
    calls.put("contains", () -> cache.contains("x"));
    calls.put("remove", () -> cache.remove("x"));
    calls.put("clear", cache::clear);
    calls.forEach(
        (name, call) -> assertThatThrownBy(call).as(name).isInstanceOf(ZealException.class));
  }

  @Test
  void healedItServesWhatItHadBefore() {
    Chaos chaos = Chaos.seeded(1);
    Cache cache = cache(chaos);
    cache.put("k", "cached", String.class);
    chaos.partition();
    assertThatThrownBy(() -> cache.contains("k")).isInstanceOf(BackendUnavailableException.class);
    chaos.heal();
    assertThat(cache.getOrCompute("k", String.class, load -> "anew")).isEqualTo("cached");
  }

  /**
   * What was changed at the source and then removed from the cache is not answered any more,
   * whatever fails, and whatever two instances do at the same time; no call that may load fails.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void nothingIsAnsweredThatWasRemovedBefore(long seed) throws Exception {
    Chaos chaos = Chaos.seeded(seed);
    List<Cache> caches = List.of(cache(chaos), cache(chaos));
    AtomicLongArray source = new AtomicLongArray(KEYS);
    AtomicLongArray removed = new AtomicLongArray(KEYS);
    AtomicLong loads = new AtomicLong();
    AtomicLong answers = new AtomicLong();
    chaos
        .errors(0.15)
        .timeouts(0.1)
        .refusals(0.05)
        .latency(Duration.ZERO, Duration.ofNanos(200_000));

    Consumer<Cache> reader =
        cache -> {
          for (int i = 0; i < 150; i++) {
            int key = ThreadLocalRandom.current().nextInt(KEYS);
            long least = removed.get(key);
            String value =
                cache.getOrCompute(
                    "k" + key,
                    String.class,
                    load -> {
                      loads.incrementAndGet();
                      return key + ":" + source.get(key);
                    });
            answers.incrementAndGet();
            assertThat(value).startsWith(key + ":");
            assertThat(Long.parseLong(value.substring(value.indexOf(':') + 1)))
                .as("version of k%s that is answered", key)
                .isGreaterThanOrEqualTo(least);
          }
        };
    Consumer<Cache> writer =
        cache -> {
          for (int i = 0; i < 40; i++) {
            int key = ThreadLocalRandom.current().nextInt(KEYS);
            long version = source.incrementAndGet(key);
            removeUntilItIsKnown(cache, "k" + key);
            removed.accumulateAndGet(key, version, Math::max);
          }
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> all = new ArrayList<>();
      for (Cache cache : caches) {
        for (int i = 0; i < 3; i++) {
          all.add(threads.submit(() -> reader.accept(cache)));
        }
        all.add(threads.submit(() -> writer.accept(cache)));
      }
      for (Future<?> one : all) {
        var _ = one.get();
      }
    }
    chaos.calm();
    assertThat(answers.get()).isEqualTo(900);
    assertThat(loads.get()).as("what the cache did not answer by itself").isLessThan(900);
    assertThat(chaos.injected(Fault.UNAVAILABLE)).isPositive();
    assertThat(chaos.repliesLost()).isPositive();
  }

  /** A removal whose outcome is not known is made again. */
  private static void removeUntilItIsKnown(Cache cache, String key) {
    while (true) {
      try {
        cache.remove(key);
        return;
      } catch (ZealException e) {
        assertThat(e.outcome()).isPresent();
      }
    }
  }
}
