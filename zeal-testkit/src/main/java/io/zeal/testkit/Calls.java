package io.zeal.testkit;

import io.zeal.BulkResult;
import io.zeal.OperationInterruptedException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.spi.WriteResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes the calls of one thing that is decorated (a store, a counter, the messages), each with the
 * fate that {@link Chaos} has for it.
 *
 * @param what the thing, as messages name it
 * @param stream where its numbers come from
 */
record Calls(Chaos chaos, String what, long stream) {

  /** The same for a part of it. */
  Calls of(String part, String name) {
    return new Calls(chaos, part, Draws.stream(stream, name));
  }

  /** Whether nothing is switched on that is about calls. */
  boolean spared() {
    return chaos.plan().sparesCalls();
  }

  /** What is decided about one call, or one key of a call on many. */
  record Fate(@Nullable CallFault fault, boolean arrives) {

    /** Whether its answer, if there is one, does not come back. */
    boolean loses() {
      return fault != null && arrives;
    }
  }

  /** Makes a call that changes nothing. */
  <T> T read(String operation, String key, Supplier<T> call) {
    return spared() ? call.get() : make(operation, key, false, call);
  }

  /** Makes a call that may change something. */
  <T> T change(String operation, String key, Supplier<T> call) {
    return spared() ? call.get() : make(operation, key, true, call);
  }

  private <T> T make(String operation, String key, boolean change, Supplier<T> call) {
    Plan plan = chaos.plan();
    long calls = Draws.stream(Draws.stream(stream, operation), key);
    long count = chaos.draws().next(calls);
    Fate fate = fate(plan, calls, count);
    long pause = pause(plan, calls, count);
    sleep(pause / 2, operation, change ? Outcome.NOT_SENT : null);
    if (fate.fault() == null) {
      T answer = call.get();
      comeBack(pause, operation, change, change && hasChanged(answer) ? 1 : 0);
      return answer;
    }
    ZealException error = error(operation, fate.fault(), change);
    if (fate.arrives()) {
      LostReply.during(error, () -> ignored(call, change, error));
    }
    chaos.count(fate.fault().fault());
    sleep(pause - pause / 2, operation, error.outcome().orElse(null));
    throw error;
  }

  /** The second half of the way; who is interrupted there does not hear of its changes. */
  private void comeBack(long pause, String operation, boolean change, int changes) {
    try {
      sleep(pause - pause / 2, operation, change ? Outcome.UNKNOWN : null);
    } catch (OperationInterruptedException e) {
      chaos.countLostReplies(changes);
      throw e;
    }
  }

  /** Whether a change changed something, as far as its answer says. */
  static boolean hasChanged(@Nullable Object answer) {
    return switch (answer) {
      case WriteResult result ->
          result instanceof WriteResult.Applied || result instanceof WriteResult.Added;
      case OptionalLong value -> value.isPresent();
      case Boolean there -> there;
      case null, default -> true;
    };
  }

  /** The backend does what it does, and nobody hears of it. */
  private <T> void ignored(Supplier<T> call, boolean change, ZealException error) {
    try {
      T answer = call.get();
      chaos.countLostReplies(change && hasChanged(answer) ? 1 : 0);
    } catch (ZealException unheard) {
      LostReply.requireAnAnswer(unheard);
      error.addSuppressed(unheard);
    }
  }

  private Fate fate(Plan plan, long calls, long count) {
    if (plan.isCut()) {
      return new Fate(new CallFault.Cut(plan.partition()), plan.partition() == Partition.ONE_WAY);
    }
    CallFault fault = plan.calls().at(chaos.draws().draw(calls, count, Draws.Purpose.FAULT));
    boolean arrives =
        fault == null
            || (fault.maySend() && chaos.draws().draw(calls, count, Draws.Purpose.ARRIVAL) < 0.5);
    return new Fate(fault, arrives);
  }

  private long pause(Plan plan, long calls, long count) {
    if (plan.latency().isZero()) {
      return 0;
    }
    chaos.count(Fault.LATENCY);
    return plan.latency().drawn(chaos.draws().draw(calls, count, Draws.Purpose.LATENCY));
  }

  private void sleep(long nanos, String operation, @Nullable Outcome outcome) {
    if (nanos <= 0) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.sleep(nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationInterruptedException(
          what + ", " + operation + ": interrupted in the latency that zeal-testkit adds.",
          outcome,
          e);
    }
  }

