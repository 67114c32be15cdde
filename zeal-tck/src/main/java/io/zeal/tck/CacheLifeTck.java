package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Time to live and what comes after it: {@code docs/contract/cache.md} K2.
 *
 * <p>Over a backend with an injected clock lives are met to the millisecond; over any other the
 * tests wait, as {@link StoreExpiryTck} does.
 */
public abstract class CacheLifeTck extends CacheKit {

  /** For a subclass in the backend's tests. */
  protected CacheLifeTck() {}

  @Test
  void k2_1_withoutATtlAnEntryDoesNotExpire() {
    Cache cache = cache();
    cache.put("none", "v", TEXT, PLAIN);
    cache.put("zero", "v", TEXT, PLAIN.withTtl(Duration.ZERO));
    cache.getOrCompute("loaded", TEXT, PLAIN, load -> "v");
    cache.getOrCompute(
        "said",
        TEXT,
        expiring(),
        load -> {
          load.ttl(Duration.ZERO);
          return "v";
        });
    time().pass(life().multipliedBy(2));
    for (String key : List.of("none", "zero", "loaded", "said")) {
      assertFresh("K2.1 the entry '" + key + "' after some time", cache, key, "v");
    }
  }

  @Test
  void k2_2_anEntryIsFreshUpToItsLife() {
    Cache cache = cache(expiring());
    cache.put("k", "v", TEXT, expiring());
    cache.getOrCompute("loaded", TEXT, expiring(), load -> "v");
    if (time().isExact()) {
      time().pass(life());
      assertThat(cache.contains("k")).as("K2.2 contains at exactly put + ttl").isTrue();
      assertFresh("K2.2 get at exactly put + ttl", cache, "k", "v");
      assertFresh("K2.2 get at exactly load + ttl", cache, "loaded", "v");
      time().pass(MILLI);
    } else {
      time().pass(life().dividedBy(2));
      assertFresh("K2.2 get at half of the ttl", cache, "k", "v");
      passBeyond(life().dividedBy(2), cache, "loaded");
    }
    assertThat(cache.contains("k")).as("K2.2 contains after the ttl").isFalse();
    assertMiss("K2.2 get after the ttl", cache, "k");
    assertMiss("K2.2 get of what was loaded after the ttl", cache, "loaded");
    assertThat(cache.getAll(List.of("k"), TEXT).values()).as("K2.2 getAll after the ttl").isEmpty();
    assertThat(cache.remove("k")).as("K2.2 remove after the ttl").isFalse();
    String anew = cache.getOrCompute("loaded", TEXT, expiring(), load -> "new");
    assertThat(anew).as("K2.2 getOrCompute after the ttl").isEqualTo("new");
  }

  @Test
  void k2_3_jitterShortensAndNeverLengthens() {
    assertThat(CacheOptions.defaults().jitter()).as("K2.3 the default jitter").isEqualTo(0.1);
    CacheOptions half = expiring().withJitter(0.5);
    Cache cache = cache(half);
    Map<String, String> entries = new LinkedHashMap<>();
    for (int i = 0; i < 60; i++) {
      entries.put("k" + i, "v");
    }
    cache.putAll(entries, TEXT, half);
    cache.put("last", "v", TEXT, expiring());
    if (time().isExact()) {
      time().pass(life().dividedBy(2).minus(MILLI));
      assertThat(fresh(cache, entries)).as("K2.3 entries before jitter may end any").isEqualTo(60);
      time().pass(life().dividedBy(4).plus(MILLI));
    } else {
      time().pass(life().dividedBy(4));
      assertThat(fresh(cache, entries)).as("K2.3 entries before jitter may end any").isEqualTo(60);
      time().pass(life().dividedBy(2));
    }
    assertThat(fresh(cache, entries))
        .as("K2.3 entries at three quarters, of 60 that live for a half to all of it")
        .isBetween(1, 59);
    passBeyond(life().dividedBy(4), cache, "last");
    assertThat(fresh(cache, entries)).as("K2.3 entries after the whole ttl").isZero();
  }

  private static int fresh(Cache cache, Map<String, String> entries) {
    return cache.getAll(entries.keySet(), TEXT).values().size();
  }

  @Test
  void k2_4_nullHasALifeOfItsOwn() {
    CacheOptions options = PLAIN.withTtl(life().multipliedBy(10)).withNullTtl(life());
    Cache cache = cache(options);
    cache.put("null", null, TEXT, options);
    cache.getOrCompute("loaded", TEXT, options, load -> null);
    cache.put("value", "v", TEXT, options);
    cache.put("as others", null, TEXT, PLAIN.withTtl(life().multipliedBy(10)));
    assertFresh("K2.4 a null at once", cache, "null", null);
    passBeyond(life(), cache, "loaded");
    assertMiss("K2.4 a null after nullTtl", cache, "null");
    assertMiss("K2.4 a loaded null after nullTtl", cache, "loaded");
    assertFresh("K2.4 a value after nullTtl", cache, "value", "v");
    assertFresh("K2.4 a null without nullTtl", cache, "as others", null);
  }

  @Test
  void k2_5_optionsOfACallReplaceThoseOfTheCache() {
    Cache cache = cache(expiring().withTags("of the cache"));
    cache.put("default", "v", TEXT, cache.options());
    cache.put("call", "v", TEXT, PLAIN);
    cache.getOrCompute("loaded", TEXT, PLAIN, load -> "v");
    cache.putAll(Map.of("bulk", "v"), TEXT, PLAIN);
    cache.getAllOrCompute(List.of("all"), TEXT, PLAIN, load -> "v");
    cache.removeTag("of the cache");
    assertMiss("K2.5 an entry with the cache's tag", cache, "default");
    cache.put("default", "v", TEXT, cache.options());
    passBeyond(life(), cache, "default");
    assertMiss("K2.5 an entry with the cache's ttl, after it", cache, "default");
    for (String key : List.of("call", "loaded", "bulk", "all")) {
      assertFresh("K2.5 the entry '" + key + "' with neither", cache, key, "v");
    }
  }

