package io.zeal.selftest;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.examples.map.MapBackendProvider;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.Setting;
import io.zeal.spi.StoreSpec;
import java.lang.reflect.Proxy;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The map backend, shared by the instances of one test as a server would be, so that the rules
 * about several instances are tried too; with messages, and the hooks of a {@link Breakage}.
 */
final class Twin implements BackendProvider {

  private final Breakage breakage;
  private final Map<String, BrokenRows.Memory> stores = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Long>> counters = new ConcurrentHashMap<>();
  private @Nullable Backend shared;
  private @Nullable SharedMessages messages;
  private int instances;

  Twin(Breakage breakage) {
    this.breakage = breakage;
  }

  Breakage breakage() {
    return breakage;
  }

  @Override
  public String name() {
    return "map";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public synchronized Backend open(BackendContext context) {
    boolean injected = !breakage.missing.contains(Capability.INJECTED_CLOCK);
    InstantSource clock = injected ? context.clock() : InstantSource.system();
    Backend backend = shared;
    if (backend == null || breakage.separateInstances) {
      backend = new MapBackendProvider().open(withClock(context, clock));
      shared = backend;
      messages = new SharedMessages(clock);
    }
    return new Instance(backend, clock, ++instances, Objects.requireNonNull(messages));
  }

  private static BackendContext withClock(BackendContext context, InstantSource clock) {
    return (BackendContext)
        Proxy.newProxyInstance(
            Twin.class.getClassLoader(),
            new Class<?>[] {BackendContext.class},
            (proxy, method, args) ->
                method.getName().equals("clock") ? clock : method.invoke(context, args));
  }

  /** One instance's handle; closing it leaves the shared state alone. */
  private final class Instance extends ForwardingBackend {

    private final InstantSource clock;
    private final int number;
    private final SharedMessages.Handle messages;

    Instance(Backend backend, InstantSource clock, int number, SharedMessages messages) {
      super(backend);
      this.clock = clock;
      this.number = number;
      this.messages = messages.handle();
    }

    @Override
    public BackendInfo info() {
      Set<Capability> claimed = EnumSet.copyOf(delegate().info().capabilities());
      if (breakage.oneProcess) {
        return new BackendInfo("map", BackendInfo.Scope.PROCESS, claimed, Map.of());
      }
      claimed.addAll(SharedMessages.CAPABILITIES);
      claimed.removeAll(breakage.missing);
      return new BackendInfo("map", BackendInfo.Scope.CLUSTER, claimed, SharedMessages.LIMITS);
    }

    @Override
    public Messaging messaging() {
      return messages;
    }

    @Override
    @SuppressWarnings("unchecked") // a row is only handed on
    public <R> Rows<R> rows(StoreSpec<R> spec) {
      BrokenRows.Memory memory =
          stores.computeIfAbsent(spec.name(), name -> new BrokenRows.Memory());
      Rows<Object> rows = (Rows<Object>) delegate().rows(spec);
      return (Rows<R>) new BrokenRows(rows, breakage, clock, memory);
    }

    @Override
    public Counters counters() {
      Counters real = delegate().counters();
      return breakage
          .hook(OnCounters.class)
          .map(hook -> hook.wrap(real, this::counter))
          .orElse(new HookedCounters(real, this::counter));
    }

    private CounterCell counter(CounterSpec spec) {
      CounterCell real = delegate().counters().counter(spec);
      Map<String, Long> notes =
          counters.computeIfAbsent(spec.name(), name -> BrokenCounter.notes());
      return new BrokenCounter(real, spec, breakage, clock, notes, number);
    }

    @Override
    public void close() {
      messages.close();
    }
  }

  /** What can be broken in the calls on many counters. */
  interface OnCounters {
    Counters wrap(Counters real, Counters hooked);
  }

  /** Single counters pass the hooks, calls on many do not. */
  record HookedCounters(Counters real, Counters hooked) implements Counters {

    @Override
    public CounterCell counter(CounterSpec spec) {
      return hooked.counter(spec);
    }

    @Override
    public io.zeal.BulkResult<Long> getAll(java.util.Collection<CounterSpec> specs) {
      return real.getAll(specs);
    }

    @Override
    public io.zeal.BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
      return real.addAll(deltas);
    }
  }
}
