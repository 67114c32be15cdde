package io.zeal.memcached;

import io.zeal.BulkResult;
import io.zeal.ZealException;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Counters: an item each, and one with their options beside it. */
final class MemcachedCounters implements Counters {

  /** How many cells are kept, for what each knows of its window; nobody misses one. */
  private static final int MOST_CELLS = 10_000;

  /** How many may wait for their comparison; more cannot be opened while their server is away. */
  private static final int MOST_UNCOMPARED = 10_000;

  private static final CompletionStage<Items> NEVER = new CompletableFuture<>();
  private static final CompletionStage<CounterOptionsItem.Left> UNLEFT = new CompletableFuture<>();

  private final Servers servers;
  private final Map<CounterSpec, MemcachedCounterCell> cells = new ConcurrentHashMap<>();

  /** Those whose server was away when they were opened: the first use compares their options. */
  private final Set<CounterSpec> uncompared = ConcurrentHashMap.newKeySet();

  MemcachedCounters(Servers servers) {
    this.servers = servers;
  }

  /**
   * Leaves the options for whoever attaches with others, and compares with what is there. Where the
   * server cannot be reached but another can, that is left to the first use, as the rows of a store
   * are that such a server has.
   */
  @Override
  public CounterCell counter(CounterSpec spec) {
    String what = MemcachedCounterCell.what(spec);
    MemcachedCounterCell.requireNotNegative(spec.options().initial(), spec);
    servers.errors().requireOpen(what);
    try {
      record(spec, Deadline.in(servers.timeout()));
    } catch (ClientException e) {
      if (!mayWait(e) || uncompared.size() >= MOST_UNCOMPARED) {
        throw servers.errors().beforeWrite(e, what);
      }
      uncompared.add(spec);
    }
    return cell(spec);
  }

  private void record(CounterSpec spec, Deadline deadline) throws ClientException {
    deadline.requireTime();
    record(spec, CounterOptionsItem.leave(spec, servers), deadline);
  }

  /**
   * The same.
   *
   * @param begun the first attempt
   */
  private void record(
      CounterSpec spec, CompletionStage<CounterOptionsItem.Left> begun, Deadline deadline)
      throws ClientException {
    Client client = servers.ofCounter(spec.name()).client();
    CompletionStage<CounterOptionsItem.Left> attempt = begun;
    int attempts = 0;
    while (!CounterOptionsItem.compare(spec, servers, deadline.await(attempt, client), deadline)) {
      Pause.after(++attempts);
      deadline.requireTime();
      attempt = CounterOptionsItem.leave(spec, servers);
    }
  }

  private boolean mayWait(ClientException e) {
    return switch (e.kind()) {
      case UNREACHABLE, TIMEOUT ->
          servers.nodes().stream().anyMatch(node -> node.client().isConnected());
      case OVERLOADED, AUTHENTICATION, TLS, INTERRUPTED, REFUSED -> false;
    };
  }

  /**
   * Makes up for a comparison that was left out.
   *
   * @throws io.zeal.SchemaException if the counter has other options
   */
  void requireCompared(CounterSpec spec, Deadline deadline) throws ClientException {
    if (uncompared.contains(spec)) {
      record(spec, deadline);
      uncompared.remove(spec);
    }
  }

  /** What to do with a counter once it is compared. */
  private interface Action {
    void with(MemcachedCounterCell cell);
  }

  /**
   * Makes up for the comparisons of many, side by side, so that a server that is silent keeps no
   * other waiting.
   *
   * @param failures is told why others are not compared
   */
  private void afterComparing(
      List<CounterSpec> specs,
      Deadline deadline,
      Map<String, ZealException> failures,
      Action action) {
    Map<CounterSpec, CompletionStage<CounterOptionsItem.Left>> begun = new LinkedHashMap<>();
    specs.forEach(spec -> begun.put(spec, CounterOptionsItem.leave(spec, servers)));
    deadline.asTheyCome(
        specs,
        spec -> begun.getOrDefault(spec, UNLEFT).toCompletableFuture(),
        spec -> {
          try {
            record(spec, begun.getOrDefault(spec, UNLEFT), deadline);
            uncompared.remove(spec);
            deadline.requireTime();
            action.with(cell(spec));
          } catch (ClientException e) {
            failures.put(
                spec.name(), servers.errors().beforeWrite(e, MemcachedCounterCell.what(spec)));
          } catch (ZealException e) {
            failures.put(spec.name(), e);
          }
        });
  }

  private List<CounterSpec> uncompared(Collection<CounterSpec> specs) {
    return uncompared.isEmpty() ? List.of() : specs.stream().filter(uncompared::contains).toList();
  }

  private MemcachedCounterCell cell(CounterSpec spec) {
    if (cells.size() >= MOST_CELLS) {
      cells.clear();
    }
    return cells.computeIfAbsent(spec, one -> new MemcachedCounterCell(one, servers, this));
  }

