package io.zeal.table;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ErrorCode;
import io.zeal.Finding;
import io.zeal.Overflow;
import io.zeal.SchemaException;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Tables and counters in the memory of one process, or in files that processes share. */
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
  private final HotMemory hotMemory;
  private final @Nullable SharedDirectory directory;
  private final Collection<SharedDirectory.Use> uses = new ConcurrentLinkedQueue<>();
  private final TableCounters counters;
  private final long seed = new SecureRandom().nextLong();
  private final Map<String, Opened> tables = new ConcurrentHashMap<>(); // under creating's locks

  /** One for each name of a store: whoever opens it may have to wait for another process. */
  private final Map<String, ReentrantLock> creating = new ConcurrentHashMap<>();

  /** A store's table, what every spec for it has to say, and its rows on the heap. */
  private record Opened(String fingerprint, Table table, HotRowsByType hotRows) {}

  TableBackend(TableSettings settings, InstantSource clock) {
    this.settings = settings;
    this.clock = new TableClock(clock);
    this.budget = new MemoryBudget(settings.memoryBytes());
    this.hotMemory = new HotMemory(settings.hotRows());
    this.directory = settings.directory().map(SharedDirectory::of).orElse(null);
    TableLayout layout = TableCounters.layout(settings.counters(), processes());
    this.counters = new TableCounters(life, layout, patience -> makeCounters(layout, patience));
  }

  @Override
  public BackendInfo info() {
    return new BackendInfo(
        TableBackendProvider.NAME,
        directory == null ? BackendInfo.Scope.PROCESS : BackendInfo.Scope.HOST,
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
    Opened opened = tables.get(spec.name());
    if (opened == null) {
      opened = findOrCreate(spec);
    }
    spec.requireSame(opened.fingerprint);
    return new TableRows<>(spec, opened.table, opened.hotRows, life);
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
        "Store "
            + Texts.quote(spec.name())
            + " asks for "
            + capability
            + ", which backend 'table' does not have. It has: "
            + CAPABILITIES
            + ". Leave it out or use another backend.");
  }

  private Opened findOrCreate(StoreSpec<?> spec) {
    Patience patience = Patience.ofOpening("Store " + Texts.quote(spec.name()));
    Lock lock = creating.computeIfAbsent(spec.name(), _ -> new ReentrantLock());
    patience.lock(lock);
    try {
      Opened present = tables.get(spec.name());
      if (present != null) {
        return present;
      }
      Table table = create(spec, patience);
      Opened created =
          new Opened(spec.fingerprint(), table, new HotRowsByType(table.layout, hotMemory));
      tables.put(spec.name(), created);
      return created;
    } catch (IllegalStateException e) {
      throw life.translate(e);
    } finally {
      lock.unlock();
    }
  }

  private Table create(StoreSpec<?> spec, Patience patience) {
    String what = "Store " + Texts.quote(spec.name());
    TableLayout layout =
        new TableLayout(
            spec.schema().columns(),
            spec.options().capacity(),
            spec.options().keyLimit(),
            processes());
    boolean evicts = spec.options().overflow() == Overflow.EVICT;
    Table.Rules rules = new Table.Rules(spec.name(), evicts, spec::full);
    return make(
        what,
        layout,
        rules,
        shared ->
            shared.use(
                "store-",
                spec.name(),
                what,
                spec.fingerprint(),
                layout,
                spec::requireSame,
                patience));
  }

  private Table makeCounters(TableLayout layout, Patience patience) {
    Table.Rules rules = new Table.Rules("counters", false, TableBackend::noMoreCounters);
    String text = layout.rows() + " counters";
    return make(
        "The counters",
        layout,
        rules,
        shared ->
            shared.use(
                "counters",
                "",
                "The counters",
                text,
                layout,
                found -> requireSameCounters(found, text),
                patience));
  }

  private static CapacityException noMoreCounters() {
    return new CapacityException(ErrorCode.STORE_FULL, "All counters are taken.");
  }

  private static void requireSameCounters(String found, String expected) {
    if (!found.equals(expected)) {
      throw new SchemaException(
          ErrorCode.SCHEMA_MISMATCH,
          "zeal.table.directory was made for "
              + found
              + " and is opened for "
              + expected
              + ". Give zeal.table.counters the same number, or use another directory.");
    }
  }

  /** How many processes may share a table. */
  private int processes() {
    return directory == null ? 1 : Owner.PROCESSES;
  }

  /** How a table in a directory is found. */
  private interface Sharing {
    SharedDirectory.Use use(SharedDirectory shared);
  }

  private Table make(String what, TableLayout layout, Table.Rules rules, Sharing sharing) {
    Waits waits = new Waits(what, settings.timeoutNanos());
    budget.take(layout.memoryBytes(), what, layout.toString());
    try {
      return new Table(memory(what, layout, sharing, waits), rules, clock, waits);
    } catch (RuntimeException | Error e) {
      budget.giveBack(layout.memoryBytes());
      throw e;
    }
  }

  private TableMemory memory(String what, TableLayout layout, Sharing sharing, Waits waits) {
    if (directory == null) {
      return TableMemory.anonymous(life.arena(), what, layout, seed, waits);
    }
    SharedDirectory.Use use = sharing.use(directory);
    uses.add(use);
    if (life.isClosed()) {
      use.end(); // who closed it may not have seen this one
      life.requireOpen();
    }
    return use.memory;
  }

  /** The table of a store that was opened; for tests. */
  Table table(String store) {
    return java.util.Objects.requireNonNull(tables.get(store), store).table;
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
      for (Opened opened : tables.values()) {
        Table table = opened.table;
        stores.put(table.name, TableReport.stats(table, opened.hotRows));
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
      for (Opened opened : tables.values()) {
        TableReport.inspect(opened.table, findings);
      }
      TableReport.inspect(budget, findings);
      if (directory != null) {
        directory.room().ifPresent(room -> TableReport.inspect(room, budget, findings));
      }
      return List.copyOf(findings);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public void close() {
    List<Runnable> endings = new ArrayList<>();
    endings.add(life::close);
    for (SharedDirectory.Use use : uses) {
      endings.add(use::end);
    }
    Endings.run(endings);
  }
}
