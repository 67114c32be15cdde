package io.zeal.memcached;

import io.zeal.BulkResult;
import io.zeal.ZealException;
import io.zeal.memcached.Client.Sum;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
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

  MemcachedCounters(Servers servers) {
    this.servers = servers;
  }

  /** Leaves the options for whoever attaches with others, and compares with what is there. */
  @Override
  public CounterCell counter(CounterSpec spec) {
    String what = MemcachedCounterCell.what(spec);
    MemcachedCounterCell.requireNotNegative(spec.options().initial(), spec);
    servers.errors().requireOpen(what);
    Deadline deadline = Deadline.in(servers.timeout());
    try {
      do {
        deadline.requireTime();
      } while (!CounterOptionsItem.record(spec, servers, deadline));
    } catch (ClientException e) {
      throw servers.errors().beforeWrite(e, what);
    }
    return cell(spec);
  }

  private MemcachedCounterCell cell(CounterSpec spec) {
    if (cells.size() >= MOST_CELLS) {
      cells.clear();
    }
    return cells.computeIfAbsent(spec, one -> new MemcachedCounterCell(one, servers));
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
    for (CounterSpec spec : specs) {
      MemcachedCounterCell cell = cell(spec);
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
    Map<MemcachedCounterCell, CompletionStage<Sum>> adding = new LinkedHashMap<>();
    List<Swap> swaps = new ArrayList<>();
    deltas.forEach((spec, delta) -> {
      MemcachedCounterCell cell = cell(spec);
      if (cell.serverMayAdd(delta)) {
        adding.put(cell, cell.beginAdding(delta));
      } else {
        swaps.add(new Swap(cell, new CounterChange.Add(delta)));
      }
    });
    adding.forEach((cell, stage) -> {
      try {
        OptionalLong sum = cell.added(stage, deadline);
        if (sum.isPresent()) {
          values.put(cell.spec().name(), sum.getAsLong());
        } else {
          long delta = deltas.getOrDefault(cell.spec(), 0L);
          swaps.add(new Swap(cell, new CounterChange.Add(delta)));
        }
      } catch (ZealException e) {
        failures.put(cell.spec().name(), e);
      }
    });
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
