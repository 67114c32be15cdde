package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.OperationTimeoutException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** For each key memory holds what the files hold, or nothing, also where one of them refuses. */
class TiersTest {

  private static final ValueType<String> TEXT = ValueType.of(String.class);
  private static final CacheOptions STALE =
      CacheOptions.defaults().withTtl(Duration.ofHours(1)).withMaxStale(Duration.ofHours(1));

  @TempDir Path directory;

  private final HeapServer server = HeapServer.local();

  private ZealConfig.Builder config() {
    return ZealConfig.builder().set("zeal.cache.directory", directory.resolve("cache").toString());
  }

  private Zeal onTable(String... more) {
    ZealConfig.Builder config = config().set("zeal.backend", "table");
    for (int i = 0; i < more.length; i += 2) {
      config = config.set(more[i], more[i + 1]);
    }
    return Zeal.open(config.build());
  }

  private void refusePuts(Supplier<ZealException> error) {
    server.beforeEach(call -> {
      if (call.what().equals("Put")) {
        throw error.get();
      }
    });
  }

  private static ZealException held() {
    return new OperationTimeoutException(Stage.ROW, "held", Outcome.NOT_SENT, null);
  }

  private static ZealException full() {
    return new CapacityException(ErrorCode.STORE_FULL, "full");
  }

  @Test
  void aPutThatMemoryRefusesLeavesNothingOlderInMemory() {
    try (Zeal zeal = server.open(config())) {
      Cache cache = zeal.cache("users");
      cache.put("k", "1", String.class);
      refusePuts(TiersTest::held);
      assertThatThrownBy(() -> cache.put("k", "2", String.class))
          .isInstanceOf(OperationTimeoutException.class);
      server.beforeEach(call -> {});
      Optional<String> before = cache.get("k", TEXT).toOptional();
      server.lose(row -> true); // memory evicts it
      assertThat(cache.get("k", TEXT).toOptional()).isEqualTo(before);
    }
  }

  @Test
  void anEntryThatMemoryHasNoRoomForIsCountedAsASpill() { // K6.2
    try (Zeal zeal = server.open(config())) {
      Cache cache = zeal.cache("users");
      refusePuts(TiersTest::full);
      cache.put("k", "1", String.class);
      server.beforeEach(call -> {});
      assertThat(cache.get("k", TEXT).toOptional()).contains("1");
      assertThat(cache.stats().numbers()).containsEntry("spills", 1L);
    }
  }

  @Test
  void expireHoldsThoughMemoryHasNoRoom() { // K2.6
    try (Zeal zeal = server.open(config())) {
      Cache cache = zeal.cache("users", STALE);
      cache.put("k", "v", String.class);
      refusePuts(TiersTest::full);
      assertThat(cache.expire("k")).isTrue();
      server.beforeEach(call -> {});
      assertThat(cache.contains("k")).isFalse();
      assertThat(cache.get("k", TEXT).toOptional()).as("stale, from the files").contains("v");
    }
  }

  @Test
  void expireHoldsThoughMemoryFails() { // K2.6
    try (Zeal zeal = server.open(config())) {
      Cache cache = zeal.cache("users", STALE);
      cache.put("k", "v", String.class);
      refusePuts(TiersTest::held);
      assertThatThrownBy(() -> cache.expire("k")).isInstanceOf(OperationTimeoutException.class);
      server.beforeEach(call -> {});
      assertThat(cache.contains("k")).isFalse();
    }
  }

  @Test
  void countIsAtLeastWhatIsThereAfterTheFilesEvicted() { // K6.1
    try (Zeal zeal = onTable("zeal.cache.file-bytes", "1m")) {
      Cache cache = zeal.cache("users");
      int there = 0;
      for (int i = 0; i < 3_000; i++) {
        cache.put("k" + i, "x".repeat(1_000), String.class);
      }
      for (int i = 0; i < 3_000; i++) {
        there += cache.contains("k" + i) ? 1 : 0;
      }
      assertThat(cache.count()).isGreaterThanOrEqualTo(there);
    }
  }

  @Test
  void aSweepThatFailsIsNotTheLast() throws Exception {
    Thread test = Thread.currentThread();
    CountDownLatch looks = new CountDownLatch(3);
    InstantSource clock =
        () -> {
          if (!Thread.currentThread().equals(test)) {
            looks.countDown();
            throw new IllegalStateException("no time");
          }
          return Instant.EPOCH;
        };
    try (Zeal zeal = server.open(config().clock(clock).set("zeal.cache.sweep", "50ms"))) {
      zeal.cache("users").put("k", "v", TEXT, STALE);
      assertThat(looks.await(20, TimeUnit.SECONDS)).as("three sweeps").isTrue();
    }
  }

  @Test
  void whatMemoryEvictsIsCountedWhereTheBackendTells() { // K6.2
    try (Zeal zeal = onTable("zeal.cache.entries", "16")) {
      Cache cache = zeal.cache("users");
      for (int i = 0; i < 200; i++) {
        cache.put("k" + i, "v", String.class);
      }
      Map<String, Long> numbers = cache.stats().numbers();
      assertThat(numbers.get("memoryEvictions")).isPositive();
    }
    try (Zeal zeal = server.open(ZealConfig.builder().set("zeal.cache.files", "false"))) {
      assertThat(zeal.cache("users").stats().numbers())
          .as("a backend that does not say")
          .doesNotContainKey("memoryEvictions");
    }
  }
}
