package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.Capability;
import io.zeal.CodecException;
import io.zeal.Counter;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Store;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Values, keys, invalidation, numbers and the end: {@code docs/contract/cache.md} K1, K5, K6 and
 * K7.
 */
public abstract class CacheTck extends CacheKit {

  private static final String LONE_SURROGATE = "a\ud800";

  /** A flat record with a component of every kind. */
  @SuppressWarnings("ArrayRecordComponent") // a cache keeps them
  record Flat(
      boolean flag,
      byte tiny,
      short small,
      int medium,
      long large,
      float single,
      double real,
      String text,
      byte[] bytes) {

    @Override
    public boolean equals(Object other) {
      return other instanceof Flat f
          && flag == f.flag
          && tiny == f.tiny
          && small == f.small
          && medium == f.medium
          && large == f.large
          && Float.compare(single, f.single) == 0
          && Double.compare(real, f.real) == 0
          && text.equals(f.text)
          && Arrays.equals(bytes, f.bytes);
    }

    @Override
    public int hashCode() {
      return Objects.hash(large, text);
    }
  }

  /** What a record was before a deploy. */
  record Before(String name, long score) {}

  /** What it is now. */
  record After(String name, int level) {}

  /** A record that others could be made of. */
  record Seat(String name, long row) {}

  /** What a seat has without its row. */
  record Named(String name) {}

  /** A seat whose row is no number. */
  record Taken(String name, boolean row) {}

  /** For a subclass in the backend's tests. */
  protected CacheTck() {}

  // K1: values and absence

  @Test
  void k1_1_nothingIsAMissInEveryView() {
    Cache cache = cache();
    for (String round : List.of("first", "second")) {
      assertMiss("K1.1 get of a key never put, the " + round + " time", cache, "none");
      assertThat(cache.contains("none"))
          .as("K1.1 contains of a key never put, the %s time", round)
          .isFalse();
      assertThat(cache.remove("none"))
          .as("K1.1 remove of a key never put, the %s time", round)
          .isFalse();
      assertThat(cache.expire("none"))
          .as("K1.1 expire of a key never put, the %s time", round)
          .isFalse();
      assertThat(cache.getAll(List.of("none"), TEXT).values())
          .as("K1.1 getAll of a key never put, the %s time", round)
          .isEmpty();
    }
  }

  @Test
  void k1_2_valuesComeBackEqual() {
    Cache cache = cache();
    for (String text : Texts.VALUES) {
      cache.put("text", text, TEXT, PLAIN);
      assertFresh("K1.2 the text " + Texts.show(text), cache, "text", text);
    }
    for (long number : new long[] {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE, (1L << 53) + 1}) {
      cache.put("long", number, LONG, PLAIN);
      assertThat(cache.get("long", LONG))
          .as("K1.2 the number %s", number)
          .isEqualTo(new Cached.Hit<>(number, false));
    }
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    for (byte[] bytes : List.of(new byte[0], new byte[1], all)) {
      cache.put("bytes", bytes, BYTES, PLAIN);
      assertThat(cache.get("bytes", BYTES).toOptional())
          .as("K1.2 an array of %s bytes", bytes.length)
          .hasValueSatisfying(found ->
              assertThat(found).as("K1.2 an array of %s bytes", bytes.length).isEqualTo(bytes));
    }
  }

  @Test
  void k1_2_flatRecordsComeBackEqual() {
    Cache cache = cache();
    ValueType<Flat> type = ValueType.of(Flat.class);
    List<Flat> records =
        List.of(
            new Flat(false, (byte) 0, (short) 0, 0, 0, 0f, 0d, "", new byte[0]),
            new Flat(
                true,
                Byte.MIN_VALUE,
                Short.MIN_VALUE,
                Integer.MIN_VALUE,
                Long.MIN_VALUE,
                Float.MIN_VALUE,
                Double.NEGATIVE_INFINITY,
                "日本\u0000",
                new byte[] {0, -1}),
            new Flat(
                true,
                Byte.MAX_VALUE,
                Short.MAX_VALUE,
                Integer.MAX_VALUE,
                Long.MAX_VALUE,
                Float.NaN,
                Double.MAX_VALUE,
                "x".repeat(1_000),
                new byte[1_000]));
    for (Flat flat : records) {
      cache.put("flat", flat, type, PLAIN);
      assertThat(cache.get("flat", type))
          .as("K1.2 the record %s", flat)
          .isEqualTo(new Cached.Hit<>(flat, false));
    }
  }

