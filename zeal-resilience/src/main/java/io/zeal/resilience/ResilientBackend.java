package io.zeal.resilience;

import io.zeal.BackendInfo;
import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CircuitOpenException;
import io.zeal.Finding;
import io.zeal.Script;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.ZealException;
import io.zeal.resilience.Retries.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.ForwardingCounters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Operation;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A backend behind a circuit: every call that asks it something goes through {@link Retries}. */
final class ResilientBackend extends ForwardingBackend {

  private final boolean fallback;
  private final Circuit circuit;
  private final Retries retries;
  private final Memories memories;

  ResilientBackend(
      Backend delegate, boolean fallback, Circuit circuit, Retries retries, Memories memories) {
    super(delegate);
    this.fallback = fallback;
    this.circuit = circuit;
    this.retries = retries;
    this.memories = memories;
  }

  @Override
  public BackendInfo info() {
    BackendInfo info = super.info();
    if (!fallback) {
      return info;
    }
    Set<Capability> capabilities = EnumSet.of(Capability.READ_FALLBACK);
    capabilities.addAll(info.capabilities());
    return new BackendInfo(info.name(), info.scope(), capabilities, info.limits());
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    Rows<R> rows = retries.call(Kind.LOOK, () -> delegate().rows(spec));
    Optional<LastReads<R>> lastReads =
        fallback && spec.options().requested().contains(Capability.READ_FALLBACK)
            ? Optional.of(new LastReads<>(spec, memories))
            : Optional.empty();
    return new ResilientRows<>(rows, spec, retries, memories, lastReads);
  }

  @Override
  public Counters counters() {
    return new ResilientCounters(delegate().counters(), retries);
  }

  @Override
  public Messaging messaging() {
    return new ResilientMessaging(delegate().messaging(), retries);
  }

  @Override
  public Scripts scripts() {
    Scripts scripts = delegate().scripts();
    return (script, keys, arguments) -> run(scripts, script, keys, arguments);
  }

  private Scripts.Reply run(
      Scripts scripts, Script script, List<String> keys, List<String> arguments) {
    boolean sent = true;
    try {
      return retries.call(Kind.CHANGE, () -> scripts.run(script, keys, arguments));
    } catch (ZealException e) {
      sent = Verdict.wasSent(e);
      throw e;
    } finally {
      if (sent) {
        memories.forget(script.touchedStores());
      }
    }
  }

  @Override
  public Stats stats() {
    return ResilienceReport.stats(super.stats(), circuit.picture(), retries, memories);
  }

  @Override
  public List<Finding> inspect() {
    List<Finding> findings = new ArrayList<>(super.inspect());
    ResilienceReport.finding(circuit).ifPresent(findings::add);
    return List.copyOf(findings);
  }

  private static final class ResilientCounters extends ForwardingCounters {

    private final Retries retries;

    ResilientCounters(Counters delegate, Retries retries) {
      super(delegate);
      this.retries = retries;
    }

    @Override
    protected <T> T around(Operation operation, Supplier<T> call) {
      return retries.call(Kinds.of(operation), call);
    }

    @Override
    public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
      return many(Kind.LOOK, specs, () -> delegate().getAll(specs));
    }

    @Override
    public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
      return many(Kind.CHANGES, deltas.keySet(), () -> delegate().addAll(deltas));
    }

    private BulkResult<Long> many(
        Kind kind, Collection<CounterSpec> specs, Supplier<BulkResult<Long>> call) {
      List<String> names = specs.stream().map(CounterSpec::name).toList();
      try {
        return retries.callOnMany(kind, call, result -> End.of(result, names));
      } catch (CircuitOpenException e) {
        return Kinds.refused(names, e);
      }
    }
  }

  /** What is known of operations, and how many are refused. */
  static final class Kinds {

    private Kinds() {}

    static Kind of(Operation operation) {
      return switch (operation) {
        case READ, GET, CONTAINS, READ_COLUMN, COUNT, PAGE, COUNTER_GET -> Kind.READ;
        case PUT, PATCH, INCREMENT, REMOVE, TOUCH, COUNTER_CHANGE -> Kind.CHANGE;
        case READ_ALL, GET_ALL, COUNTERS_GET_ALL, OPEN_COUNTER -> Kind.LOOK;
        case WRITE_ALL, COUNTERS_ADD_ALL, CLEAR, ANNOUNCE -> Kind.CHANGES;
      };
    }

    /** What a call on many answers while the circuit is open: the error of each (S12.7). */
    static <T> BulkResult<T> refused(Collection<String> keys, CircuitOpenException error) {
      Map<String, ZealException> failures = new LinkedHashMap<>();
      keys.forEach(key -> failures.put(key, error));
      return new BulkResult<>(Map.of(), failures);
    }
  }
}
