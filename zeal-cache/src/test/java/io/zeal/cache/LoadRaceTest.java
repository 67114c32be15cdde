package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.LoadContext;
import io.zeal.Loader;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loads beside invalidations, a backend that comes and goes, interrupts and a close. */
@Timeout(60)
class LoadRaceTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch release = new CountDownLatch(1);
  private final AtomicInteger loads = new AtomicInteger();
  private HeapServer server = HeapServer.rich();
  private @Nullable Zeal zeal;

  private Cache cache(HeapServer on) {
    server = on;
    zeal = on.open(ZealConfig.builder().set("zeal.cache.files", "false"));
    return zeal.cache("users");
  }

  private static HeapServer server(String kind) {
    return kind.equals("local") ? HeapServer.local() : HeapServer.rich();
  }

  @AfterEach
  void close() {
    release.countDown();
    server.beforeEach(call -> {});
    if (zeal != null) {
      zeal.close();
    }
    threads.close();
  }

  private String held(LoadContext<String> load) throws InterruptedException {
    int number = loads.incrementAndGet();
    release.await();
    return "load " + number;
  }

  private static long joined(Cache cache) {
    return cache.stats().numbers().getOrDefault("flightsJoined", -1L);
  }

  private static void until(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** K3.2. */
  @ParameterizedTest
  @ValueSource(strings = {"local", "rich"})
  void invalidationsOfATagThatTheKeyDoesNotHaveLeaveOneLoad(String kind) throws Exception {
    Cache cache = cache(server(kind));
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      cache.removeTag("other");
      int callers = i + 1;
      all.add(threads.submit(() -> cache.getOrCompute("k", String.class, this::held)));
      until("a caller has a seat", () -> joined(cache) + loads.get() == callers);
    }
    release.countDown();
    for (Future<String> one : all) {
      assertThat(one.get()).isEqualTo("load 1");
    }
    assertThat(loads).hasValue(1);
    assertThat(cache.contains("k")).as("whether it is cached").isTrue();
  }

  @Test
  void invalidationsOfOtherTagsLeaveOneLoadOfATaggedKey() throws Exception {
    Cache cache = cache(HeapServer.local());
    Loader<String> tagging =
        load -> {
          load.tags("said");
          return held(load);
        };
    CacheOptions options = cache.options().withTags("red");
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      cache.removeTag("other");
      int callers = i + 1;
      all.add(threads.submit(() -> cache.getOrCompute("k", TEXT, options, tagging)));
      until("a caller has a seat", () -> joined(cache) + loads.get() == callers);
    }
    release.countDown();
    for (Future<String> one : all) {
      assertThat(one.get()).isEqualTo("load 1");
    }
    assertThat(cache.contains("k")).as("whether it is cached").isTrue();
  }

  /** K3.9: nobody knows of the tag before the load is over. */
  @ParameterizedTest
  @ValueSource(strings = {"local", "rich"})
  void aTagThatTheLoaderSaysAtItsEndEndsItsValueForWhoCameAfterItsInvalidation(String kind)
      throws Exception {
    Cache cache = cache(server(kind));
    Loader<String> tagging =
        load -> {
          String value = held(load);
          load.tags("said");
          return value;
        };
    Future<String> before = threads.submit(() -> cache.getOrCompute("k", String.class, tagging));
    until("a load runs", () -> loads.get() == 1);
    cache.removeTag("said");
    List<Future<String>> after = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      after.add(threads.submit(() -> cache.getOrCompute("k", String.class, tagging)));
    }
    Future<Cached<String>> bulk =
        threads.submit(() ->
            cache
                .getAllOrCompute(List.of("k"), TEXT, cache.options(), tagging)
                .orThrow()
                .getOrDefault("k", new Cached.Miss<>()));
    until("all of them have a seat", () -> joined(cache) == 6);
    release.countDown();
    assertThat(before.get()).isEqualTo("load 1");
    for (Future<String> one : after) {
      assertThat(one.get()).isEqualTo("load 2");
    }
    assertThat(bulk.get()).isEqualTo(new Cached.Hit<>("load 2", false));
    assertThat(loads).hasValue(2);
    assertThat(cache.get("k", TEXT)).isEqualTo(new Cached.Hit<>("load 2", false));
  }

  /** K3.2, K7.1. */
  @Test
  void aBackendThatAnswersEveryOtherLookDoesNotMultiplyLoads() throws Exception {
    Cache cache = cache(HeapServer.rich());
    assertThat(cache.contains("k")).isFalse();
    AtomicLong looks = new AtomicLong();
    server.beforeEach(call -> {
      if (!call.key().equals("c") && looks.incrementAndGet() % 2 == 0) {
        throw new BackendUnavailableException("away", null, null);
      }
    });
    List<Future<String>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      int callers = i + 1;
      all.add(threads.submit(() -> cache.getOrCompute("k", String.class, this::held)));
      until("a caller has a seat", () -> joined(cache) + loads.get() >= callers);
    }
    release.countDown();
    for (Future<String> one : all) {
      assertThat(one.get()).startsWith("load");
    }
    assertThat(loads.get()).as("loads").isLessThanOrEqualTo(2);
  }

  /** K3.7. */
  @Test
  void aCircleThroughABulkCallIsRefused() throws Exception {
    Cache cache = cache(HeapServer.local());
    CacheOptions options = CacheOptions.defaults().withHardTimeout(Duration.ofSeconds(50));
    CountDownLatch aRuns = new CountDownLatch(1);
    Loader<String> askingD = load -> cache.getOrCompute("d", TEXT, options, again -> "never");
    Future<String> a =
        threads.submit(() ->
            cache.getOrCompute(
                "a",
                TEXT,
                options,
                load -> {
                  aRuns.countDown();
                  until("d waits for a", () -> joined(cache) == 1);
                  var all = cache.getAllOrCompute(List.of("c"), TEXT, options, askingD);
                  return "failures of " + all.failures().keySet();
                }));
    await(aRuns);
    Future<String> d =
        threads.submit(() ->
            cache.getOrCompute(
                "d",
                TEXT,
                options,
                load -> cache.getOrCompute("a", TEXT, options, again -> "never")));
    assertThat(endOf(a))
        .satisfiesAnyOf(
            end -> assertThat(end).isEqualTo("failures of [c]"),
            end -> assertThat(end).isInstanceOf(LoaderFailedException.class));
    assertThat(endOf(d)).isNotNull();
  }

  /** What it answered, or what it threw; sooner than any timeout. */
  private static @Nullable Object endOf(Future<String> call) throws Exception {
    try {
      return call.get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** K3.7: a wait that is over closes no circle. */
  @Test
  void aLoaderMayAskForTheKeyWhoseLoaderAskedForItOnceThatIsOver() throws Exception {
    Cache cache = cache(HeapServer.local());
    CacheOptions hasty = CacheOptions.defaults().withHardTimeout(Duration.ofMillis(1));
    String a =
        cache.getOrCompute(
            "a",
            String.class,
            load -> {
              var all =
                  cache.getAllOrCompute(
                      List.of("b"),
                      TEXT,
                      hasty,
                      inner -> {
                        await(release);
                        return cache.getOrCompute("a", String.class, again -> "again") + " b";
                      });
              return "failures of " + all.failures().keySet();
            });
    assertThat(a).isEqualTo("failures of [b]");
    release.countDown();
    until("b is cached", () -> cache.contains("b"));
    assertThat(cache.get("b", TEXT)).isEqualTo(new Cached.Hit<>("failures of [b] b", false));
  }

  /** K7.3. */
  @Test
  void closeEndsTheWaitForEveryLoadOfAKey() throws Exception {
    Cache cache = cache(HeapServer.local());
    Loader<String> deaf = load -> deaf(loads, release);
    Future<String> one = threads.submit(() -> cache.getOrCompute("k", String.class, deaf));
    until("a load runs", () -> loads.get() == 1);
    cache.remove("k");
    Future<String> two = threads.submit(() -> cache.getOrCompute("k", String.class, deaf));
    until("another load runs", () -> loads.get() == 2);
    Future<?> closing = threads.submit(java.util.Objects.requireNonNull(zeal)::close);
    for (Future<String> wait : List.of(one, two)) {
      assertThatThrownBy(() -> wait.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ZealClosedException.class);
    }
    release.countDown();
    closing.get();
  }

  /** A loader that does not listen to interrupts. */
  private static String deaf(AtomicInteger begun, CountDownLatch latch) {
    begun.incrementAndGet();
    boolean interrupted = false;
    while (latch.getCount() > 0) {
      LockSupport.parkNanos(1_000_000);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return "v";
  }

  /** K3.6, K7.1: what the look took is not the load's. */
  @Test
  void aBackendThatHangsLeavesTimeToLoad() {
    Cache cache = cache(HeapServer.rich());
    CacheOptions hasty = CacheOptions.defaults().withHardTimeout(Duration.ofMillis(600));
    AtomicLong hangsMillis = new AtomicLong(900);
    CountDownLatch back = new CountDownLatch(1);
    AtomicReference<Thread> asking = new AtomicReference<>();
    server.beforeEach(call -> {
      asking.set(Thread.currentThread());
      try {
        if (back.getCount() > 0 && !back.await(hangsMillis.get(), TimeUnit.MILLISECONDS)) {
          throw new BackendUnavailableException("no answer", null, null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    assertThat(cache.getOrCompute("a", TEXT, hasty, load -> "v"))
        .as("the first, which waits until its look fails")
        .isEqualTo("v");

    hangsMillis.set(50_000);
    assertThat(cache.getOrCompute("b", TEXT, hasty, load -> "v"))
        .as("the next, which does not wait for its look")
        .isEqualTo("v");
    var all = cache.getAllOrCompute(List.of("c", "d"), TEXT, hasty, load -> "v");
    assertThat(all.orThrow()).hasSize(2);

    back.countDown();
    cache.put("e", "v", String.class);
    until(
        "looks are made in the caller's thread again",
        () -> {
          String hit = cache.getOrCompute("e", String.class, load -> "never");
          return "v".equals(hit) && Thread.currentThread().equals(asking.get());
        });
  }

  /** K3.5, K4.4. */
  @Test
  void whatAnInterruptedBulkCallHasLoadedIsCached() throws Exception {
    Cache cache = cache(HeapServer.rich());
    server.beforeEach(call -> { // as a driver does
      if (call.what().equals("Put") && Thread.currentThread().isInterrupted()) {
        throw new OperationInterruptedException("interrupted", null, null);
      }
    });
    assertThat(cache.contains("a")).isFalse();
    CountDownLatch loaded = new CountDownLatch(2);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.ofPlatform()
            .start(() -> {
              Thread self = Thread.currentThread();
              try {
                cache.getAllOrCompute(
                    List.of("a", "b", "c"),
                    TEXT,
                    cache.options(),
                    load -> {
                      if (load.key().equals("c")) {
                        loaded.await();
                        self.interrupt();
                        release.await();
                      } else {
                        loaded.countDown();
                      }
                      return "v";
                    });
              } catch (OperationInterruptedException e) {
                thrown.set(e);
              }
            });
    caller.join();
    assertThat(thrown.get()).isNotNull();
    release.countDown();
    for (String key : List.of("a", "b", "c")) {
      until(key + " is cached", () -> cache.contains(key));
    }
  }
}