  @Test
  void k1_3_nullIsAValue() {
    Cache cache = cache();
    cache.put("put", null, TEXT, PLAIN);
    String loaded = cache.getOrCompute("loaded", TEXT, PLAIN, load -> null);
    assertThat(loaded).as("K1.3 a loaded null").isNull();
    for (String key : List.of("put", "loaded")) {
      assertFresh("K1.3 get of a null that was " + key, cache, key, null);
      assertThat(cache.contains(key)).as("K1.3 contains of a null that was %s", key).isTrue();
      assertThat(cache.getAll(List.of(key), TEXT).values())
          .as("K1.3 getAll of a null that was %s", key)
          .isEqualTo(Map.of(key, new Cached.Hit<>(null, false)));
      String again = cache.getOrCompute(key, TEXT, PLAIN, load -> "loaded again");
      assertThat(again).as("K1.3 getOrCompute of a null that was %s", key).isNull();
    }
  }

  @Test
  void k1_4_putReplacesAllOfTheEntry() {
    Cache cache = cache();
    cache.put("k", "old", TEXT, expiring().withTags("old"));
    cache.put("k", 7L, LONG, PLAIN.withTags("new"));
    assertThat(cache.get("k", LONG))
        .as("K1.4 the value of the second put")
        .isEqualTo(new Cached.Hit<>(7L, false));
    assertMiss("K1.4 the entry asked for with the first put's type", cache, "k");
    cache.removeTag("old");
    assertThat(cache.contains("k")).as("K1.4 the entry after its old tag was removed").isTrue();
    time().pass(life().plus(MILLI));
    assertThat(cache.contains("k")).as("K1.4 the entry after its old time to live").isTrue();
    cache.removeTag("new");
    assertThat(cache.contains("k")).as("K1.4 the entry after its new tag was removed").isFalse();
  }

  @Test
  void k1_5_anotherTypeIsAMiss() {
    Cache cache = cache();
    cache.put("text", "12345678", TEXT, PLAIN);
    cache.put("long", 7L, LONG, PLAIN);
    assertThat(cache.get("text", LONG))
        .as("K1.5 a text asked for as a number")
        .isEqualTo(new Cached.Miss<>());
    assertThat(cache.get("text", BYTES))
        .as("K1.5 a text asked for as bytes")
        .isEqualTo(new Cached.Miss<>());
    assertMiss("K1.5 a number asked for as a text", cache, "long");
    assertThat(cache.getAll(List.of("text", "long"), LONG).values())
        .as("K1.5 getAll of a text and a number as numbers")
        .isEqualTo(Map.of("long", new Cached.Hit<>(7L, false)));
    Long anew = cache.getOrCompute("text", LONG, PLAIN, load -> 9L);
    assertThat(anew).as("K1.5 getOrCompute of a text as a number").isEqualTo(9L);
    assertThat(cache.get("text", LONG))
        .as("K1.5 the number that was loaded in place of a text")
        .isEqualTo(new Cached.Hit<>(9L, false));
  }

  @Test
  void k1_5_anotherRecordIsAMiss() {
    Cache cache = cache();
    cache.put("seat", new Seat("1a", 1), ValueType.of(Seat.class), PLAIN);
    for (Class<?> other : List.of(Named.class, Taken.class, String.class)) {
      assertThat(cache.get("seat", ValueType.of(other)))
          .as("K1.5 a record %s asked for as %s", Seat.class, other)
          .isEqualTo(new Cached.Miss<>());
    }
    Named anew =
        cache.getOrCompute("seat", ValueType.of(Named.class), PLAIN, load -> new Named("x"));
    assertThat(anew).as("K1.5 getOrCompute of a record as another").isEqualTo(new Named("x"));
  }

