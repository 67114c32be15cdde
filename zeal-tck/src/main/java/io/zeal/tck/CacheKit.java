package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Loader;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the kit's classes about caches share. They are about caches without files, which every
 * backend can have; a subclass that sets {@code zeal.cache.files} runs them over files as well.
 */
abstract class CacheKit extends BackendTck {

  static final ValueType<String> TEXT = ValueType.of(String.class);
  static final ValueType<Long> LONG = ValueType.of(Long.class);
  static final ValueType<byte[]> BYTES = ValueType.of(byte[].class);

  static final Duration MILLI = Duration.ofMillis(1);

  /** For waits that are to end by something else. */
  static final Duration LONG_WAIT = Duration.ofSeconds(30);

  /** For timeouts that are to pass. */
  static final Duration SHORT_WAIT = Duration.ofMillis(60);

  /** The defaults, with nothing left to chance. */
  static final CacheOptions PLAIN = CacheOptions.defaults().withJitter(0);

  /** Only the kit's own classes extend it directly. */
  CacheKit() {}

  @Override
  final ZealConfig.Builder settings(ZealConfig.Builder config) {
    return config.setDefault("zeal.cache.files", "false");
  }

  /** How long entries live in this run. */
  final Duration life() {
    return time().ttl();
  }

  /** Entries expire. */
  final CacheOptions expiring() {
    return PLAIN.withTtl(life());
  }

  /** Entries expire and are stale for longer than any test takes. */
  final CacheOptions stale() {
    return expiring().withMaxStale(life().multipliedBy(100));
  }

  /** A new cache. */
  final Cache cache() {
    return cache(PLAIN);
  }

  final Cache cache(CacheOptions options) {
    return zeal().cache(freshName(), options);
  }

  /** The same cache of another instance. */
  static Cache same(Zeal other, Cache cache) {
    return other.cache(cache.name(), cache.options());
  }

  /** Lets {@code duration} pass, which ends the life of what is cached under {@code key}. */
  final void passBeyond(Duration duration, Cache cache, String key) {
    time().passBeyond(duration, () -> !cache.contains(key));
  }

  static void assertFresh(String what, Cache cache, String key, @Nullable String value) {
    assertThat(cache.get(key, TEXT)).as(what).isEqualTo(new Cached.Hit<>(value, false));
  }

  static void assertStale(String what, Cache cache, String key, @Nullable String value) {
    assertThat(cache.get(key, TEXT)).as(what).isEqualTo(new Cached.Hit<>(value, true));
  }

  static void assertMiss(String what, Cache cache, String key) {
    assertThat(cache.get(key, TEXT)).as(what).isEqualTo(new Cached.Miss<>());
  }

  /** Waits until a load that nobody waits for has been cached; then asserts what is there. */
  static void assertComes(String what, Cache cache, String key, String value) {
    Cached<String> wanted = new Cached.Hit<>(value, false);
    Waiting.until(() -> cache.get(key, TEXT).equals(wanted), LONG_WAIT);
    assertThat(cache.get(key, TEXT)).as(what).isEqualTo(wanted);
  }

  /** One of the numbers of {@link Cache#stats}. */
  static long number(String rule, Cache cache, String name) {
    assertThat(cache.stats().numbers()).as("%s numbers of a cache", rule).containsKey(name);
    return cache.stats().numbers().getOrDefault(name, 0L);
  }

  /** Waits until so many callers have joined a load. */
  static void awaitJoined(String rule, Cache cache, long callers) {
    Waiting.until(() -> number(rule, cache, "flightsJoined") >= callers, LONG_WAIT);
    assertThat(number(rule, cache, "flightsJoined"))
        .as("%s callers that joined a load", rule)
        .isGreaterThanOrEqualTo(callers);
  }

  /** A loader that is not to run. */
  static <T> Loader<T> never() {
    return load -> {
      throw new AssertionError("loaded '" + load.key() + "', which was not to be");
    };
  }
}
