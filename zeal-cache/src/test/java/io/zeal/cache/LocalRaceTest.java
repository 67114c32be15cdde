package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.LoaderFailedException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What meets in the middle of a step, which the kit cannot arrange. */
class LocalRaceTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);

  private final HeapServer server = HeapServer.local();
  private final Zeal zeal = server.open(ZealConfig.builder().set("zeal.cache.files", "false"));
  private final Cache cache = zeal.cache("users");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void close() {
    zeal.close();
    threads.close();
  }

  /** K3.8: the load begins after the put has begun, and ends after it has stored. */
  @ParameterizedTest
  @ValueSource(strings = {"put", "remove"})
  void aLoadThatBeginsWhileAChangeIsUnderWayDoesNotUndoIt(String change) throws Exception {
    CountDownLatch inPut = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    String step = change.equals("put") ? "Put" : "Remove";
    server.beforeEach(call -> {
      if (call.what().equals(step) && first.compareAndSet(true, false)) {
        inPut.countDown();
        await(goOn);
      }
    });
    Future<?> changing =
        threads.submit(() -> {
          if (change.equals("put")) {
            cache.put("k", "put", String.class);
          } else {
            cache.remove("k");
          }
        });
    await(inPut);
    CountDownLatch loaded = new CountDownLatch(1);
    Future<String> load =
        threads.submit(() ->
            cache.getOrCompute(
                "k",
                String.class,
                context -> {
                  loaded.countDown();
                  return "loaded";
                }));
    await(loaded);
    goOn.countDown();
    changing.get(10, TimeUnit.SECONDS);
    assertThat(load.get(10, TimeUnit.SECONDS)).isEqualTo("loaded");
    Cached<String> expected =
        change.equals("put") ? new Cached.Hit<>("put", false) : new Cached.Miss<>();
    assertThat(cache.get("k", String.class)).isEqualTo(expected);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** K3.4: it is the source that is closed, and not this cache. */
  @Test
  void theClosedErrorOfALoadersSourceIsALoadersError() {
    CacheOptions stale = CacheOptions.defaults().withMaxStale(java.time.Duration.ofHours(1));
    assertThat(errorOf(stale)).isInstanceOf(LoaderFailedException.class);
    cache.put("k", "old", TEXT, stale);
    cache.expire("k");
    assertThat(cache.getOrCompute("k", TEXT, stale, LocalRaceTest::closedSource)).isEqualTo("old");
  }

  private Throwable errorOf(CacheOptions options) {
    return org.assertj.core.api.Assertions.catchThrowable(
        () -> cache.getOrCompute("k", TEXT, options, LocalRaceTest::closedSource));
  }

  private static String closedSource(io.zeal.LoadContext<String> context) {
    throw new ZealClosedException("the source is closed");
  }
}