  @Test
  void k1_6_arraysAreCopied() {
    Cache cache = cache();
    byte[] given = {1, 2, 3};
    cache.put("k", given, BYTES, PLAIN);
    given[0] = 9;
    byte[] first = bytes(cache);
    assertThat(first)
        .as("K1.6 the cached array after the given one was changed")
        .containsExactly(1, 2, 3);
    first[1] = 9;
    assertThat(bytes(cache))
        .as("K1.6 the cached array after one that was answered was changed")
        .containsExactly(1, 2, 3);
  }

  private static byte[] bytes(Cache cache) {
    return cache.get("k", BYTES).toOptional().orElse(new byte[0]);
  }

  @Test
  void k1_7_noTwoKeysMeet() {
    Cache cache = cache();
    Map<String, String> all = new LinkedHashMap<>();
    Texts.KEYS.forEach(key -> all.put(key, "of " + Texts.show(key)));
    for (int length : new int[] {61, 62, 63, 64, 65, 127, 128, 1_000}) {
      for (String end : List.of("", "a", "b", "日", "é")) {
        String key = "q".repeat(length) + end;
        all.put(key, "of " + length + end);
      }
    }
    all.forEach((key, value) -> cache.put(key, value, TEXT, PLAIN));
    all.forEach((key, value) ->
        assertFresh("K1.7 the value of the key " + Texts.show(key), cache, key, value));
    String gone = "q".repeat(1_000);
    assertThat(cache.remove(gone)).as("K1.7 remove of a key of 1,000 characters").isTrue();
    all.remove(gone);
    assertThat(cache.getAll(all.keySet(), TEXT).values().keySet())
        .as("K1.7 the other keys after one was removed")
        .isEqualTo(all.keySet());
  }

  @Test
  void k1_7_whatIsNoKeyIsRefused() {
    Cache cache = cache();
    for (String key : List.of("", LONE_SURROGATE, "\udc00", "\udc00\ud800")) {
      calls(cache, key)
          .forEach((call, action) ->
              refused(
                  "K1.7 " + call + " of the key " + Texts.show(key),
                  InvalidArgumentException.class,
                  ErrorCode.INVALID_KEY,
                  action));
    }
    calls(cache, nothing())
        .forEach((call, action) ->
            refused("K1.7 " + call + " of null", NullPointerException.class, action));
  }

  @SuppressWarnings("NullAway") // what an application without a checker passes
  private static String nothing() {
    return null;
  }

  /** Every call that takes a key. */
  private static Map<String, ThrowingCallable> calls(Cache cache, String key) {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("get", () -> cache.get(key, TEXT));
    calls.put("put", () -> cache.put(key, "v", TEXT, PLAIN));
    calls.put("getOrCompute", () -> cache.getOrCompute(key, TEXT, PLAIN, load -> "v"));
    calls.put("getAll", () -> cache.getAll(Arrays.asList("k", key), TEXT));
    calls.put(
        "getAllOrCompute",
        () -> cache.getAllOrCompute(Arrays.asList("k", key), TEXT, PLAIN, load -> "v"));
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put(key, "v");
    calls.put("putAll", () -> cache.putAll(entries, TEXT, PLAIN));
    calls.put("contains", () -> cache.contains(key));
    calls.put("remove", () -> cache.remove(key));
    calls.put("expire", () -> cache.expire(key));
    calls.put("explain", () -> cache.explain(key));
    return calls;
  }

