package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingCaches;
import static io.zeal.selftest.CacheCalls.PLAIN;
import static io.zeal.selftest.CacheCalls.TEXT;
import static io.zeal.selftest.CacheCalls.isHeld;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.CodecException;
import io.zeal.ErrorCode;
import io.zeal.LoadContext;
import io.zeal.Loader;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.ValueType;
import io.zeal.selftest.CacheCalls.Context;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** A breakage for each test of loads and of what they meet, in their order. */
final class LoadBreakages {

  private LoadBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(loads());
    all.addAll(recursion());
    all.addAll(stale());
    all.addAll(contexts());
    all.addAll(races());
    all.addAll(changes());
    return all;
  }

  /** Breaks calls of {@code getOrCompute}. */
  private static Breakage computing(String what, String test, Breakage.OnCall hook) {
    return breakingCaches(what, test).onCall("Cache.getOrCompute", hook);
  }

  private static LoaderFailedException failed(Throwable cause) {
    return new LoaderFailedException(ErrorCode.LOADER_FAILED, "a loader failed", cause);
  }

  private static List<Breakage> loads() {
    return List.of(
        computing(
                "what was put is loaded all the same",
                "k3_1_whatIsFreshIsNotLoaded",
                call -> {
                  if (call.noted("put " + call.args[0])
                      && call.args[0].equals("put")
                      && call.loader().getClass().getSimpleName().contains("CacheKit")) {
                    call.cache().remove("put");
                  }
                  return call.proceed();
                })
            .onCall(
                "Cache.put",
                call -> {
                  call.note("put " + call.args[0]);
                  return call.proceed();
                }),
        computing(
            "a tag that is called as its key is forgotten",
            "k3_1_aLoadedValueHasTheLifeAndTheTagsOfItsOptions",
            call ->
                call.cacheOptions().tags().equals(Set.of(call.args[0]))
                    ? call.with(call.cacheOptions().withTags())
                    : call.proceed()),
        computing(
            "of more than 40 loads one is refused",
            "k3_3_aLoadDelaysNobodyWhoAsksForAnotherKey",
            call -> {
              if (CacheCalls.askedNow(call) >= 40) {
                throw new OperationTimeoutException(
                    OperationTimeoutException.Stage.QUEUE, "too many", null, null);
              }
              return CacheCalls.asking(call, Call::proceed);
            }),
        computing(
            "the cause is lost",
            "k3_4_anErrorReachesAllAndIsNotCached",
            call -> {
              try {
                return call.proceed();
              } catch (LoaderFailedException e) {
                throw e.getCause() instanceof IOException ? failed(new IOException("lost")) : e;
              }
            }),
        computing(
            "an Error is thrown as it is",
            "k3_4_anErrorOfAnyKindIsOne",
            call -> {
              try {
                return call.proceed();
              } catch (LoaderFailedException e) {
                throw e.getCause() instanceof Error error ? error : e;
              }
            }),
        computing(
            "a caller that gives up gets null",
            "k3_6_aLoadGoesOnThoughNobodyWaits",
            call -> {
              try {
                return call.proceed();
              } catch (OperationTimeoutException e) {
                return Breaking.orThrow(e, call.args[0].equals("alone"), null);
              }
            }),
        computing(
            "what cannot be stored is an error",
            "k3_14_aValueThatCannotBeStoredIsAnsweredAllTheSame",
            call -> {
              Object value = call.proceed();
              if (value instanceof String text && text.equals("a\ud800")) {
                throw new CodecException(ErrorCode.CODEC, "not well-formed");
              }
              return value;
            }));
  }

  private static List<Breakage> recursion() {
    return List.of(
        computing(
            "a key is the same in every cache",
            "k3_7_aLoaderMayLoadOtherKeys",
            call -> {
              if (call.args[0].equals("a") && CacheCalls.isAskedOtherwise(call)) {
                throw new LoaderFailedException(ErrorCode.LOADER_RECURSION, "asks for itself");
              }
              return CacheCalls.asking(call, Call::proceed);
            }),
        breakingCaches(
                "recursion through a bulk call is no failure",
                "k3_7_aLoaderThatAsksForItsOwnKeyIsRefused")
            .onCall(
                "Cache.getAllOrCompute",
                call ->
                    BulkBreakages.withoutFailures(
                        call.proceed(), e -> e.code().equals(ErrorCode.LOADER_RECURSION.id()))),
        computing(
            "recursion of loaders that take long is a failure as any other",
            "k3_7_loadersThatWaitForEachOtherAreRefused",
            call -> {
              try {
                return call.proceed();
              } catch (LoaderFailedException e) {
                throw isHeld(call) && e.code().equals(ErrorCode.LOADER_RECURSION.id())
                    ? failed(e)
                    : e;
              }
            }));
  }

  private static List<Breakage> stale() {
    return List.of(
        computing(
            "a stale null is not served in place of an error",
            "k3_10_staleIsServedInPlaceOfAnError",
            call -> {
              AtomicReference<Throwable> thrown = new AtomicReference<>();
              Object value = call.with(noting(call.loader(), thrown));
              if (value == null && thrown.get() != null) {
                throw failed(thrown.get());
              }
              return value;
            }),
        computing(
            "the soft timeout ends every wait",
            "k3_10_theSoftTimeoutServesStaleSooner",
            call -> {
              CacheOptions options = call.cacheOptions();
              return options.softTimeout().isPresent() && call.args[0].equals("none")
                  ? call.with(options.withHardTimeout(options.softTimeout().get()))
                  : call.proceed();
            }),
        computing(
            "what is stale is served however old",
            "k3_10_beyondMaxStaleTheErrorIsTold",
            call -> {
              CacheOptions options = call.cacheOptions();
              return options.ttl().isPresent() && options.ttl().get().equals(options.maxStale())
                  ? call.with(options.withMaxStale(options.maxStale().multipliedBy(50)))
                  : call.proceed();
            }),
        computing(
            "after a failure every call loads",
            "k3_11_afterAFailureStaleIsServedWithoutALoad",
            call -> {
              if (call.noted("failed " + call.args[0])
                  && !call.cacheOptions().maxStale().isZero()) {
                Loader<Object> loader = call.loader();
                try {
                  loader.load(null);
                } catch (IOException e) {
                  // as before
                }
              }
              AtomicReference<Throwable> thrown = new AtomicReference<>();
              try {
                return isHeld(call) ? call.with(noting(call.loader(), thrown)) : call.proceed();
              } finally {
                if (thrown.get() instanceof IOException) {
                  call.note("failed " + call.args[0]);
                }
              }
            }),
        computing(
            "what is about to expire is not answered",
            "k3_12_whatIsAboutToExpireIsLoadedInTheBackground",
            call -> {
              CacheOptions options = call.cacheOptions();
              boolean refreshed = options.maxStale().isZero() && !options.refreshAhead().isZero();
              return refreshed && isHeld(call) && call.text(0).equals("k") ? null : call.proceed();
            }),
        computing(
            "what expired while it was loaded anew is not cached",
            "k3_12_whatExpiresWhileItIsLoadedAnewIsCached",
            call -> {
              CacheOptions options = call.cacheOptions();
              if (!options.maxStale().isZero() || options.refreshAhead().isZero()) {
                return call.proceed();
              }
              Loader<Object> real = call.loader();
              Loader<Object> losing =
                  load -> {
                    Object value = real.load(load);
                    if (!call.cache().contains(call.text(0))) {
                      call.cache().remove(call.text(0));
                    }
                    return value;
                  };
              return call.with(losing);
            }),
        computing(
            "a refresh begins at the first hit",
            "k3_12_whatIsAboutToExpireIsLoadedInTheBackground",
            call -> {
              CacheOptions options = call.cacheOptions();
              if (options.maxStale().isZero() && !options.refreshAhead().isZero()) {
                return call.noted("hit")
                    ? "new"
                    : hitting(call, options.withRefreshAhead(options.ttl().orElseThrow()));
              }
              return call.proceed();
            }));
  }

  private static Object hitting(Call call, CacheOptions options) throws Throwable {
    call.note("hit");
    return call.with(options);
  }

  private static Loader<Object> noting(Loader<Object> loader, AtomicReference<Throwable> thrown) {
    return load -> {
      try {
        return loader.load(load);
      } catch (Exception e) {
        thrown.set(e);
        throw e;
      }
    };
  }

  /** Breaks what loaders see. */
  private static Breakage seeing(
      String what, String test, Function<LoadContext<Object>, Context> other) {
    return computing(
        what,
        test,
        call -> {
          Loader<Object> loader = call.loader();
          return call.with((Loader<Object>) load -> loader.load(other.apply(load)));
        });
  }

  private static List<Breakage> contexts() {
    return List.of(
        seeing(
            "a loader does not see what was before",
            "k3_13_aLoaderSeesItsKeyAndWhatWasBefore",
            load ->
                new Context(load) {
                  @Override
                  public io.zeal.Cached<Object> previous() {
                    return new io.zeal.Cached.Miss<>();
                  }
                }),
        seeing(
            "the deadline is that of the first who waits",
            "k3_13_theDeadlineIsThatOfTheLastWhoWaits",
            load -> {
              Instant first = load.deadline();
              return new Context(load) {
                @Override
                public Instant deadline() {
                  return first;
                }
              };
            }),
        seeing(
            "the life that a loader says does not count",
            "k3_13_aLoaderSaysTheLifeAndAddsTags",
            load ->
                new Context(load) {
                  @Override
                  public void ttl(Duration ttl) {
                    if (!ttl.isPositive()) {
                      real.ttl(ttl);
                    }
                  }
                }),
        seeing(
            "an empty tag of a loader is left out",
            "k3_13_whatALoaderSaysIsChecked",
            load ->
                new Context(load) {
                  @Override
                  public void tags(String... tags) {
                    real.tags(
                        Arrays.stream(tags).filter(tag -> !tag.isEmpty()).toArray(String[]::new));
                  }
                }));
  }

  private static List<Breakage> races() {
    return List.of(
        computing(
            "who finds nothing loads",
            "k3_2_oneLoadRunsForAllWhoAsk",
            call -> {
              if (!((String) call.args[0]).matches("k\\d")) {
                return call.proceed();
              }
              if (!call.cache().contains(call.text(0))) {
                BrokenRows.pause();
                call.cache().put(call.text(0), call.loader().load(null), call.type(), PLAIN);
              }
              return call.proceed();
            }),
        computing(
            "who joins gets something else",
            "k3_2_whoComesWhileALoadRunsJoinsIt",
            call -> {
              boolean joins = CacheCalls.isAsked(call) && call.args[0].equals("joined");
              Object value = CacheCalls.asking(call, Call::proceed);
              return joins ? value + "!" : value;
            }),
        computing(
                "an invalidation parts callers",
                "k3_2_anInvalidationOfAnotherTagPartsNobody",
                call -> {
                  boolean parted = CacheCalls.isAsked(call) && call.noted("unrelated");
                  Object value = CacheCalls.asking(call, Call::proceed);
                  return parted ? value + " of its own" : value;
                })
            .onCall(
                "Cache.removeTag",
                call -> {
                  if (call.args[0].equals("unrelated")) {
                    call.note("unrelated");
                  }
                  return call.proceed();
                }),
        computing(
            "an interrupted caller forgets that it was",
            "k3_5_interruptingACallerEndsItsWaitAlone",
            call -> {
              try {
                return call.proceed();
              } catch (OperationInterruptedException e) {
                Thread.interrupted();
                throw e;
              }
            }),
        late("text", "k3_6_aCallerWaitsAtMostItsHardTimeout", TEXT),
        late("number", "k3_6_aLoadOfAnotherTypeIsWaitedForNoLonger", ValueType.of(Long.class)),
        computing(
            "who waits for another type gets its value",
            "k3_15_eachTypeGetsItsOwnValue",
            call -> {
              boolean number = call.type().equals(ValueType.of(Long.class));
              boolean meets = number && CacheCalls.isAskedOtherwise(call);
              Object value = CacheCalls.asking(call, Call::proceed);
              return meets ? "text" : value;
            }));
  }

  private static Breakage late(String what, String test, ValueType<?> type) {
    return computing(
        "the server is said to be late with a " + what,
        test,
        call -> {
          try {
            return call.proceed();
          } catch (OperationTimeoutException e) {
            if (call.type().equals(type)) {
              throw new OperationTimeoutException(
                  OperationTimeoutException.Stage.SERVER, "late", null, e);
            }
            throw e;
          }
        });
  }

  private static List<Breakage> changes() {
    return List.of(
        undone("Cache.putAll", "k3_8_aChangeOfTheKeyWins"),
        undone("Cache.clear", "k3_9_anInvalidationWins"),
        joined("Cache.remove", "k3_8_whoComesAfterAChangeDoesNotJoin"),
        joined("Cache.clear", "k3_9_whoComesAfterAClearDoesNotJoin"),
        joined(
            "Cache.removeTag", "k3_9_whoComesAfterAnInvalidationOfATagDoesNotGetWhatBeganBefore"),
        noting(breakingCaches("expire lets a refresh go on", "k3_8_expireWinsAgainstARefresh"))
            .onCall(
                "Cache.expire",
                call -> {
                  Object did = call.proceed();
                  CacheOptions options = call.cache().options();
                  if (call.noted("used") && !options.refreshAhead().isZero()) {
                    call.cache().put(call.text(0), "late", TEXT, options);
                  }
                  return did;
                }),
        elsewhere("Cache.remove", "k3_8_aChangeThroughAnotherInstanceWins", false),
        elsewhere("Cache.clear", "k3_9_anInvalidationThroughAnotherInstanceWins", null));
  }

  private static Breakage noting(Breakage breakage) {
    return breakage
        .onCall("Cache.getOrCompute", LoadBreakages::use)
        .onCall("Cache.put", LoadBreakages::use);
  }

  private static Object use(Call call) throws Throwable {
    call.note("used");
    return call.proceed();
  }

  /** A load that {@code change} met is stored all the same. */
  private static Breakage undone(String change, String test) {
    return computing(
            "a load is stored over " + change,
            test,
            call -> {
              boolean first = !call.noted("asked");
              call.note("asked");
              Object value = call.proceed();
              if (first && call.noted("changed") && !call.noted("asked again")) {
                call.cache().put(call.text(0), value, call.type(), call.cacheOptions());
              }
              if (!first) {
                call.note("asked again");
              }
              return value;
            })
        .onCall(
            change,
            call -> {
              if (call.noted("asked")) {
                call.note("changed");
              }
              return call.proceed();
            });
  }

  /** Who comes after {@code change} gets what was loaded before. */
  private static Breakage joined(String change, String test) {
    return computing(
            "a load is joined after " + change,
            test,
            call -> {
              boolean joins = CacheCalls.isAsked(call) && call.noted("changed");
              Object value = CacheCalls.asking(call, Call::proceed);
              return joins ? "joined" : value;
            })
        .onCall(
            change,
            call -> {
              if (call.args.length == 0 || !call.args[0].equals("unrelated")) {
                call.note("changed");
              }
              return call.proceed();
            });
  }

  /** {@code change} is lost where its instance did not use the cache before. */
  private static Breakage elsewhere(String change, String test, Object instead) {
    return noting(breakingCaches(change + " does not reach other instances", test))
        .onCall("Cache.getAllOrCompute", LoadBreakages::use)
        .onCall("Cache.putAll", LoadBreakages::use)
        .onCall(change, call -> call.noted("used") || closed(call) ? call.proceed() : instead);
  }

  private static boolean closed(Call call) {
    Cache cache = call.cache();
    try {
      cache.stats();
      return false;
    } catch (io.zeal.ZealClosedException e) {
      return true;
    }
  }
}
