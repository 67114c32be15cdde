package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingCircuits;

import io.zeal.BackendInfo;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CircuitOpenException;
import io.zeal.CodecException;
import io.zeal.Finding;
import io.zeal.Message;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.ReliablePubSub;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.Subscription;
import io.zeal.ZealException;
import io.zeal.selftest.BrokenCircuit.Circuit;
import io.zeal.selftest.BrokenCircuit.OnBackendRows;
import io.zeal.selftest.BrokenCircuit.OnCircuit;
import io.zeal.selftest.BrokenCircuit.OnCircuitRows;
import io.zeal.selftest.BrokenCircuit.OnRole;
import io.zeal.selftest.BrokenCircuit.OnSetting;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingRows;
import io.zeal.spi.Messaging;
import io.zeal.spi.Operation;
import io.zeal.spi.Role;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Write;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A breakage for each test about circuits, in their order. */
final class CircuitBreakages {

  private static final String RANDOM = "b3_6_randomSequencesAreAsTheModelSays";

  private CircuitBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(closed());
    all.addAll(open());
    all.addAll(halfOpen());
    all.addAll(calls());
    all.addAll(retries());
    all.addAll(memory());
    all.addAll(seen());
    return all;
  }

  private static Breakage set(Breakage breakage, String key, String value) {
    return breakage.on(OnSetting.class, (found, text) -> found.equals(key) ? value : text);
  }

  /** As {@link #set}, where a test has set it to {@code from}. */
  private static Breakage change(Breakage breakage, String key, String from, String to) {
    return breakage.on(
        OnSetting.class, (found, text) -> found.equals(key) && from.equals(text) ? to : text);
  }

  private static List<Breakage> closed() {
    return List.of(
        breakingCircuits("errors are wrapped", "b1_1_aClosedCircuitPassesEverythingOn")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public Optional<Object> get(String key) {
                        try {
                          return super.get(key);
                        } catch (BackendUnavailableException e) {
                          throw new BackendUnavailableException("wrapped", null, e);
                        }
                      }
                    }),
        set(
            breakingCircuits(
                "it opens at 55 percent", "b1_2_itOpensWhenMostOfTheWindowFailed", RANDOM),
            "failure-rate",
            "55"),
        breakingCircuits("a value that is unreadable is an outage", "b1_3_onlyOutagesAreFailures")
            .on(OnBackendRows.class, rows -> taking(rows, CodecException.class))
            .on(OnCircuitRows.class, (rows, below, circuit) -> unwrapping(rows)),
        set(
            breakingCircuits(
                "silence is nothing", "b1_4_itOpensWhenNothingIsAnsweredAnyMore", RANDOM),
            "silence",
            "1h"),
        breakingCircuits(
                "one key of many fails for all", "b1_5_aCallOnManyCountsOnceAndFailsIfAllFailed")
            .on(
                OnBackendRows.class,
                rows ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public BulkResult<Object> getAll(Collection<String> keys) {
                        BulkResult<Object> result = super.getAll(keys);
                        Map<String, ZealException> all = new HashMap<>();
                        result.failures().values().stream()
                            .findFirst()
                            .ifPresent(error -> keys.forEach(key -> all.put(key, error)));
                        return all.isEmpty() ? result : new BulkResult<>(Map.of(), all);
                      }
                    }),
        breakingCircuits(
                "the first key's error is all keys'",
                "b1_5_aCallOnManyCountsOnceAndFailsIfAllFailed")
            .on(
                OnBackendRows.class,
                rows ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public BulkResult<Object> getAll(Collection<String> keys) {
                        BulkResult<Object> result = super.getAll(keys);
                        Map<String, ZealException> all = new HashMap<>(result.failures());
                        all.replaceAll(
                            (key, error) -> result.failures().values().iterator().next());
                        return new BulkResult<>(result.values(), all);
                      }
                    }),
        breakingCircuits("a read of no keys is answered", "b1_6_whatSentNothingSaysNothing")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public BulkResult<Object> getAll(Collection<String> keys) {
                        if (keys.isEmpty()) {
                          var _ = super.contains("k");
                        }
                        return super.getAll(keys);
                      }
                    }));
  }

  /** An error that is taken for an outage, below. */
  private static Rows<Object> taking(Rows<Object> rows, Class<? extends Throwable> type) {
    return new ForwardingRows<>(rows) {
      @Override
      protected <T> T around(Operation operation, Supplier<T> call) {
        try {
          return call.get();
        } catch (Throwable e) {
          if (type.isInstance(e)) {
            throw new BackendUnavailableException("taken for an outage", null, e);
          }
          throw e;
        }
      }
    };
  }

  /** And is itself again, above. */
  private static Rows<Object> unwrapping(Rows<Object> rows) {
    return new ForwardingRows<>(rows) {
      @Override
      protected <T> T around(Operation operation, Supplier<T> call) {
        try {
          return call.get();
        } catch (BackendUnavailableException e) {
          throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
      }
    };
  }

  private static List<Breakage> open() {
    return List.of(
        breakingCircuits("writes of many keys are refused at once", "b2_1_anOpenCircuitRefuses")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public List<WriteResult> writeAll(List<Write<Object>> writes) {
                        List<WriteResult> results = super.writeAll(writes);
                        if (!results.isEmpty()
                            && results.getFirst() instanceof WriteResult.Failed(ZealException e)) {
                          throw e;
                        }
                        return results;
                      }
                    }),
        breakingCircuits("a refusal says nothing", "b2_2_theRefusalTellsWhatIsKnown")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public Optional<Object> get(String key) {
                        try {
                          return super.get(key);
                        } catch (CircuitOpenException e) {
                          throw new CircuitOpenException(
                              "It is open.", e.outcome().orElse(null), e.getCause());
                        }
                      }
                    }),
        breakingCircuits("late failures count", "b2_3_theEndOfAnEarlierCallSaysNothing", RANDOM)
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    seeing(
                        rows,
                        circuit,
                        (before, thrown) -> {
                          boolean late = circuit.number("opened") > before.opened();
                          if (late && circuit.state() == 0 && BrokenCircuit.isFailure(thrown)) {
                            circuit.fail(rows);
                          }
                        })));
  }

  /** What was so before a call. */
  private record Before(long state, long opened) {}

  /** Sees how calls of one row ended, and what was before. */
  private interface Seen {
    void ended(Before before, @Nullable Throwable thrown);
  }

  private static Rows<Object> seeing(Rows<Object> rows, Circuit circuit, Seen seen) {
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Object> get(String key) {
        Before before = new Before(circuit.state(), circuit.number("opened"));
        Throwable thrown = null;
        try {
          return super.get(key);
        } catch (Throwable e) {
          thrown = e;
          throw e;
        } finally {
          seen.ended(before, thrown);
        }
      }
    };
  }

  private static List<Breakage> halfOpen() {
    return List.of(
        breakingCircuits(
                "more than one probe is let through",
                "b3_1_exactlyOneProbeIsLetThrough",
                "b3_4_aProbeThatSaysNothingGivesItsPlaceBack",
                "b3_5_aProbeThatDoesNotEndHasFailed",
                RANDOM)
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) -> passing(rows, below, () -> circuit.state() == 1)),
        breakingCircuits("failures outlast an outage", "b3_2_anAnsweredProbeClosesIt", RANDOM)
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    seeing(
                        rows,
                        circuit,
                        (before, thrown) -> {
                          if (before.state() == 2 && circuit.state() == 0) {
                            circuit.fail(rows);
                          }
                        })),
        breakingCircuits(
                "a failed probe is followed by another", "b3_3_aFailedProbeOpensItAnew", RANDOM)
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    passing(
                        seeing(
                            rows,
                            circuit,
                            (before, thrown) -> {
                              if (before.state() == 2 && BrokenCircuit.isFailure(thrown)) {
                                circuit.number.set(1);
                              }
                            }),
                        below,
                        () -> circuit.state() == 2 && circuit.number.getAndSet(0) == 1)),
        breakingCircuits(
                "a bug is an outage",
                "b1_3_onlyOutagesAreFailures",
                "b3_4_aProbeThatSaysNothingGivesItsPlaceBack",
                RANDOM)
            .on(OnBackendRows.class, rows -> taking(rows, IllegalStateException.class))
            .on(OnCircuitRows.class, (rows, below, circuit) -> unwrapping(rows)),
        set(
            breakingCircuits(
                "a probe that hangs holds its place", "b3_5_aProbeThatDoesNotEndHasFailed", RANDOM),
            "probe-timeout",
            "1h"),
        breakingCircuits(
                "the third outage never ends",
                RANDOM,
                "b7_3_theHistoryHasTheBeginningOfALongOutage")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public Optional<Object> get(String key) {
                        if (circuit.number("opened") >= 3) {
                          throw new CircuitOpenException("for good", null, null);
                        }
                        return super.get(key);
                      }
                    }));
  }

  /** Calls that are refused are made at the backend if so. */
  private static Rows<Object> passing(
      Rows<Object> rows, Rows<Object> below, Supplier<Boolean> condition) {
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Object> get(String key) {
        try {
          return super.get(key);
        } catch (CircuitOpenException e) {
          if (condition.get()) {
            return below.get(key);
          }
          throw e;
        }
      }
    };
  }

  private static List<Breakage> calls() {
    return List.of(
        breakingCircuits("messages pass by", "b4_1_everythingThatAsksGoesThroughTheCircuit")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public Messaging messaging() {
                        return below.messaging();
                      }
                    }),
        breakingCircuits("nobody can subscribe", "b4_2_subscriptionsAndLooksAreNoCalls")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public Messaging messaging() {
                        return refusing(super.messaging(), () -> delegate().stats());
                      }
                    }),
        breakingCircuits("near levels have a circuit", "b4_3_onlyWhatIsRemoteIsDecorated")
            .on(OnRole.class, role -> role == Role.NEAR ? Role.PRIMARY : role),
        set(
            breakingCircuits("it cannot be switched off", "b4_4_itCanBeSwitchedOff"),
            "enabled",
            "true"));
  }

  private static Messaging refusing(Messaging messages, Supplier<Stats> stats) {
    return new Messaging() {
      @Override
      public PubSub pubSub() {
        return messages.pubSub();
      }

      @Override
      public Subscription listen(
          String channel, Runnable onGap, Consumer<? super Message> listener) {
        requireClosed();
        return messages.listen(channel, onGap, listener);
      }

      private void requireClosed() {
        Stats part = stats.get().parts().get("resilience");
        if (part != null && part.numbers().getOrDefault("state", 0L) != 0) {
          throw new CircuitOpenException("It is open.", Outcome.NOT_SENT, null);
        }
      }

      @Override
      public ReliablePubSub reliablePubSub() {
        return messages.reliablePubSub();
      }

      @Override
      public Stats stats() {
        return messages.stats();
      }

      @Override
      public List<Finding> inspect() {
        return messages.inspect();
      }

      @Override
      public void close() {
        messages.close();
      }
    };
  }

  private static List<Breakage> retries() {
    return List.of(
        change(
            breakingCircuits("one retry too many", "b5_1_aReadThatFailedIsMadeAgain"),
            "retries",
            "2",
            "3"),
        breakingCircuits(
                "changes of many are made again", "b5_2_aChangeIsMadeAgainOnlyIfItWasNotSent")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public List<WriteResult> writeAll(List<Write<Object>> writes) {
                        try {
                          return super.writeAll(writes);
                        } catch (BackendUnavailableException e) {
                          return super.writeAll(writes);
                        }
                      }
                    }),
        set(
            breakingCircuits("the deadline is long", "b5_3_retriesEndWithTheDeadline"),
            "deadline",
            "1h"),
        breakingCircuits(
                "what opened the circuit is made again",
                "b5_4_nothingIsMadeAgainWhileItIsOpen",
                RANDOM)
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public Optional<Object> get(String key) {
                        try {
                          return super.get(key);
                        } catch (BackendUnavailableException e) {
                          return circuit.state() == 2 ? below.get(key) : orThrow(e);
                        }
                      }
                    }),
        change(
            breakingCircuits(
                "each attempt of a call counts", "b5_5_aCallCountsOnceAmongThoseThatFailed"),
            "minimum-calls",
            "6",
            "3"));
  }

  private static Optional<Object> orThrow(RuntimeException error) {
    throw error;
  }

  private static Rows<Object> reading(
      Rows<Object> rows, Circuit circuit, Supplier<Optional<Object>> otherwise) {
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Object> get(String key) {
        try {
          return super.get(key);
        } catch (ZealException e) {
          if (!circuit.asks()) {
            throw e;
          }
          return read(key, ReadOptions.defaults()).map(Reading::value).or(otherwise);
        }
      }
    };
  }

  private static List<Breakage> memory() {
    return List.of(
        breakingCircuits(
                "get hides that it is stale", "b6_1_onlyReadOfAStoreThatAsksIsAnsweredFromMemory")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) -> reading(rows, circuit, Optional::empty)),
        breakingCircuits("what is stale looks new", "b6_2_theAnswerSaysThatItIsStaleAndHowOld")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public Optional<Reading<Object>> read(String key, ReadOptions options) {
                        return super.read(key, options)
                            .map(it ->
                                Reading.fresh(it.value(), Breaking.left(it)).withAge(it.age()));
                      }
                    }),
        breakingCircuits("absence is remembered", "b6_3_absenceIsNotRemembered")
            .on(OnCircuitRows.class, (rows, below, circuit) -> rememberingAbsence(rows)),
        breakingCircuits(
                "only stores that ask forget what they remove", "b6_4_whatWasWrittenIsForgotten")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public WriteResult write(Write<Object> write) {
                        return write instanceof Write.Remove<Object> && !circuit.asks()
                            ? below.write(write)
                            : super.write(write);
                      }
                    }),
        breakingCircuits(
                "an increment forgets nothing that was read", "b6_4_whatWasWrittenIsForgotten")
            .on(
                OnCircuitRows.class,
                (rows, below, circuit) ->
                    new ForwardingRows<>(rows) {
                      @Override
                      public long add(String key, int column, long bits) {
                        return below.add(key, column, bits);
                      }
                    }),
        breakingCircuits("a script that was not sent has written", "b6_4_whatWasWrittenIsForgotten")
            .on(OnCircuit.class, (circuit, below, role) -> forgettingWhatFails(circuit)),
        breakingCircuits(
                "of two reads the one that ends later is remembered",
                "b6_8_ofTwoReadsAtOnceTheLaterIsRemembered")
            .on(OnCircuitRows.class, (rows, below, circuit) -> rememberingLast(rows)),
        change(
            breakingCircuits("old answers never end", "b6_5_noAnswerIsOlderThanAllowed"),
            "stale-age",
            "PT10S",
            "1h"),
        change(
            breakingCircuits("one row too many", "b6_6_memoryIsBounded"), "stale-rows", "2", "3"),
        breakingCircuits("a far level offers a fallback", "b6_7_aFarLevelOffersNoFallback")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public BackendInfo info() {
                        BackendInfo info = super.info();
                        Set<Capability> more = EnumSet.of(Capability.READ_FALLBACK);
                        more.addAll(info.capabilities());
                        return new BackendInfo(info.name(), info.scope(), more, info.limits());
                      }
                    }));
  }

  /** As if a script that failed, for whatever reason, had changed all that is remembered. */
  private static Backend forgettingWhatFails(Backend circuit) {
    AtomicBoolean failed = new AtomicBoolean();
    return new ForwardingBackend(circuit) {
      @Override
      public Scripts scripts() {
        Scripts scripts = super.scripts();
        return (script, keys, arguments) -> {
          try {
            return scripts.run(script, keys, arguments);
          } catch (ZealException e) {
            failed.set(true);
            throw e;
          }
        };
      }

      @Override
      public <R> Rows<R> rows(StoreSpec<R> spec) {
        return new ForwardingRows<>(super.rows(spec)) {
          @Override
          public Optional<Reading<R>> read(String key, ReadOptions options) {
            Optional<Reading<R>> read = super.read(key, options);
            if (failed.get() && read.filter(Reading::stale).isPresent()) {
              throw new BackendUnavailableException("forgotten", null, null);
            }
            return read;
          }
        };
      }
    };
  }

  private static Rows<Object> rememberingLast(Rows<Object> rows) {
    Map<String, Object> last = new ConcurrentHashMap<>();
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Reading<Object>> read(String key, ReadOptions options) {
        Optional<Reading<Object>> read = super.read(key, options);
        read.filter(it -> !it.stale()).ifPresent(it -> last.put(key, it.value()));
        return read.map(it ->
            it.stale() && last.containsKey(key)
                ? Reading.fresh(last.get(key), Breaking.left(it)).withAge(it.age()).asStale()
                : it);
      }
    };
  }

  private static Rows<Object> rememberingAbsence(Rows<Object> rows) {
    Set<String> absent = ConcurrentHashMap.newKeySet();
    return new ForwardingRows<>(rows) {
      @Override
      public Optional<Reading<Object>> read(String key, ReadOptions options) {
        try {
          Optional<Reading<Object>> read = super.read(key, options);
          if (read.isEmpty()) {
            absent.add(key);
          }
          return read;
        } catch (ZealException e) {
          if (absent.contains(key)) {
            return Optional.empty();
          }
          throw e;
        }
      }
    };
  }

  /** As if each probe had taken two places of sixteen. */
  private static Stats withoutBeginning(Stats stats) {
    Map<String, Stats> parts = new HashMap<>(stats.parts());
    parts.computeIfPresent(
        "resilience",
        (name, part) -> {
          Stats history = part.parts().get("history");
          if (history == null || part.numbers().getOrDefault("probes", 0L) < 8) {
            return part;
          }
          Map<String, Stats> changes = new TreeMap<>(history.parts());
          changes.remove("01");
          return new Stats(
              name, part.numbers(), Map.of("history", new Stats("history", Map.of(), changes)));
        });
    return new Stats(stats.name(), stats.numbers(), parts);
  }

  private static List<Breakage> seen() {
    return List.of(
        breakingCircuits(
                "a long outage has no beginning", "b7_3_theHistoryHasTheBeginningOfALongOutage")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public Stats stats() {
                        return withoutBeginning(super.stats());
                      }
                    }),
        breakingCircuits(
                "there is no history",
                "b7_1_statisticsTellStateAndHistory",
                "b7_3_theHistoryHasTheBeginningOfALongOutage")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public Stats stats() {
                        Stats stats = super.stats();
                        Map<String, Stats> parts = new HashMap<>(stats.parts());
                        parts.computeIfPresent(
                            "resilience", (name, part) -> Stats.of(name, part.numbers()));
                        return new Stats(stats.name(), stats.numbers(), parts);
                      }
                    }),
        breakingCircuits("an open circuit is no finding", "b7_2_aFindingTellsThatItIsOpen")
            .on(
                OnCircuit.class,
                (circuit, below, role) ->
                    new ForwardingBackend(circuit) {
                      @Override
                      public List<Finding> inspect() {
                        return super.inspect().stream()
                            .filter(finding -> !finding.code().equals("ZEAL-F505"))
                            .toList();
                      }
                    }));
  }
}