  @Test
  void k1_8_cachesMeetNothing() {
    String name = freshName();
    List<Cache> caches =
        List.of(
            zeal().cache(name, PLAIN),
            zeal().cache(name + "2", PLAIN),
            zeal().cache(name.toUpperCase(java.util.Locale.ROOT), PLAIN),
            zeal().cache(name + ":k", PLAIN));
    Store<Player> store = store(name, Player.SCHEMA);
    store.put("k", Player.ALICE);
    for (int i = 0; i < caches.size(); i++) {
      caches.get(i).put("k", "v" + i, TEXT, PLAIN);
    }
    for (int i = 0; i < caches.size(); i++) {
      assertFresh("K1.8 the entry of cache " + i, caches.get(i), "k", "v" + i);
    }
    assertThat(store.get("k"))
        .as("K1.8 the row of a store with a cache's name")
        .contains(Player.ALICE);
    if (can(Capability.COUNTERS)) {
      Counter counter = zeal().counter(name);
      counter.add(5);
      assertFresh("K1.8 the entry beside a counter of the same name", caches.getFirst(), "k", "v0");
      assertThat(counter.get()).as("K1.8 the counter with a cache's name").isEqualTo(5);
    }
  }

  @Test
  void k1_9_aValueThatCannotBeEncodedIsRefused() {
    Cache cache = cache();
    cache.put("k", "old", TEXT, PLAIN);
    refused(
        "K1.9 put of a text that is not well-formed",
        CodecException.class,
        () -> cache.put("k", LONE_SURROGATE, TEXT, PLAIN));
    assertFresh("K1.9 what was cached, after a put that was refused", cache, "k", "old");
  }

  @Test
  void k1_10_everyInstanceSharesTheCache() {
    requiresSharedState();
    Cache here = cache(PLAIN);
    Cache there = same(openAnother(), here);
    here.put("k", "v", TEXT, PLAIN);
    assertFresh("K1.10 get through another instance", there, "k", "v");
    String had = there.getOrCompute("k", TEXT, PLAIN, load -> "loaded again");
    assertThat(had).as("K1.10 getOrCompute through another instance").isEqualTo("v");
    assertThat(there.remove("k")).as("K1.10 remove through another instance").isTrue();
    assertMiss("K1.10 the entry that another instance removed", here, "k");
  }

  @Test
  void k1_11_aRecordThatChangedIsAMiss() {
    Cache cache = cache();
    cache.put("k", new Before("alice", 1), ValueType.of(Before.class), PLAIN);
    long before = number("K1.11", cache, "decodeFailures");
    assertThat(cache.get("k", ValueType.of(After.class)))
        .as("K1.11 a record with other components than it was stored with")
        .isEqualTo(new Cached.Miss<>());
    assertThat(number("K1.11", cache, "decodeFailures"))
        .as("K1.11 decodeFailures after an entry that cannot be read")
        .isEqualTo(before + 1);
  }

  @Test
  void k1_12_oneNameIsOneCache() {
    String name = freshName();
    Cache cache = zeal().cache(name, PLAIN.withTags("a"));
    assertThat(zeal().cache(name, CacheOptions.defaults().withTags("a").withJitter(0)))
        .as("K1.12 a cache opened again with equal options")
        .isSameAs(cache);
    refused(
        "K1.12 a cache opened again with other options",
        InvalidArgumentException.class,
        () -> zeal().cache(name, PLAIN));
  }

  // K5: invalidation

  @Test
  void k5_1_removeTagRemovesWhatHasTheTag() {
    Cache cache = cache(stale());
    cache.put("both", "v", TEXT, stale().withTags("red", "blue"));
    cache.put("red", "v", TEXT, stale().withTags("red"));
    cache.put("blue", "v", TEXT, stale().withTags("blue"));
    cache.put("none", "v", TEXT, stale());
    cache.put("stale", "v", TEXT, stale().withTags("red"));
    cache.putAll(Map.of("bulk", "v"), TEXT, stale().withTags("red"));
    cache.getOrCompute("loaded", TEXT, stale().withTags("red"), load -> "v");
    cache.getOrCompute(
        "said",
        TEXT,
        stale(),
        load -> {
          load.tags("red");
          return "v";
        });
    cache.expire("stale");
    cache.removeTag("red");
    for (String key : List.of("both", "red", "stale", "bulk", "loaded", "said")) {
      assertMiss("K5.1 the entry '" + key + "' with the tag that was removed", cache, key);
      assertThat(cache.contains(key)).as("K5.1 contains of the entry '%s'", key).isFalse();
    }
    for (String key : List.of("blue", "none")) {
      assertFresh("K5.1 the entry '" + key + "' without the tag", cache, key, "v");
    }
    cache.removeTag("red");
    cache.removeTag("of nothing");
    assertFresh("K5.1 an entry after a tag of nothing was removed", cache, "blue", "v");
  }

