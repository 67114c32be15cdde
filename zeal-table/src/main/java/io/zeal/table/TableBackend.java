package io.zeal.table;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Column;
import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.table.Waits.Purpose;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Tables and counters in the memory of one process. */
final class TableBackend implements Backend {

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

  private static final long LARGEST_KEY_BYTES = 1024;

  private final TableSettings settings;
  private final TableLife life = new TableLife();
  private final TableClock clock;
  private final MemoryBudget budget;
  private final TableCounters counters;
  private final long seed = new SecureRandom().nextLong();
  private final Map<String, Table> tables = new ConcurrentHashMap<>(); // grows under creating
  private final ReentrantLock creating = new ReentrantLock();

  TableBackend(TableSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = new TableClock(clock);
    this.budget = new MemoryBudget(settings.memoryBytes());
    this.counters =
        new TableCounters(life, this.clock, budget, settings.counters(), settings.timeoutNanos());
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(
        TableBackendProvider.NAME,
        BackendInfo.Scope.PROCESS,
        CAPABILITIES,
        Map.of(
            "keyBytes",
            LARGEST_KEY_BYTES,
            "columnBytes",
            (long) Column.LARGEST,
            "rows",
            TableLayout.MAX_ROWS,
            "counters",
            settings.counters(),
            "memoryBytes",
            settings.memoryBytes()));
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    life.requireOpen();
    requireCapabilities(spec);
    Table table = tables.get(spec.name());
    if (table == null) {
      table = findOrCreate(spec);
    }
    spec.requireSame(table.fingerprint);
    return new TableRows<>(spec, table, life);
  }

  private static void requireCapabilities(StoreSpec<?> spec) {
    if (spec.announcer() != null) {
      throw missing(spec, Capability.ANNOUNCE);
    }
    for (Capability requested : spec.options().requested()) {
      if (!CAPABILITIES.contains(requested)) {
        throw missing(spec, requested);
      }
    }
  }

  private static UnsupportedCapabilityException missing(StoreSpec<?> spec, Capability capability) {
    return new UnsupportedCapabilityException(
        capability,
        "Store '"
            + spec.name()
            + "' asks for "
            + capability
            + ", which backend 'table' does not have. It has: "
            + CAPABILITIES
            + ". Leave it out or use another backend.");
  }

  private Table findOrCreate(StoreSpec<?> spec) {
    new Waits("Store '" + spec.name() + "'", settings.timeoutNanos()).lock(creating, Purpose.READ);
    try {
      Table present = tables.get(spec.name());
      if (present != null) {
        return present;
      }
      Table created = create(spec);
      tables.put(spec.name(), created);
      return created;
    } catch (IllegalStateException e) {
      throw life.translate(e);
    } finally {
      creating.unlock();
    }
  }

  private Table create(StoreSpec<?> spec) {
    TableLayout layout =
        new TableLayout(
            spec.schema().columns(), spec.options().capacity(), spec.options().keyLimit());
    budget.take(layout.memoryBytes(), "Store '" + spec.name() + "'", layout.toString());
    try {
      return new Table(life.arena(), spec, layout, clock, seed, settings.timeoutNanos());
    } catch (RuntimeException e) {
      budget.giveBack(layout.memoryBytes());
      throw e;
    }
  }

  /** The table of a store that was opened; for tests. */
  Table table(String store) {
    return java.util.Objects.requireNonNull(tables.get(store), store);
  }

  @Override
  public Counters counters() {
    life.requireOpen();
    return counters;
  }

  @Override
  public Stats stats() {
    life.requireOpen();
    try {
      Map<String, Stats> stores = new TreeMap<>();
      long committed = counters.committedBytes();
      for (Table table : tables.values()) {
        stores.put(table.name, TableReport.stats(table));
        committed += table.committedBytes();
      }
      return new Stats(
          TableBackendProvider.NAME,
          Map.of(
              "stores",
              (long) stores.size(),
              "memoryLimitBytes",
              budget.limitBytes(),
              "memoryBytes",
              budget.takenBytes(),
              "committedBytes",
              committed),
          Map.of("stores", new Stats("stores", Map.of(), stores), "counters", counters.stats()));
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public List<Finding> inspect() {
    life.requireOpen();
    try {
      List<Finding> findings = new ArrayList<>();
      for (Table table : tables.values()) {
        TableReport.inspect(table, findings);
      }
      TableReport.inspect(budget, findings);
      return List.copyOf(findings);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public void close() {
    life.close();
  }
}
