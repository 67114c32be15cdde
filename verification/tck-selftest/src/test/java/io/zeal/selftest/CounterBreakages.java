package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breaking;
import static io.zeal.selftest.BrokenRows.pause;

import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.SchemaException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import io.zeal.examples.map.MapBackendProvider;
import io.zeal.selftest.Breakage.OnChange;
import io.zeal.selftest.Breakage.OnCounterGet;
import io.zeal.selftest.Twin.HookedCounters;
import io.zeal.selftest.Twin.OnCounters;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterChange.Add;
import io.zeal.spi.CounterChange.AddBounded;
import io.zeal.spi.CounterChange.CompareAndSet;
import io.zeal.spi.CounterChange.Reset;
import io.zeal.spi.CounterChange.Set;
import io.zeal.spi.Counters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/** A breakage for each test about counters, in their order. */
final class CounterBreakages {

  private CounterBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(values());
    all.addAll(sums());
    all.addAll(windows());
    all.addAll(bulk());
    return all;
  }

  private static List<Breakage> values() {
    return List.of(
        breaking("reading a counter at zero touches it", "c1_1_untouchedCounterReadsZero")
            .on(
                OnCounterGet.class,
                counter -> {
                  long value = counter.real().get();
                  return value == 0 && counter.notes.merge("reads", 1L, Long::sum) > 1 ? 1 : value;
                }),
        breaking("add reads and then sets", "c1_2_noChangeIsLost")
            .on(
                OnChange.class,
                (counter, change) -> {
                  if (change instanceof Add(long delta)
                      && counter.real().get() > 0
                      && delta > 0
                      && delta < 4) {
                    long value = counter.real().get();
                    pause();
                    return value == Long.MAX_VALUE
                        ? counter.plus(delta)
                        : counter.set(value + delta);
                  }
                  return counter.real().apply(change);
                }),
        breaking("names are trimmed", "c1_3_namesAreAnyWellFormedTextAndNeverMeet")
            .onCall(
                "Zeal.counter",
                call ->
                    call.world.zeal.counter(
                        call.text(0).isBlank() ? call.text(0) : call.text(0).strip(),
                        options(call))),
        breaking("a second attachment adds elsewhere", "c1_4_oneNameIsOneCounter")
            .onCall(
                "Zeal.counter",
                call -> {
                  call.world.countUp("counter " + call.text(0));
                  return call.proceed();
                })
            .onCall(
                "Counter.add",
                call ->
                    Objects.equals(call.world.notes.get("counter " + call.counter().name()), 2)
                        ? 0L
                        : call.proceed()),
        breaking(
                "a second instance adds elsewhere",
                "c1_5_everyInstanceThatSharesTheBackendSharesTheCounter")
            .on(
                OnChange.class,
                (counter, change) ->
                    counter.instance > 1 ? OptionalLong.of(0) : counter.real().apply(change)),
        breaking(
                "a counter without the capability is the process's own",
                "c1_6_withoutTheCapabilityCountersAreRefused")
            .without(Capability.COUNTERS)
            .onCall(
                "Zeal.counter",
                call -> {
                  try {
                    return call.proceed();
                  } catch (UnsupportedCapabilityException e) {
                    return local().counter(call.text(0));
                  }
                }),
        breaking(
                "the initial value passes through a double",
                "c2_1_untouchedCounterReadsItsInitialValue")
            .on(
                OnCounterGet.class,
                c -> c.isUntouched() ? (long) (double) c.real().get() : c.real().get()),
        breaking("a bound starts from zero", "c2_2_theFirstChangeBuildsOnTheInitialValue")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof AddBounded(long delta, long max)
                            && counter.initial() == 10
                            && counter.isUntouched()
                        ? counter.set(delta)
                        : counter.real().apply(change)),
        breaking("an initial value below zero is zero", "c2_3_negativeValuesAreExactOrRefused")
            .on(
                OnCounterGet.class,
                counter ->
                    counter.isUntouched() ? Math.max(0, counter.initial()) : counter.real().get()),
        breaking(
                "set below zero without the capability is clamped",
                "c2_3_negativeValuesAreExactOrRefused")
            .without(Capability.NEGATIVE_COUNTERS)
            .on(OnCounters.class, CounterBreakages::clamping),
        breaking("setting 0 is skipped", "c3_1_setSetsTheValue")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof Set(long value) && value == 0
                        ? OptionalLong.of(0)
                        : counter.real().apply(change)));
  }

  private static List<Breakage> sums() {
    return List.of(
        breaking("adding 0 answers 0", "c4_1_addAnswersTheSum")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  return change instanceof Add(long delta) && delta == 0
                      ? OptionalLong.of(0)
                      : result;
                }),
        breaking("a sum passes through a double", "c4_2_addIsExactOverTheWholeRange")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  return change instanceof Add
                      ? OptionalLong.of((long) (double) result.getAsLong())
                      : result;
                }),
        breaking("a sum below the least wraps", "c4_3_sumThatDoesNotFitChangesNothing")
            .on(
                OnChange.class,
                (counter, change) -> {
                  try {
                    return counter.real().apply(change);
                  } catch (CapacityException e) {
                    return Breaking.orThrow(
                        e,
                        change instanceof Add(long delta) && delta < 0,
                        OptionalLong.of(Long.MAX_VALUE));
                  }
                }),
        breaking("subtracting knows no bound", "c5_1_addBoundedAddsUpToItsBound")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  return result.isEmpty()
                          && change instanceof AddBounded(long delta, long max)
                          && delta < 0
                      ? counter.plus(delta)
                      : result;
                }),
        breaking("a bound is compared as a double", "c5_2_addBoundedIsExactOverTheWholeRange")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  return result.isEmpty()
                          && change instanceof AddBounded(long delta, long max)
                          && (double) counter.real().get() + delta <= (double) max
                          && max < Long.MAX_VALUE
                      ? counter.plus(delta)
                      : result;
                }),
        breaking(
                "a bound is checked and then added to",
                "c5_3_theBoundHoldsAgainstAnyNumberOfThreads")
            .on(
                OnChange.class,
                (counter, change) -> {
                  if (change instanceof AddBounded(long delta, long max)
                      && delta > 0
                      && counter.real().get() < max - delta) {
                    pause();
                    return counter.plus(delta);
                  }
                  return counter.real().apply(change);
                }),
        breaking("values are compared as doubles", "c6_1_compareAndSetSetsOnlyFromTheExpectedValue")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof CompareAndSet(long expected, long next)
                            && (double) counter.real().get() == (double) expected
                            && expected > 100
                        ? counter.set(next)
                        : counter.real().apply(change)),
        breaking(
                "an untouched counter compares as 0",
                "c6_2_untouchedCounterComparesAsItsInitialValue")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof CompareAndSet(long expected, long next)
                            && expected == 0
                            && counter.initial() == 7
                            && counter.isUntouched()
                        ? counter.set(next)
                        : counter.real().apply(change)),
        breaking("compareAndSet compares and then sets", "c6_3_oneOfManyThreadsWins")
            .on(
                OnChange.class,
                (counter, change) -> {
                  if (change instanceof CompareAndSet(long expected, long next)
                      && counter.real().get() == expected) {
                    pause();
                    return counter.set(next);
                  }
                  return counter.real().apply(change);
                }));
  }

  private static List<Breakage> windows() {
    return List.of(
        breaking("set starts no window", "c7_1_theFirstChangeStartsTheWindow")
            .on(
                OnChange.class,
                (counter, change) -> {
                  if (change instanceof Set(long value)
                      && counter.isWindowed()
                      && counter.isUntouched()) {
                    counter.notes.put("for ever", value);
                  } else {
                    counter.notes.remove("for ever");
                  }
                  return counter.real().apply(change);
                })
            .on(OnCounterGet.class, CounterBreakages::orForEver),
        breaking(
                "a window ends a millisecond early",
                "c7_2_valueHoldsUpToAndIncludingTheLastMillisecond")
            .on(
                OnChange.class,
                (counter, change) -> {
                  if (counter.isUntouched()) {
                    counter.notes.put("start", counter.now());
                  }
                  return counter.real().apply(change);
                })
            .on(
                OnCounterGet.class,
                counter ->
                    counter.isWindowed()
                            && Objects.equals(
                                counter.notes.get("start"),
                                counter.now() - counter.spec.windowMillis())
                        ? counter.initial()
                        : counter.real().get()),
        breaking("add renews the window", "c7_3_changesKeepARunningWindow")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  if (change instanceof Add && counter.isWindowed()) {
                    counter.real().apply(new Reset());
                    counter.set(result.getAsLong());
                  }
                  return result;
                }),
        breaking(
                "a comparison that failed starts the window",
                "c7_4_whatChangesNothingStartsNoWindow")
            .on(
                OnChange.class,
                (counter, change) -> {
                  OptionalLong result = counter.real().apply(change);
                  if (change instanceof CompareAndSet
                      && result.isEmpty()
                      && counter.isWindowed()
                      && counter.isUntouched()) {
                    counter.set(counter.initial());
                  }
                  return result;
                }),
        breaking("there is one window and no other", "c7_5_aNewWindowStartsAfterOneHasEnded")
            .on(
                OnChange.class,
                (counter, change) -> {
                  boolean fresh = counter.isWindowed() && counter.isUntouched();
                  OptionalLong result = counter.real().apply(change);
                  if (change instanceof Reset) {
                    counter.notes.clear();
                  } else if (fresh
                      && result.isPresent()
                      && counter.notes.put("had one", 1L) != null) {
                    counter.notes.put("for ever", result.getAsLong());
                  }
                  return result;
                })
            .on(OnCounterGet.class, CounterBreakages::orForEver),
        breaking("a counter without a window ends", "c7_6_withoutAWindowACounterLives")
            .on(
                OnChange.class,
                (counter, change) -> {
                  counter.notes.put("changed", counter.now());
                  return counter.real().apply(change);
                })
            .on(
                OnCounterGet.class,
                counter ->
                    !counter.isWindowed()
                            && counter.now() - counter.notes.getOrDefault("changed", counter.now())
                                > 10_000
                        ? counter.initial()
                        : counter.real().get()),
        breaking("reset sets zero", "c8_1_resetMakesTheCounterUntouched")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof Reset && !counter.isWindowed()
                        ? counter.set(0)
                        : counter.real().apply(change)),
        breaking("reset leaves the window", "c8_2_resetEndsTheWindow")
            .on(
                OnChange.class,
                (counter, change) ->
                    change instanceof Reset && counter.isWindowed()
                        ? counter.set(counter.initial())
                        : counter.real().apply(change)),
        breaking("windows are not compared", "c9_1_otherOptionsAreRefusedAndShown")
            .onCall(
                "Zeal.counter",
                call -> {
                  Counter first = call.world.counters.get(call.text(0));
                  return first != null
                          && first.options().initial() == options(call).initial()
                          && !first.options().equals(options(call))
                      ? first
                      : call.proceed();
                }),
        breaking(
                "a second instance may have other options",
                "c9_2_otherOptionsAreRefusedInEveryInstance")
            .onCall(
                "Zeal.counter",
                call -> {
                  try {
                    return call.proceed();
                  } catch (SchemaException e) {
                    boolean other = !call.world.counters.containsKey(call.text(0));
                    return Breaking.orThrow(e, other, local().counter(call.text(0)));
                  }
                }));
  }

  private static List<Breakage> bulk() {
    return List.of(
        breaking("getAll leaves untouched counters out", "c10_1_getAllAnswersEveryValue")
            .onCall(
                "Zeal.getAll",
                call -> {
                  Map<String, Object> touched = new LinkedHashMap<>();
                  ((BulkResult<?>) call.proceed())
                      .values()
                      .forEach((name, value) -> {
                        if (!value.equals(5L)) {
                          touched.put(name, value);
                        }
                      });
                  return BulkResult.of(touched);
                }),
        breaking("addAll answers what was added", "c10_2_addAllAddsToEach")
            .onCall(
                "Zeal.addAll",
                call -> {
                  BulkResult<?> result = (BulkResult<?>) call.proceed();
                  Map<String, Object> deltas = new LinkedHashMap<>();
                  ((Map<?, ?>) call.args[0])
                      .forEach((counter, delta) -> deltas.put(((Counter) counter).name(), delta));
                  deltas.keySet().retainAll(result.values().keySet());
                  return new BulkResult<>(deltas, result.failures());
                }),
        breaking("one failure fails addAll", "c10_3_whatFailsIsReportedPerCounter")
            .onCall(
                "Zeal.addAll",
                call -> {
                  BulkResult<?> result = (BulkResult<?>) call.proceed();
                  result.orThrow();
                  return result;
                }),
        breaking("getAll of nothing is an error", "c10_4_nothingGivenIsNothingDone")
            .onCall(
                "Zeal.getAll",
                call -> {
                  if (((Collection<?>) call.args[0]).isEmpty()) {
                    throw new InvalidArgumentException(ErrorCode.INVALID_ARGUMENT, "No counters.");
                  }
                  return call.proceed();
                }),
        breaking("addAll starts no window", "c10_5_addAllStartsWindows")
            .onCall(
                "Zeal.addAll",
                call -> {
                  BulkResult<?> result = (BulkResult<?>) call.proceed();
                  result
                      .values()
                      .forEach((name, sum) -> {
                        if (call.world.counters.get(name).options().window().isPresent()) {
                          call.world.notes.put("for ever " + name, sum);
                        }
                      });
                  return result;
                })
            .onCall(
                "Counter.get",
                call -> {
                  Object value = call.proceed();
                  return call.world.notes.getOrDefault("for ever " + call.counter().name(), value);
                }),
        breaking(
                "getAll leaves out counters of another instance",
                "c10_6_countersOfAnotherInstanceAreRefused")
            .onCall(
                "Zeal.getAll",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return BulkResult.of(Map.of());
                  }
                }),
        breaking(
                "addAll takes one name twice and adds once",
                "c10_6_oneNameUnderTwoAttachmentsIsRefused")
            .onCall(
                "Zeal.addAll",
                call -> {
                  Map<String, Object> byName = new LinkedHashMap<>();
                  ((Map<?, ?>) call.args[0])
                      .forEach((counter, delta) -> byName.put(((Counter) counter).name(), delta));
                  return byName.size() < ((Map<?, ?>) call.args[0]).size()
                      ? BulkResult.of(byName)
                      : call.proceed();
                }),
        breaking("a counter after close reads 0", "c11_1_everyCallAfterCloseIsRefused")
            .onCall(
                "Counter.get",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return 0L;
                  }
                }));
  }

  /** Counters of a backend that has no numbers below zero, and says so except for set. */
  private static Counters clamping(Counters real, Counters hooked) {
    return unsigned(real, hooked, true);
  }

  /** Counters of a backend that has no numbers below zero. */
  static Counters unsigned(Counters real, Counters hooked, boolean clampSet) {
    return new HookedCounters(
        real,
        spec -> {
          requirePositive(spec.options().initial());
          CounterCell cell = hooked.counter(spec);
          return new CounterCell() {
            @Override
            public long get() {
              return cell.get();
            }

            @Override
            public OptionalLong apply(CounterChange change) {
              long after =
                  switch (change) {
                    case Set(long value) -> value;
                    case Add(long delta) -> delta < 0 ? cell.get() + delta : 0;
                    case AddBounded(long delta, long max) -> delta < 0 ? cell.get() + delta : 0;
                    case CompareAndSet(long expected, long next) ->
                        cell.get() == expected ? next : 0;
                    case Reset reset -> 0;
                  };
              if (clampSet && change instanceof Set(long value) && value < 0) {
                return cell.apply(new Set(0));
              }
              requirePositive(after);
              return cell.apply(change);
            }
          };
        });
  }

  private static void requirePositive(long value) {
    if (value < 0) {
      throw new UnsupportedCapabilityException(
          Capability.NEGATIVE_COUNTERS, "No counters below zero.");
    }
  }

  private static long orForEver(BrokenCounter counter) {
    return counter.notes.getOrDefault("for ever", counter.real().get());
  }

  private static CounterOptions options(Call call) {
    return call.args.length > 1 ? (CounterOptions) call.args[1] : CounterOptions.defaults();
  }

  private static Zeal local() {
    return Zeal.open(ZealConfig.builder().backend(new MapBackendProvider()).build());
  }
}