  @Test
  void k5_1_removeTagReachesEveryInstance() {
    requiresSharedState();
    Cache here = cache();
    Cache there = same(openAnother(), here);
    there.put("k", "v", TEXT, PLAIN.withTags("red"));
    there.put("other", "v", TEXT, PLAIN.withTags("blue"));
    here.put("mine", "v", TEXT, PLAIN.withTags("red"));
    here.removeTag("red");
    for (Cache cache : List.of(here, there)) {
      assertMiss("K5.1 an entry whose tag another instance removed", cache, "k");
      assertMiss("K5.1 an entry of the instance that removed the tag", cache, "mine");
      assertFresh("K5.1 an entry without the tag", cache, "other", "v");
    }
  }

  @Test
  void k5_2_clearRemovesEverythingOfTheCacheAlone() {
    Cache cache = cache(stale());
    Cache other = cache();
    for (int i = 0; i < 20; i++) {
      cache.put("k" + i, "v", TEXT, i % 2 == 0 ? stale() : stale().withTags("t" + i));
    }
    cache.expire("k0");
    other.put("k1", "v", TEXT, PLAIN);
    cache.clear();
    for (int i = 0; i < 20; i++) {
      assertMiss("K5.2 the entry k" + i + " after clear", cache, "k" + i);
    }
    assertFresh("K5.2 the entry of another cache", other, "k1", "v");
  }

  @Test
  void k5_3_whatComesAfterStays() {
    Cache cache = cache();
    cache.put("k", "old", TEXT, PLAIN.withTags("red"));
    cache.removeTag("red");
    cache.put("k", "new", TEXT, PLAIN.withTags("red"));
    cache.getOrCompute("loaded", TEXT, PLAIN.withTags("red"), load -> "new");
    assertFresh("K5.3 what was put after removeTag", cache, "k", "new");
    assertFresh("K5.3 what was loaded after removeTag", cache, "loaded", "new");
    cache.clear();
    cache.put("k", "newer", TEXT, PLAIN.withTags("red"));
    cache.getOrCompute("loaded", TEXT, PLAIN.withTags("blue"), load -> "newer");
    assertFresh("K5.3 what was put after clear", cache, "k", "newer");
    assertFresh("K5.3 what was loaded after clear", cache, "loaded", "newer");
  }

  @Test
  void k5_4_whatIsNoTagIsRefused() {
    Cache cache = cache();
    cache.put("k", "v", TEXT, PLAIN.withTags("red"));
    for (String tag : List.of("", LONE_SURROGATE)) {
      refused(
          "K5.4 removeTag of " + Texts.show(tag),
          InvalidArgumentException.class,
          ErrorCode.INVALID_NAME,
          () -> cache.removeTag(tag));
    }
    assertFresh("K5.4 an entry after tags that were refused", cache, "k", "v");
    String odd = "a tag\u0000 of any length: " + "é".repeat(300);
    cache.put("odd", "v", TEXT, PLAIN.withTags(odd));
    cache.removeTag(odd + "x");
    assertFresh("K5.4 an entry with a long tag after one like it was removed", cache, "odd", "v");
    cache.removeTag(odd);
    assertMiss("K5.4 an entry with a long tag after it was removed", cache, "odd");
  }

  // K6: looking

