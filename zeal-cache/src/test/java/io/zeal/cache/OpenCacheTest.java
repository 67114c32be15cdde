package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ErrorCode;
import io.zeal.LoaderFailedException;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A cache over the embedded table; what holds over every backend is in the kit. */
class OpenCacheTest {

  private final Zeal zeal =
      Zeal.open(
          ZealConfig.builder()
              .set("zeal.backend", "table")
              .set("zeal.cache.files", "false")
              .build());
  private final Cache cache = zeal.cache("users");

  @AfterEach
  void close() {
    zeal.close();
  }

  @Test
  void valuesComeBack() {
    cache.put("text", "hello", String.class);
    cache.put("null", null, String.class);
    assertThat(cache.get("text", String.class)).isEqualTo(new Cached.Hit<>("hello", false));
    assertThat(cache.get("null", String.class)).isEqualTo(new Cached.Hit<>(null, false));
    assertThat(cache.get("absent", String.class)).isEqualTo(new Cached.Miss<>());
    assertThat(cache.get("text", Long.class)).isEqualTo(new Cached.Miss<>());
    assertThat(cache.count()).isEqualTo(2);
    assertThat(cache.explain("text")).contains("in memory", "5 bytes");
  }

  @Test
  void whatAnotherMayServeStaleIsNotServedByWhoMayNot() {
    ValueType<String> type = ValueType.of(String.class);
    CacheOptions staleForLong = cache.options().withMaxStale(Duration.ofHours(1));
    cache.put("key", "old", type, staleForLong);
    assertThat(cache.get("key", type)).isEqualTo(new Cached.Hit<>("old", false));

    assertThat(cache.expire("key")).isTrue();

    assertThat(cache.get("key", type)).isEqualTo(new Cached.Miss<>());
    assertThat(cache.getOrCompute("key", type, cache.options(), load -> "new")).isEqualTo("new");
  }

  @Test
  void aThousandCallersAreOneLoad() throws Exception {
    AtomicInteger loads = new AtomicInteger();
    CountDownLatch all = new CountDownLatch(1_000);
    List<Thread> threads = new ArrayList<>();
    List<String> values = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 1_000; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                all.countDown();
                values.add(
                    cache.getOrCompute(
                        "key",
                        String.class,
                        load -> {
                          loads.incrementAndGet();
                          assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
                          return "value";
                        }));
              }));
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    }
    assertThat(values).hasSize(1_000).containsOnly("value");
    assertThat(loads).hasValue(1);
  }

  @Test
  void aLoaderThatAsksForItsOwnKeyThroughAnotherIsRefused() {
    assertThatThrownBy(() ->
            cache.getOrCompute(
                "a",
                String.class,
                load ->
                    cache.getOrCompute(
                        "b",
                        String.class,
                        other -> cache.getOrCompute("a", String.class, third -> "never"))))
        .isInstanceOfSatisfying(
            LoaderFailedException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.LOADER_RECURSION.id()));
  }

  @Test
  void tagsInvalidate() {
    cache.put("a", "1", ValueType.of(String.class), cache.options().withTags("red"));
    cache.put("b", "2", ValueType.of(String.class), cache.options().withTags("blue"));
    cache.removeTag("red");
    assertThat(cache.contains("a")).isFalse();
    assertThat(cache.contains("b")).isTrue();
    cache.put("a", "3", ValueType.of(String.class), cache.options().withTags("red"));
    assertThat(cache.contains("a")).isTrue();
    cache.clear();
    assertThat(cache.contains("a")).isFalse();
    assertThat(cache.contains("b")).isFalse();
  }

  @Test
  void manyAreLoadedAtOnce() {
    cache.put("a", "there", String.class);
    var all =
        cache.getAllOrCompute(
            List.of("a", "b", "c", "bad"),
            ValueType.of(String.class),
            CacheOptions.defaults(),
            load -> {
              if (load.key().equals("bad")) {
                throw new java.io.IOException("no");
              }
              return load.key() + load.key();
            });
    assertThat(all.values())
        .isEqualTo(
            Map.of(
                "a", new Cached.Hit<>("there", false),
                "b", new Cached.Hit<>("bb", false),
                "c", new Cached.Hit<>("cc", false)));
    assertThat(all.failures()).containsOnlyKeys("bad");
    assertThat(cache.get("b", String.class).isHit()).isTrue();
  }
}