  private ZealException error(String operation, CallFault fault, boolean change) {
    Outcome outcome = fault.maySend() ? Outcome.UNKNOWN : Outcome.NOT_SENT;
    return fault.error(
        what
            + ", "
            + operation
            + ": "
            + fault.found()
            + ". Injected by zeal-testkit (seed "
            + chaos.seed()
            + "); Chaos.calm() ends it.",
        change ? outcome : null);
  }

  // Calls on many: each key has a fate of its own, as its own call would have.

  /** Makes a call on many keys that says key by key what failed. */
  <K, V> BulkResult<V> readAll(
      String operation,
      Collection<K> keys,
      Function<K, String> name,
      Function<Collection<K>, BulkResult<V>> call) {
    return spared() ? call.apply(keys) : many(operation, keys, name, false, call);
  }

  /** As {@link #readAll}, of changes. */
  <K, V> BulkResult<V> changeAll(
      String operation,
      Collection<K> keys,
      Function<K, String> name,
      Function<Collection<K>, BulkResult<V>> call) {
    return many(operation, keys, name, true, call);
  }

  private <K, V> BulkResult<V> many(
      String operation,
      Collection<K> keys,
      Function<K, String> name,
      boolean change,
      Function<Collection<K>, BulkResult<V>> call) {
    Map<String, Fate> fates = new LinkedHashMap<>();
    List<K> sent = new ArrayList<>();
    Trip trip = new Trip(operation, change);
    for (K key : keys) {
      Fate fate = fates.computeIfAbsent(name.apply(key), trip::fate);
      if (fate.arrives()) {
        sent.add(key);
      }
    }
    trip.go();
    BulkResult<V> answer =
        sent.isEmpty() ? BulkResult.of(Map.of()) : trip.lossy(lost(fates), () -> call.apply(sent));
    trip.comeBack(answer.values()::containsKey, fates);
    Map<String, V> values = new LinkedHashMap<>(answer.values());
    Map<String, ZealException> failures = new LinkedHashMap<>();
    fates.forEach((key, fate) -> {
      ZealException failed = fate.fault() == null ? answer.failures().get(key) : trip.failed(fate);
      if (failed != null) {
        var _ = values.remove(key);
        failures.put(key, failed);
      }
    });
    return new BulkResult<>(values, failures);
  }

  private static Set<String> lost(Map<String, Fate> fates) {
    return fates.entrySet().stream()
        .filter(each -> each.getValue().loses())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** A call on many that is about to be made. */
  Trip trip(String operation) {
    return new Trip(operation, true);
  }

  /** One call on many, on its way. */
  final class Trip {

    private final Plan plan = chaos.plan();
    private final String operation;
    private final boolean change;
    private final long pause;

    Trip(String operation, boolean change) {
      this.operation = operation;
      this.change = change;
      long trips = Draws.stream(stream, "trip:" + operation);
      this.pause = pause(plan, trips, plan.latency().isZero() ? 0 : chaos.draws().next(trips));
    }

    /** What is decided about a key. */
    Fate fate(String key) {
      long calls = Draws.stream(Draws.stream(stream, operation), key);
      return Calls.this.fate(plan, calls, chaos.draws().next(calls));
    }

    void go() {
      sleep(pause / 2, operation, change ? Outcome.NOT_SENT : null);
    }

    /** Counts what changed and is not heard of; of changes each key has an answer. */
    void comeBack(Predicate<String> hasChanged, Map<String, Fate> fates) {
      int unheard = 0;
      int heard = 0;
      for (Map.Entry<String, Fate> each : fates.entrySet()) {
        if (change && each.getValue().arrives() && hasChanged.test(each.getKey())) {
          unheard += each.getValue().loses() ? 1 : 0;
          heard += each.getValue().loses() ? 0 : 1;
        }
      }
      comeBack(unheard, heard);
    }

    /** So many changes are not heard of, and so many are if nobody interrupts. */
    void comeBack(int unheard, int heard) {
      chaos.countLostReplies(unheard);
      Calls.this.comeBack(pause, operation, change, heard);
    }

    /** Makes the call; announcements of {@code lost} keys are not heard of. */
    <T> T lossy(Set<String> lost, Supplier<T> call) {
      if (lost.isEmpty()) {
        return call.get();
      }
      ZealException error = error(operation, new CallFault.Unavailable(Outcome.UNKNOWN), change);
      return LostReply.during(error, lost, call);
    }

    /** The error of a key that has a fault. */
    ZealException failed(Fate fate) {
      CallFault fault = Objects.requireNonNull(fate.fault());
      chaos.count(fault.fault());
      return error(operation, fault, change);
    }
  }
}