  @Test
  void k6_1_countIsAtLeastTheNumberOfEntries() {
    Cache cache = cache();
    for (int i = 0; i < 10; i++) {
      cache.put("k" + i, "v", TEXT, i % 2 == 0 ? PLAIN : PLAIN.withTags("red"));
    }
    if (can(Capability.COUNT)) {
      assertThat(cache.count()).as("K6.1 count of ten entries").isGreaterThanOrEqualTo(10);
    } else {
      refused(
          "K6.1 count without the capability", UnsupportedCapabilityException.class, cache::count);
    }
  }

  /** Fewer than the defaults keep in memory, and more than a megabyte of files takes. */
  @Test
  void k6_1_countIsAtLeastWhatIsThereOfMany() {
    Cache cache = cache();
    if (!can(Capability.COUNT)) {
      refused(
          "K6.1 count without the capability", UnsupportedCapabilityException.class, cache::count);
      return;
    }
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 1_500; i++) {
      many.put("k" + i, "x".repeat(700));
    }
    cache.putAll(many, TEXT, PLAIN);
    long there = cache.getAll(many.keySet(), TEXT).values().size();
    assertThat(cache.count()).as("K6.1 count of many entries").isGreaterThanOrEqualTo(there);
  }

  @Test
  void k6_2_statsCount() {
    Cache cache = cache(stale());
    cache.put("k", "v", TEXT, stale());
    cache.get("k", TEXT);
    cache.get("k", TEXT);
    cache.get("none", TEXT);
    cache.expire("k");
    cache.get("k", TEXT);
    cache.getOrCompute("loaded", TEXT, stale(), load -> "v");
    Beside.call(() ->
            cache.getOrCompute(
                "failed",
                TEXT,
                stale(),
                load -> {
                  throw new java.io.IOException("no");
                }))
        .error("K6.2", io.zeal.LoaderFailedException.class);
    Map<String, Long> expected =
        Map.of("misses", 3L, "staleServed", 1L, "loads", 2L, "loadFailures", 1L);
    expected.forEach((name, count) ->
        assertThat(number("K6.2", cache, name)).as("K6.2 %s", name).isEqualTo(count));
    assertThat(number("K6.2", cache, "hitsMemory") + number("K6.2", cache, "hitsFile"))
        .as("K6.2 hits, of both tiers")
        .isEqualTo(3);
    for (String zero : List.of("flightsJoined", "spills", "decodeFailures", "storeFailures")) {
      assertThat(number("K6.2", cache, zero)).as("K6.2 %s", zero).isZero();
    }
  }

  @Test
  void k6_3_explainSaysWhatIsThereAndNotTheValue() {
    Cache cache = cache(expiring());
    String secret = "value-nobody-may-see";
    cache.put("k", secret, TEXT, expiring());
    assertThat(cache.explain("k"))
        .as("K6.3 explain of an entry")
        .startsWith("in ")
        .contains("expires in", secret.length() + " bytes", "text")
        .doesNotContain(secret);
    assertThat(cache.explain("none")).as("K6.3 explain of nothing").contains("nothing is cached");
  }

  // K7: the end

  @Test
  void k7_3_aClosedCacheRefusesEveryCall() {
    Cache cache = cache(PLAIN);
    cache.put("k", "v", TEXT, PLAIN);
    String name = cache.name();
    HeldLoader<String> held = HeldLoader.of("late");
    Beside<String> waiting = Beside.call(() -> cache.getOrCompute("held", TEXT, PLAIN, held));
    held.awaitBegun("K7.3");
    zeal().close();
    waiting.error(
        "K7.3 a wait for a load that runs when Zeal is closed", ZealClosedException.class);
    Map<String, ThrowingCallable> calls = calls(cache, "k");
    calls.put("removeTag", () -> cache.removeTag("red"));
    calls.put("clear", cache::clear);
    calls.put("count", cache::count);
    calls.put("stats", cache::stats);
    calls.forEach((call, action) ->
        refused("K7.3 " + call + " after close", ZealClosedException.class, action));
    assertThat(cache.name()).as("K7.3 name after close").isEqualTo(name);
    assertThat(cache.options()).as("K7.3 options after close").isEqualTo(PLAIN);
  }
}
