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

  private static final CompletionStage<Items> NEVER = new CompletableFuture<>();

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
      if (!mayWait(e)) {
        throw servers.errors().beforeWrite(e, what);
      }
      uncompared.add(spec);
    }
    return cell(spec);
  }

  private void record(CounterSpec spec, Deadline deadline) throws ClientException {
    do {
      deadline.requireTime();
    } while (!CounterOptionsItem.record(spec, servers, deadline));
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

  /** Of many those that are compared; why others are not is among the failures. */
  private List<MemcachedCounterCell> compared(
      Collection<CounterSpec> specs, Deadline deadline, Map<String, ZealException> failures) {
    List<MemcachedCounterCell> compared = new ArrayList<>();
    for (CounterSpec spec : specs) {
      try {
        requireCompared(spec, deadline);
        compared.add(cell(spec));
      } catch (ClientException e) {
        failures.put(spec.name(), servers.errors().beforeWrite(e, MemcachedCounterCell.what(spec)));
      } catch (ZealException e) {
        failures.put(spec.name(), e);
      }
    }
    return compared;
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
    Map<Node, List<MemcachedCounterCell>> byNode = new LinkedHashMap<>();
    for (MemcachedCounterCell cell : compared(specs, deadline, failures)) {
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
    return new BulkResult<>(values, failures);
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
    List<Swap> swaps = new ArrayList<>();
    for (MemcachedCounterCell cell : compared(deltas.keySet(), deadline, failures)) {
      long delta = deltas.getOrDefault(cell.spec(), 0L);
      swaps.add(
          new Swap(
              cell,
              new CounterChange.Add(delta),
              cell.serverMayAdd(delta) ? cell.beginAdding(delta) : null));
    }
    new Swaps(servers).make(swaps, deadline);
    for (Swap swap : swaps) {
      try {
        values.put(swap.cell().spec().name(), swap.resultOrThrow().orElseThrow());
      } catch (ZealException e) {
        failures.put(swap.cell().spec().name(), e);
      }
    }
    return new BulkResult<>(values, failures);
  }
}
