package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingCaches;
import static io.zeal.selftest.CacheCalls.TEXT;

import io.zeal.BulkResult;
import io.zeal.CacheOptions;
import io.zeal.Cached;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Loader;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.ZealException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A breakage for each test of calls on many keys of a cache, in their order. */
final class BulkBreakages {

  private BulkBreakages() {}

  static List<Breakage> all() {
    return List.of(
        breakingCaches(
                "getAll does not see what was put with tags", "k4_1_getAllAnswersWhatIsThere")
            .onCall(
                "Cache.put",
                call -> {
                  if (!call.cacheOptions().tags().isEmpty()) {
                    call.note("tagged " + call.text(0));
                  }
                  return call.proceed();
                })
            .onCall(
                "Cache.getAll",
                call -> without(call.proceed(), key -> call.noted("tagged " + key))),
        breakingCaches("what putAll stores does not expire", "k4_2_putAllStoresEachAsPutWould")
            .onCall(
                "Cache.putAll",
                call -> {
                  CacheOptions options = call.cacheOptions();
                  return options.jitter() == 0
                      ? call.with(options.withTtl(Duration.ZERO))
                      : call.proceed();
                }),
        computing(
            "what is there is loaded too",
            "k4_3_whatIsMissingIsLoadedAllAtTheSameTime",
            call -> {
              if (keys(call).size() > 4) {
                call.cache().remove("there");
              }
              return call.proceed();
            }),
        computing(
            "at most seven loaders run at the same time",
            "k4_3_whatIsMissingIsLoadedAllAtTheSameTime",
            call -> {
              AtomicInteger running = new AtomicInteger();
              Loader<Object> loader = call.loader();
              return call.with(
                  (Loader<Object>)
                      load -> {
                        if (running.incrementAndGet() > 7) {
                          throw new IOException("too many");
                        }
                        return loader.load(load);
                      });
            }),
        computing(
            "a loaded null is left out",
            "k4_3_loadedNullIsAHit",
            call -> CacheBreakages.kept(call.proceed(), hit -> hit.value() != null)),
        computing(
                "a bulk call makes something else of what another loads",
                "k4_4_loadsAreSharedWithEveryOtherCall",
                call -> {
                  boolean joins = call.noted("asked a");
                  Object result = call.proceed();
                  return joins ? changed(result, hit -> new Cached.Hit<>("x", false)) : result;
                })
            .onCall(
                "Cache.getOrCompute",
                call -> {
                  call.note("asked " + call.args[0]);
                  try {
                    return call.proceed();
                  } finally {
                    call.forget("asked " + call.args[0]);
                  }
                }),
        computing(
            "a load that takes too long has failed",
            "k4_5_aFailureIsItsKeysAlone",
            call -> {
              BulkResult<Cached<Object>> all = result(call.proceed());
              Map<String, ZealException> failures = new LinkedHashMap<>(all.failures());
              failures.replaceAll((key, error) ->
                  error instanceof OperationTimeoutException
                      ? new LoaderFailedException(ErrorCode.LOADER_FAILED, "too long")
                      : error);
              return new BulkResult<>(all.values(), failures);
            }),
        computing(
            "no keys are refused",
            "k4_6_nothingGivenIsNothingDone",
            call -> {
              if (keys(call).isEmpty()) {
                throw new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "no keys");
              }
              return call.proceed();
            }),
        computing(
            "a key given twice is loaded twice",
            "k4_6_aKeyGivenTwiceCountsOnce",
            call -> {
              if (new LinkedHashSet<>(keys(call)).size() < keys(call).size()) {
                call.loader().load(null);
              }
              return call.proceed();
            }),
        computing(
            "keys are loaded up to one that is refused",
            "k4_6_aKeyThatIsRefusedRefusesTheCall",
            call -> {
              if (keys(call).contains("")) {
                call.loader().load(null);
              }
              return call.proceed();
            }),
        computing(
            "an interrupted bulk call forgets that it was",
            "k3_5_interruptingABulkCallLeavesItsLoadsRunning",
            call -> {
              try {
                return call.proceed();
              } catch (OperationInterruptedException e) {
                Thread.interrupted();
                throw e;
              }
            }),
        computing(
                "a bulk call stores what was removed meanwhile",
                "k3_8_aRemovedKeyOfABulkCallIsNotCached",
                call -> {
                  call.note("bulk");
                  BulkResult<Cached<Object>> all = result(call.proceed());
                  if (call.noted("removed")) {
                    call.cache().put("a", "v", TEXT, call.cacheOptions());
                  }
                  return all;
                })
            .onCall(
                "Cache.remove",
                call -> {
                  if (call.noted("bulk")) {
                    call.note("removed");
                  }
                  return call.proceed();
                }),
        computing(
            "a bulk call does not mark what is stale",
            "k3_10_aBulkCallServesStale",
            call ->
                call.cacheOptions().softTimeout().isPresent()
                    ? call.proceed()
                    : changed(call.proceed(), hit -> new Cached.Hit<>(hit.value(), false))),
        computing(
            "what a bulk call serves at the soft timeout is not marked",
            "k3_10_theSoftTimeoutOfABulkCallServesStaleSooner",
            call ->
                call.cacheOptions().softTimeout().isEmpty()
                    ? call.proceed()
                    : changed(call.proceed(), hit -> new Cached.Hit<>(hit.value(), false))),
        computing(
            "a bulk call leaves out what is about to expire",
            "k3_12_aHitOfABulkCallIsLoadedInTheBackground",
            call ->
                call.cacheOptions().refreshAhead().isZero()
                    ? call.proceed()
                    : without(call.proceed(), key -> true)));
  }

  /** Breaks calls of {@code getAllOrCompute}. */
  private static Breakage computing(String what, String test, Breakage.OnCall hook) {
    return breakingCaches(what, test).onCall("Cache.getAllOrCompute", hook);
  }

  @SuppressWarnings("unchecked") // what its first argument is
  private static Collection<String> keys(Call call) {
    return (Collection<String>) call.args[0];
  }

  @SuppressWarnings("unchecked") // values are only handed on
  private static BulkResult<Cached<Object>> result(Object result) {
    return (BulkResult<Cached<Object>>) result;
  }

  private static Object without(Object result, Predicate<String> left) {
    Map<String, Cached<Object>> values = new LinkedHashMap<>(result(result).values());
    values.keySet().removeIf(left);
    return new BulkResult<>(values, result(result).failures());
  }

  static Object withoutFailures(Object result, Predicate<ZealException> left) {
    Map<String, ZealException> failures = new LinkedHashMap<>(result(result).failures());
    failures.values().removeIf(left);
    return new BulkResult<>(result(result).values(), failures);
  }

  private static Object changed(Object result, UnaryOperator<Cached.Hit<Object>> change) {
    Map<String, Cached<Object>> values = new LinkedHashMap<>(result(result).values());
    values.replaceAll(
        (key, value) -> value instanceof Cached.Hit<Object> hit ? change.apply(hit) : value);
    return new BulkResult<>(values, result(result).failures());
  }
}
