package io.zeal.examples.map;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.ZealClosedException;
import io.zeal.spi.Backend;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Stores and counters by name; two maps, so that a store never meets a counter (S8.6). */
final class MapBackend implements Backend {

  /** Everything that a heap can do: rows and counters, but no messages and no scripts. */
  private static final Set<Capability> CAPABILITIES =
      EnumSet.of(
          Capability.COUNT,
          Capability.EXACT_COUNT,
          Capability.PAGE,
          Capability.CLEAR,
          Capability.BOUNDED_ROWS,
          Capability.COUNTERS,
          Capability.NEGATIVE_COUNTERS,
          Capability.INJECTED_CLOCK);

  private final InstantSource clock;
  private final Map<String, MapTable> tables = new ConcurrentHashMap<>();
  private final Map<String, MapCounter> counters = new ConcurrentHashMap<>();
  private volatile boolean closed;

  MapBackend(InstantSource clock) {
    this.clock = clock;
  }

  /** The time in milliseconds. Every call asks for it, and so none gets past a closed backend. */
  long now() {
    if (closed) {
      throw new ZealClosedException("Backend 'map' is closed. Open another Zeal.");
    }
    return clock.millis();
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo("map", BackendInfo.Scope.PROCESS, CAPABILITIES, Map.of());
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    now();
    MapTable table = tables.computeIfAbsent(spec.name(), name -> new MapTable(spec));
    spec.requireSame(table.fingerprint);
    return new MapRows<>(spec, table, this);
  }

  @Override
  public Counters counters() {
    return this::counter;
  }

  private CounterCell counter(CounterSpec spec) {
    now();
    MapCounter counter = counters.computeIfAbsent(spec.name(), name -> new MapCounter(spec, this));
    spec.requireSame(counter.spec.options());
    return counter;
  }

  @Override
  public Stats stats() {
    return Stats.of("map", Map.of("stores", (long) tables.size()));
  }

  @Override
  public List<Finding> inspect() {
    return List.of();
  }

  @Override
  public void close() {
    closed = true;
  }
}