  @Test
  void k2_6_expireMakesAFreshEntryStale() {
    Cache cache = cache(stale());
    cache.put("k", "v", TEXT, stale());
    cache.put("forever", "v", TEXT, PLAIN.withMaxStale(life().multipliedBy(100)));
    cache.put("gone", "v", TEXT, expiring());
    cache.put("tagged", "v", TEXT, stale().withTags("red"));
    for (String key : List.of("k", "forever", "gone", "tagged")) {
      assertThat(cache.expire(key)).as("K2.6 expire of the fresh entry '%s'", key).isTrue();
      assertThat(cache.contains(key)).as("K2.6 contains of '%s' after expire", key).isFalse();
    }
    assertStale("K2.6 get after expire", cache, "k", "v");
    assertStale("K2.6 get after expire of what had no expiry", cache, "forever", "v");
    assertMiss("K2.6 get after expire without maxStale", cache, "gone");
    for (String key : List.of("k", "gone", "none")) {
      assertThat(cache.expire(key)).as("K2.6 expire of '%s', which is not fresh", key).isFalse();
    }
    assertStale("K2.6 a stale entry after expire answered false", cache, "k", "v");
    cache.removeTag("red");
    assertMiss("K2.6 an expired entry after its tag was removed", cache, "tagged");
  }

  @Test
  void k2_6_expireOfAStaleEntryDoesNotProlongIt() {
    CacheOptions options = expiring().withMaxStale(life());
    Cache cache = cache(options);
    cache.put("k", "v", TEXT, options);
    passBeyond(life(), cache, "k");
    time().pass(life().dividedBy(2));
    assertThat(cache.expire("k")).as("K2.6 expire of a stale entry").isFalse();
    time()
        .passBeyond(
            life().dividedBy(2), () -> cache.get("k", TEXT).equals(new Cached.Miss<String>()));
    assertMiss("K2.6 a stale entry that was expired, beyond its maxStale", cache, "k");
  }

  @Test
  void k2_7_staleIsServedWithinMaxStale() {
    CacheOptions options = expiring().withMaxStale(life());
    Cache cache = cache(options);
    cache.put("k", "v", TEXT, options);
    cache.put("null", null, TEXT, options);
    cache.put("longer", "v", TEXT, stale());
    passBeyond(life(), cache, "null");
    assertStale("K2.7 get within maxStale", cache, "k", "v");
    assertStale("K2.7 get of a null within maxStale", cache, "null", null);
    assertThat(cache.getAll(List.of("k", "longer"), TEXT).values())
        .as("K2.7 getAll within maxStale")
        .isEqualTo(Map.of("k", new Cached.Hit<>("v", true), "longer", new Cached.Hit<>("v", true)));
    assertThat(cache.contains("k")).as("K2.7 contains of a stale entry").isFalse();
    if (time().isExact()) {
      time().pass(life().minus(MILLI));
      assertStale("K2.7 get at exactly ttl + maxStale", cache, "k", "v");
      time().pass(MILLI);
    } else {
      time()
          .passBeyond(life(), () -> cache.getAll(List.of("k", "longer"), TEXT).values().isEmpty());
    }
    assertMiss("K2.7 get beyond maxStale", cache, "k");
    assertMiss("K2.7 get beyond the cache's maxStale, stored with a longer one", cache, "longer");
  }

  @Test
  void k2_7_maxStaleMayBeAsLongAsThereIs() {
    CacheOptions options = expiring().withMaxStale(Duration.ofSeconds(Long.MAX_VALUE));
    Cache cache = cache(options);
    cache.put("k", "v", TEXT, options.withTags("red"));
    cache.put("expired", "v", TEXT, options);
    cache.put("no ttl", "v", TEXT, options.withTtl(Duration.ZERO));
    assertFresh("K2.7 get of an entry that is stale for ever once it expires", cache, "k", "v");
    for (String key : List.of("expired", "no ttl")) {
      assertThat(cache.expire(key)).as("K2.7 expire of the entry '%s'", key).isTrue();
      assertStale("K2.7 get after expire of the entry '" + key + "'", cache, key, "v");
    }
    passBeyond(life(), cache, "k");
    assertStale("K2.7 get after the ttl", cache, "k", "v");
  }

  @Test
  void k2_8_removeMakesItGoneFreshOrStale() {
    Cache cache = cache(stale());
    cache.put("fresh", "v", TEXT, stale());
    cache.put("stale", "v", TEXT, stale());
    cache.put("null", null, TEXT, stale());
    cache.expire("stale");
    assertThat(cache.remove("fresh")).as("K2.8 remove of a fresh entry").isTrue();
    assertThat(cache.remove("null")).as("K2.8 remove of a fresh null").isTrue();
    assertThat(cache.remove("stale")).as("K2.8 remove of a stale entry").isFalse();
    for (String key : List.of("fresh", "stale", "null")) {
      assertMiss("K2.8 the entry '" + key + "' after remove", cache, key);
      assertThat(cache.remove(key)).as("K2.8 a second remove of '%s'", key).isFalse();
    }
    cache.put("fresh", "new", TEXT, stale());
    assertFresh("K2.8 what was put after remove", cache, "fresh", "new");
  }
}
