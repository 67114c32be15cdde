package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingCaches;
import static io.zeal.selftest.CacheCalls.PLAIN;
import static io.zeal.selftest.CacheCalls.TEXT;
import static io.zeal.selftest.CacheCalls.isHeld;
import static io.zeal.selftest.CacheCalls.mapped;
import static io.zeal.selftest.CacheCalls.value;

import io.zeal.BulkResult;
import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.CodecException;
import io.zeal.InvalidArgumentException;
import io.zeal.Stats;
import io.zeal.ValueType;
import io.zeal.ZealClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A breakage for each test of values, lives, invalidation and looking, in their order. */
final class CacheBreakages {

  private CacheBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(values());
    all.addAll(keysAndNames());
    all.addAll(lives());
    all.addAll(invalidation());
    all.addAll(looking());
    return all;
  }

  private static List<Breakage> values() {
    return List.of(
        breakingCaches("a miss is remembered as a null", "k1_1_nothingIsAMissInEveryView")
            .onCall(
                "Cache.get",
                call -> {
                  Object found = call.proceed();
                  if (found instanceof Cached.Miss && call.text(0).equals("none")) {
                    call.cache().put("none", null, TEXT, PLAIN);
                  }
                  return found;
                }),
        breakingCaches("texts are trimmed", "k1_2_valuesComeBackEqual")
            .onCall(
                "Cache.get",
                call ->
                    mapped(call.proceed(), value -> value instanceof String s ? s.strip() : value)),
        breakingCaches(
                "a record with a number that is none is not found", "k1_2_flatRecordsComeBackEqual")
            .onCall(
                "Cache.get",
                call -> {
                  Object found = call.proceed();
                  return value(found) instanceof Record row && row.toString().contains("NaN")
                      ? new Cached.Miss<>()
                      : found;
                }),
        breakingCaches("a cached null is loaded anew", "k1_3_nullIsAValue")
            .onCall(
                "Cache.getOrCompute",
                call -> {
                  Cache cache = call.cache();
                  String key = call.text(0);
                  if (cache.contains(key)
                      && cache.get(key, TEXT).equals(new Cached.Hit<>(null, false))) {
                    cache.remove(key);
                  }
                  return call.proceed();
                }),
        breakingCaches("put keeps the tags of before", "k1_4_putReplacesAllOfTheEntry")
            .onCall(
                "Cache.put",
                call -> {
                  Set<String> tags = new LinkedHashSet<>(call.cacheOptions().tags());
                  tags.addAll(tagsOf(call));
                  call.world.notes.put("tags " + call.cache().name() + call.text(0), tags);
                  return call.with(call.cacheOptions().withTags(tags.toArray(String[]::new)));
                }),
        breakingCaches("a text of digits can be had as a number", "k1_5_anotherTypeIsAMiss")
            .onCall(
                "Cache.get",
                call -> {
                  Object found = call.proceed();
                  return found instanceof Cached.Miss
                          && call.type().equals(ValueType.of(Long.class))
                          && value(call.cache().get(call.text(0), TEXT)) instanceof String text
                          && text.matches("\\d+")
                      ? new Cached.Hit<>(Long.parseLong(text), false)
                      : found;
                }),
        breakingCaches("a record passes for one of fewer components", "k1_5_anotherRecordIsAMiss")
            .onCall(
                "Cache.put",
                call -> {
                  if (call.args[1] instanceof Record row) {
                    call.world.notes.put("record " + call.cache().name() + call.text(0), row);
                  }
                  return call.proceed();
                })
            .onCall(
                "Cache.get",
                call -> {
                  Object found = call.proceed();
                  return found instanceof Cached.Miss
                          && call.world.notes.get("record " + call.cache().name() + call.text(0))
                              instanceof Record row
                          && call.type().type() instanceof Class<?> asked
                          && asked.isRecord()
                          && asked.getRecordComponents().length
                              < row.getClass().getRecordComponents().length
                      ? new Cached.Hit<>(row, false)
                      : found;
                }),
        breakingCaches("arrays are kept as they are", "k1_6_arraysAreCopied")
            .onCall(
                "Cache.put",
                call -> {
                  if (call.args[1] instanceof byte[] bytes) {
                    call.world.notes.put("array " + call.cache().name() + call.text(0), bytes);
                  }
                  return call.proceed();
                })
            .onCall(
                "Cache.get",
                call -> {
                  Object kept = call.world.notes.get("array " + call.cache().name() + call.text(0));
                  return mapped(call.proceed(), value -> value instanceof byte[] ? kept : value);
                }),
        breakingCaches(
                "a text that cannot be encoded takes the place of what was there",
                "k1_9_aValueThatCannotBeEncodedIsRefused")
            .onCall(
                "Cache.put",
                call -> {
                  try {
                    return call.proceed();
                  } catch (CodecException e) {
                    call.cache().remove(call.text(0));
                    throw e;
                  }
                }),
        breakingCaches("what cannot be read is not counted", "k1_11_aRecordThatChangedIsAMiss")
            .onCall(
                "Cache.stats",
                call -> {
                  Stats stats = (Stats) call.proceed();
                  Map<String, Long> numbers = new LinkedHashMap<>(stats.numbers());
                  numbers.put("decodeFailures", 0L);
                  return Stats.of(stats.name(), numbers);
                }));
  }

  @SuppressWarnings("unchecked") // what the hook above noted
  private static Set<String> tagsOf(Call call) {
    return (Set<String>)
        call.world.notes.getOrDefault("tags " + call.cache().name() + call.text(0), Set.of());
  }

  private static List<Breakage> keysAndNames() {
    return List.of(
        breakingCaches("keys are cut to 63 characters", "k1_7_noTwoKeysMeet")
            .onCall("Cache.put", CacheBreakages::cut)
            .onCall("Cache.get", CacheBreakages::cut),
        breakingCaches("remove of an empty key answers false", "k1_7_whatIsNoKeyIsRefused")
            .onCall("Cache.remove", call -> !"".equals(call.args[0]) && (boolean) call.proceed()),
        breakingCaches("names of caches know no case", "k1_8_cachesMeetNothing")
            .onCall(
                "Zeal.cache",
                call -> call.proceed(call.text(0).toLowerCase(Locale.ROOT), call.args[1])),
        breakingCaches(
                "remove spares what another instance put", "k1_10_everyInstanceSharesTheCache")
            .onCall(
                "Cache.put",
                call -> {
                  call.note("put " + call.text(0));
                  return call.proceed();
                })
            .onCall(
                "Cache.remove",
                call ->
                    "k".equals(call.args[0]) && !call.noted("put k") && call.cache().contains("k")
                        ? true
                        : call.proceed()),
        breakingCaches("other options open a cache beside the first", "k1_12_oneNameIsOneCache")
            .onCall(
                "Zeal.cache",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return call.proceed(call.text(0) + "2", call.args[1]);
                  }
                }));
  }

  private static Object cut(Call call) throws Throwable {
    Object[] args = call.args.clone();
    if (args[0] instanceof String key && key.length() > 63) {
      args[0] = key.substring(0, 63);
    }
    return call.proceed(args);
  }

  private static List<Breakage> lives() {
    return List.of(
        breakingCaches("what has no time to live gets one", "k2_1_withoutATtlAnEntryDoesNotExpire")
            .onCall(
                "Cache.put",
                call -> {
                  CacheOptions options = call.cacheOptions();
                  return options.ttl().isEmpty()
                      ? call.with(options.withTtl(Duration.ofSeconds(15)))
                      : call.proceed();
                }),
        breakingCaches("a life is a millisecond short", "k2_2_anEntryIsFreshUpToItsLife")
            .onCall(
                "Cache.put",
                call -> {
                  CacheOptions options = call.cacheOptions();
                  return options.ttl().isPresent() && options.maxStale().isZero()
                      ? call.with(options.withTtl(options.ttl().get().minusMillis(1)))
                      : call.proceed();
                }),
        breakingCaches("jitter lengthens", "k2_3_jitterShortensAndNeverLengthens")
            .onCall(
                "Cache.putAll",
                call -> {
                  CacheOptions options = call.cacheOptions();
                  return options.jitter() > 0.1
                      ? call.with(
                          options.withTtl(options.ttl().orElseThrow().multipliedBy(3).dividedBy(2)))
                      : call.proceed();
                }),
        breakingCaches("a null that was loaded lives as others", "k2_4_nullHasALifeOfItsOwn")
            .onCall(
                "Cache.getOrCompute",
                call -> call.with(call.cacheOptions().withNullTtl(Duration.ZERO))),
        breakingCaches(
                "bulk loads take the options of the cache",
                "k2_5_optionsOfACallReplaceThoseOfTheCache")
            .onCall(
                "Cache.getAllOrCompute",
                call ->
                    call.cache().options().tags().isEmpty()
                        ? call.proceed()
                        : call.with(call.cache().options())),
        breakingCaches(
                "what has no time to live cannot be expired", "k2_6_expireMakesAFreshEntryStale")
            .onCall(
                "Cache.put",
                call -> {
                  if (call.cacheOptions().ttl().isEmpty()
                      && call.cacheOptions().maxStale().toDays() < 1) {
                    call.note("forever " + call.text(0));
                  }
                  return call.proceed();
                })
            .onCall(
                "Cache.expire",
                call ->
                    call.noted("forever " + call.args[0]) && call.cache().contains(call.text(0))
                        ? true
                        : call.proceed()),
        breakingCaches(
                "expire begins the time of a stale entry anew",
                "k2_6_expireOfAStaleEntryDoesNotProlongIt")
            .onCall(
                "Cache.expire",
                call -> {
                  boolean did = (boolean) call.proceed();
                  if (!did
                      && call.cache().get(call.text(0), TEXT)
                          instanceof Cached.Hit<String>(String value, boolean _)) {
                    call.cache().put(call.text(0), value, TEXT, call.cache().options());
                    call.cache().expire(call.text(0));
                  }
                  return did;
                }),
        breakingCaches("getAll leaves what is stale out", "k2_7_staleIsServedWithinMaxStale")
            .onCall("Cache.getAll", call -> kept(call.proceed(), hit -> !hit.stale())),
        breakingCaches(
                "a maxStale of more than a thousand years is none",
                "k2_7_maxStaleMayBeAsLongAsThereIs")
            .onCall(
                "Cache.put",
                call -> {
                  CacheOptions options = call.cacheOptions();
                  return options.maxStale().compareTo(Duration.ofDays(365_000)) > 0
                      ? call.with(options.withMaxStale(Duration.ZERO))
                      : call.proceed();
                }),
        breakingCaches(
                "remove answers true for what is stale", "k2_8_removeMakesItGoneFreshOrStale")
            .onCall(
                "Cache.remove",
                call -> {
                  boolean there =
                      call.args[0] instanceof String key
                          && !key.isEmpty()
                          && call.noted("expired " + key);
                  call.forget("expired " + call.args[0]);
                  boolean did = (boolean) call.proceed();
                  return did || there;
                })
            .onCall(
                "Cache.expire",
                call -> {
                  boolean did = (boolean) call.proceed();
                  if (did) {
                    call.note("expired " + call.text(0));
                  }
                  return did;
                }));
  }

  /** A result without the hits that are not to be kept. */
  @SuppressWarnings("unchecked") // values are only handed on
  static Object kept(Object result, java.util.function.Predicate<Cached.Hit<Object>> keep) {
    BulkResult<Cached<Object>> all = (BulkResult<Cached<Object>>) result;
    Map<String, Cached<Object>> left = new LinkedHashMap<>(all.values());
    left.values().removeIf(value -> value instanceof Cached.Hit<Object> hit && !keep.test(hit));
    return new BulkResult<>(left, all.failures());
  }

  private static List<Breakage> invalidation() {
    return List.of(
        breakingCaches(
                "removeTag takes an entry without tags along", "k5_1_removeTagRemovesWhatHasTheTag")
            .onCall(
                "Cache.removeTag",
                call -> {
                  call.proceed();
                  call.cache().remove("none");
                  return null;
                }),
        breakingCaches(
                "removeTag spares what another instance put", "k5_1_removeTagReachesEveryInstance")
            .onCall(
                "Cache.put",
                call -> {
                  call.note("put " + call.text(0));
                  return call.proceed();
                })
            .onCall(
                "Cache.removeTag",
                call -> {
                  Object before = call.cache().get("k", TEXT);
                  call.proceed();
                  if (value(before) instanceof String text && !call.noted("put k")) {
                    call.cache().put("k", text, TEXT, PLAIN);
                  }
                  return null;
                }),
        breakingCaches(
                "clear leaves an entry with a tag", "k5_2_clearRemovesEverythingOfTheCacheAlone")
            .onCall(
                "Cache.clear",
                call -> {
                  Object before = call.cache().get("k1", TEXT);
                  call.proceed();
                  if (value(before) instanceof String text) {
                    call.cache().put("k1", text, TEXT, PLAIN);
                  }
                  return null;
                }),
        breakingCaches("clear takes what is put next along", "k5_3_whatComesAfterStays")
            .onCall(
                "Cache.clear",
                call -> {
                  call.note("cleared");
                  return call.proceed();
                })
            .onCall(
                "Cache.put",
                call -> {
                  if (call.noted("cleared")) {
                    call.forget("cleared");
                    return null;
                  }
                  return call.proceed();
                }),
        breakingCaches("an empty tag is the tag of nothing", "k5_4_whatIsNoTagIsRefused")
            .onCall("Cache.removeTag", call -> call.text(0).isEmpty() ? null : call.proceed()));
  }

  private static List<Breakage> looking() {
    return List.of(
        breakingCaches(
                "count knows half of the entries",
                "k6_1_countIsAtLeastTheNumberOfEntries",
                "k6_1_countIsAtLeastWhatIsThereOfMany")
            .onCall("Cache.count", call -> (long) call.proceed() / 2),
        breakingCaches("count stops at a thousand", "k6_1_countIsAtLeastWhatIsThereOfMany")
            .onCall("Cache.count", call -> Math.min((long) call.proceed(), 1_000)),
        breakingCaches("a miss counts twice", "k6_2_statsCount")
            .onCall(
                "Cache.stats",
                call -> {
                  Stats stats = (Stats) call.proceed();
                  Map<String, Long> numbers = new LinkedHashMap<>(stats.numbers());
                  numbers.computeIfPresent("misses", (name, misses) -> 2 * misses);
                  return Stats.of(stats.name(), numbers);
                }),
        breakingCaches("explain shows the value", "k6_3_explainSaysWhatIsThereAndNotTheValue")
            .onCall(
                "Cache.explain",
                call -> call.proceed() + " " + value(call.cache().get(call.text(0), TEXT))),
        breakingCaches("stats of a closed cache are empty", "k7_3_aClosedCacheRefusesEveryCall")
            .onCall(
                "Cache.stats",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return Stats.of("closed", Map.of());
                  }
                }),
        breakingCaches(
                "a wait for a load goes on when its cache is closed",
                "k7_3_aClosedCacheRefusesEveryCall")
            .onCall(
                "Cache.getOrCompute",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return Breaking.orThrow(e, isHeld(call), "late");
                  }
                }));
  }
}
