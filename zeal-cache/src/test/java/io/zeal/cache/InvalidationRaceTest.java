package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.LoadContext;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Threads of two instances load, put, remove and invalidate a few keys, with pauses between the
 * steps that a seed decides. Nothing that is read may have begun to be loaded, or put, before an
 * invalidation of its key that was over when the read began.
 *
 * <p>A logical clock ticks for each event. A value is the tick at which its load or put began; it
 * is as young as the begin of its load, or as the end of its put, since another change that
 * overlaps the put may have come before it. Each key has a floor: the latest begin of a change that
 * has ended. What is older than the floor that a read began with is wrong.
 */
class InvalidationRaceTest {

  private static final ValueType<Long> LONG = ValueType.of(Long.class);
  private static final int KEYS = 4;
  private static final int THREADS = 6;
  private static final int STEPS = 400;

  private final AtomicLong ticks = new AtomicLong();
  private final ConcurrentHashMap<Long, Long> putsEnded = new ConcurrentHashMap<>();
  private final AtomicLongArray floors = new AtomicLongArray(KEYS);
  private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @ParameterizedTest(name = "{0}, seed {1}, rows are lost: {2}")
  @CsvSource({
    "poor, 1, false",
    "poor, 2, true",
    "cluster, 7, false",
    "cluster, 8, true",
    "rich, 3, false",
    "rich, 4, true",
    "local, 5, false",
    "local, 6, false"
  })
  void whatWasInvalidatedIsNotServed(String kind, long seed, boolean loses) throws Exception {
    HeapServer server =
        switch (kind) {
          case "poor" -> HeapServer.poor();
          case "cluster" -> HeapServer.cluster(4);
          case "rich" -> HeapServer.rich();
          default -> HeapServer.local();
        };
    AtomicLong pauses = new AtomicLong(seed);
    server.beforeEach(call -> pause(pauses.getAndAdd(0x9E3779B97F4A7C15L)));
    List<Zeal> instances = new ArrayList<>();
    try {
      for (int i = 0; i < (kind.equals("local") ? 1 : 2); i++) {
        instances.add(server.open(ZealConfig.builder().set("zeal.cache.files", "false")));
      }
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        Cache cache = instances.get(i % instances.size()).cache("users");
        SplittableRandom random = new SplittableRandom(seed * 31 + i);
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    for (int step = 0; step < STEPS; step++) {
                      step(cache, random, loses ? server : null);
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                }));
      }
      for (Thread thread : threads) {
        assertThat(thread.join(Duration.ofSeconds(60))).as("a thread ends").isTrue();
      }
    } finally {
      instances.forEach(Zeal::close);
    }
    assertThat(failures).as("what threads threw, with seed %s", seed).isEmpty();
    assertThat(wrong).as("reads of what was invalidated, with seed %s", seed).isEmpty();
  }

  private static void pause(long bits) {
    switch ((int) ((bits ^ (bits >>> 29)) & 7)) {
      case 0 -> LockSupport.parkNanos(50_000);
      case 1, 2 -> LockSupport.parkNanos(1);
      default -> {}
    }
  }

  private void step(Cache cache, SplittableRandom random, @Nullable HeapServer loses) {
    int key = random.nextInt(KEYS);
    String name = "k" + key;
    CacheOptions options = CacheOptions.defaults().withTags(tag(key));
    switch (random.nextInt(loses == null ? 19 : 20)) {
      case 0, 1 -> changing(key, () -> cache.remove(name));
      case 2, 3 -> putting(key, began -> cache.put(name, began, LONG, options));
      case 4 -> putting(key, began -> cache.putAll(Map.of(name, began), LONG, options).orThrow());
      case 5 -> {
        long began = ticks.incrementAndGet();
        if (cache.expire(name)) {
          raise(key, began);
        }
      }
      case 6, 7 -> {
        long began = ticks.incrementAndGet();
        cache.removeTag(tag(key));
        for (int i = 0; i < KEYS; i++) {
          if (tag(i).equals(tag(key))) {
            raise(i, began);
          }
        }
      }
      case 8 -> {
        long began = ticks.incrementAndGet();
        cache.clear();
        for (int i = 0; i < KEYS; i++) {
          raise(i, began);
        }
      }
      case 9, 10, 11, 12 -> {
        long floor = floors.get(key);
        if (cache.get(name, LONG) instanceof Cached.Hit<Long>(Long value, boolean _)) {
          check("get", key, floor, value);
        }
      }
      case 13 -> {
        long floor = floors.get(key);
        cache
            .getAllOrCompute(List.of(name), LONG, options, load -> load(load, null))
            .orThrow()
            .values()
            .forEach(found -> check("getAllOrCompute", key, floor, found.toOptional().orElse(0L)));
      }
      case 19 -> loses.lose(row -> !Keys.isEntry(row) && random.nextBoolean());
      default -> {
        long floor = floors.get(key);
        boolean said = random.nextBoolean(); // by the loader, when it is about to return
        CacheOptions with = said ? CacheOptions.defaults() : options;
        String tag = said ? tag(key) : null;
        Long value = cache.getOrCompute(name, LONG, with, load -> load(load, tag));
        check("getOrCompute", key, floor, value);
      }
    }
  }

  private static String tag(int key) {
    return key % 2 == 0 ? "even" : "odd";
  }

  private Long load(LoadContext<Long> context, @Nullable String tag) {
    long began = ticks.incrementAndGet();
    pause(began * 0x9E3779B97F4A7C15L);
    if (tag != null) {
      context.tags(tag);
    }
    return began;
  }

  private void changing(int key, Runnable change) {
    long began = ticks.incrementAndGet();
    change.run();
    raise(key, began);
  }

  private void putting(int key, LongConsumer put) {
    long began = ticks.incrementAndGet();
    putsEnded.put(began, Long.MAX_VALUE);
    put.accept(began);
    putsEnded.put(began, ticks.incrementAndGet());
    raise(key, began);
  }

  private void raise(int key, long began) {
    floors.accumulateAndGet(key, began, Math::max);
  }

  private void check(String call, int key, long floor, @Nullable Long value) {
    if (value == null || putsEnded.getOrDefault(value, value) < floor) {
      wrong.add(call + " of k" + key + " answered " + value + ", invalidated at " + floor);
    }
  }
}
