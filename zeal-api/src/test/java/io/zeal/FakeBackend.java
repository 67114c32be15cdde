package io.zeal;

import io.zeal.spi.Backend;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/** A backend on the heap that keeps what it was asked for; expiry is recorded but never happens. */
public final class FakeBackend implements Backend {

  /** What a backend on the heap of one process would say of itself. */
  static final Set<Capability> USUAL =
      EnumSet.of(
          Capability.COUNT,
          Capability.EXACT_COUNT,
          Capability.PAGE,
          Capability.CLEAR,
          Capability.COUNTERS);

  /** Every call on a store or counter that reached this backend, in order. */
  final List<Object> calls = new ArrayList<>();

  /** What rows that are opened from now on say. */
  boolean checksKeys;

  private final BackendInfo info;
  private final Map<String, FakeRows<?>> stores = new HashMap<>();
  private final Map<String, Long> counters = new HashMap<>();
  private int closes;

  /** A backend of one process with the usual capabilities. */
  public FakeBackend(String name) {
    this(name, BackendInfo.Scope.PROCESS, USUAL);
  }

  FakeBackend(String name, BackendInfo.Scope scope, Set<Capability> capabilities) {
    this.info = new BackendInfo(name, scope, capabilities, Map.of());
  }

  int closes() {
    return closes;
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  @SuppressWarnings("unchecked") // a name is used with one row type in a test
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    return (Rows<R>)
        stores.computeIfAbsent(spec.name(), _ -> new FakeRows<>(spec, calls, checksKeys));
  }

  @Override
  public Counters counters() {
    return Cell::new;
  }

  @Override
  public Messaging messaging() {
    return new NoMessages();
  }

  @Override
  public Scripts scripts() {
    return (script, _, _) -> new Scripts.Reply.TextValue(script.source());
  }

  @Override
  public Stats stats() {
    return Stats.of(info.name(), Map.of("stores", (long) stores.size()));
  }

  @Override
  public List<Finding> inspect() {
    return List.of(new Finding("FAKE-1", Finding.Severity.INFO, "a fake", "nothing"));
  }

  @Override
  public void close() {
    closes++;
  }

  private final class Cell implements CounterCell {

    private final CounterSpec spec;

    Cell(CounterSpec spec) {
      this.spec = spec;
    }

    @Override
    public long get() {
      return counters.getOrDefault(spec.name(), spec.options().initial());
    }

    @Override
    public OptionalLong apply(CounterChange change) {
      calls.add(change);
      long value = get();
      return switch (change) {
        case CounterChange.Add(long delta) -> set(Math.addExact(value, delta));
        case CounterChange.AddBounded(long delta, long max) ->
            value + delta <= max ? set(value + delta) : OptionalLong.empty();
        case CounterChange.Set(long next) -> set(next);
        case CounterChange.CompareAndSet(long expected, long next) ->
            value == expected ? set(next) : OptionalLong.empty();
        case CounterChange.Reset() -> set(spec.options().initial());
      };
    }

    private OptionalLong set(long value) {
      counters.put(spec.name(), value);
      return OptionalLong.of(value);
    }
  }

  /** Messages that cannot be sent; tests only ask which ones they were given. */
  static final class NoMessages implements Messaging {

    int closes;

    @Override
    public PubSub pubSub() {
      return Proxies.of(PubSub.class);
    }

    @Override
    public ReliablePubSub reliablePubSub() {
      return Proxies.of(ReliablePubSub.class);
    }

    @Override
    public Stats stats() {
      return Stats.of("messages", Map.of("published", 3L));
    }

    @Override
    public List<Finding> inspect() {
      return List.of(new Finding("FAKE-2", Finding.Severity.INFO, "fake messages", "nothing"));
    }

    @Override
    public void close() {
      closes++;
    }
  }
}