  /** Before anything is sent: afterwards it would be unknown what happened. */
  private void requireReady(Collection<CounterSpec> specs) {
    for (CounterSpec spec : specs) {
      servers.errors().requireOpen(MemcachedCounterCell.what(spec));
    }
  }

  @Override
  public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    Map<String, Long> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    requireReady(specs);
    Deadline deadline = Deadline.in(servers.timeout());
    Set<CounterSpec> late = new LinkedHashSet<>(uncompared(specs));
    readAll(
        specs.stream().filter(spec -> !late.contains(spec)).map(this::cell).toList(),
        deadline,
        values,
        failures);
    afterComparing(
        List.copyOf(late),
        deadline,
        failures,
        cell -> readAll(List.of(cell), deadline, values, failures));
    return new BulkResult<>(values, failures);
  }

  private void readAll(
      List<MemcachedCounterCell> all,
      Deadline deadline,
      Map<String, Long> values,
      Map<String, ZealException> failures) {
    Map<Node, List<MemcachedCounterCell>> byNode = new LinkedHashMap<>();
    for (MemcachedCounterCell cell : all) {
      byNode.computeIfAbsent(cell.node(), node -> new ArrayList<>()).add(cell);
    }
    Map<Node, CompletionStage<Items>> asked = new LinkedHashMap<>();
    byNode.forEach((node, cells) ->
        asked.put(node, node.read(cells.stream().map(MemcachedCounterCell::name).toList())));
    deadline.asTheyCome(
        List.copyOf(asked.keySet()),
        node -> asked.getOrDefault(node, NEVER).toCompletableFuture(),
        node -> {
          List<MemcachedCounterCell> cells = byNode.getOrDefault(node, List.of());
          try {
            Items items = deadline.await(asked.getOrDefault(node, NEVER), node.client());
            for (int i = 0; i < cells.size(); i++) {
              read(cells.get(i), items.at(i), values, failures);
            }
          } catch (ClientException e) {
            for (MemcachedCounterCell cell : cells) {
              failures.put(cell.spec().name(), servers.errors().ofRead(e, cell.what()));
            }
          }
        });
  }

  private static void read(
      MemcachedCounterCell cell,
      @Nullable Item item,
      Map<String, Long> values,
      Map<String, ZealException> failures) {
    try {
      values.put(cell.spec().name(), cell.value(item));
    } catch (ZealException e) {
      failures.put(cell.spec().name(), e);
    }
  }

  /** What the server can add goes at once; all the rest together, a comparison and a swap each. */
  @Override
  public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    requireReady(deltas.keySet());
    Map<String, Long> values = new LinkedHashMap<>();
    Map<String, ZealException> failures = new LinkedHashMap<>();
    Deadline deadline = Deadline.in(servers.timeout());
    try {
      deadline.requireTime();
    } catch (ClientException e) {
      for (CounterSpec spec : deltas.keySet()) {
        failures.put(spec.name(), servers.errors().beforeWrite(e, MemcachedCounterCell.what(spec)));
      }
      return new BulkResult<>(values, failures);
    }
    Set<CounterSpec> late = new LinkedHashSet<>(uncompared(deltas.keySet()));
    List<MemcachedCounterCell> portion = new ArrayList<>();
    for (CounterSpec spec : deltas.keySet()) {
      if (!late.contains(spec)) {
        portion.add(cell(spec));
      }
      if (portion.size() == servers.portion()) {
        add(portion, deltas, deadline, values, failures);
        portion.clear();
      }
    }
    add(portion, deltas, deadline, values, failures);
    afterComparing(
        List.copyOf(late),
        deadline,
        failures,
        cell -> add(List.of(cell), deltas, deadline, values, failures));
    return new BulkResult<>(values, failures);
  }

  private void add(
      List<MemcachedCounterCell> cells,
      Map<CounterSpec, Long> deltas,
      Deadline deadline,
      Map<String, Long> values,
      Map<String, ZealException> failures) {
    List<Swap> swaps = new ArrayList<>();
    for (MemcachedCounterCell cell : cells) {
      long delta = deltas.getOrDefault(cell.spec(), 0L);
      boolean inTime = !deadline.hasPassed();
      swaps.add(
          new Swap(
              cell,
              new CounterChange.Add(delta),
              inTime && cell.serverMayAdd(delta) ? cell.beginAdding(delta) : null));
    }
    new Swaps(servers).make(swaps, deadline);
    for (Swap swap : swaps) {
      try {
        values.put(swap.cell().spec().name(), swap.resultOrThrow().orElseThrow());
      } catch (ZealException e) {
        failures.put(swap.cell().spec().name(), e);
      }
    }
  }
}
