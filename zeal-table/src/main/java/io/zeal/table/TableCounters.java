package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.Stats;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.table.Waits.Purpose;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The counters of a backend: cells of {@value #CELL_BYTES} bytes off the heap, one for each name,
 * for as long as the backend is open. The whole size is taken from the budget with the first
 * counter.
 */
final class TableCounters implements Counters {

  /** A cache line, so that two counters do not slow each other down. */
  static final long CELL_BYTES = 64;

  private final TableLife life;
  private final TableClock clock;
  private final MemoryBudget budget;
  private final long timeoutNanos;
  private final Waits waits;
  private final ChunkedMemory cells;
  private final Map<String, TableCounterCell> byName =
      new ConcurrentHashMap<>(); // grows under creating
  private final ReentrantLock creating = new ReentrantLock();

  TableCounters(
      TableLife life, TableClock clock, MemoryBudget budget, long most, long timeoutNanos) {
    this.life = life;
    this.clock = clock;
    this.budget = budget;
    this.timeoutNanos = timeoutNanos;
    this.waits = new Waits("The counters", timeoutNanos);
    this.cells = new ChunkedMemory(life.arena(), "the counters", most, CELL_BYTES, waits);
  }

  @Override
  public CounterCell counter(CounterSpec spec) {
    life.requireOpen();
    TableCounterCell cell = byName.get(spec.name());
    if (cell == null) {
      cell = findOrCreate(spec);
    }
    spec.requireSame(cell.options());
    return cell;
  }

  private TableCounterCell findOrCreate(CounterSpec spec) {
    waits.lock(creating, Purpose.READ);
    try {
      TableCounterCell present = byName.get(spec.name());
      if (present != null) {
        return present;
      }
      TableCounterCell created = create(spec, byName.size());
      byName.put(spec.name(), created);
      return created;
    } catch (IllegalStateException e) {
      throw life.translate(e);
    } finally {
      creating.unlock();
    }
  }

  private TableCounterCell create(CounterSpec spec, long number) {
    if (number == cells.records()) {
      throw new CapacityException(
          ErrorCode.OUT_OF_SPACE,
          "Counter '"
              + spec.name()
              + "': all "
              + number
              + " counters of this backend are taken. Nothing was created. Raise zeal.table.counters.");
    }
    if (number == 0) {
      budget.take(memoryBytes(), "The first counter", formula());
    }
    try {
      return new TableCounterCell(
          spec, cells.require(number), cells.offset(number), life, clock, timeoutNanos);
    } catch (CapacityException | IllegalStateException e) {
      if (number == 0) {
        budget.giveBack(memoryBytes());
      }
      throw e;
    }
  }

  private long memoryBytes() {
    return cells.records() * CELL_BYTES;
  }

  private String formula() {
    return cells.records() + " counters x " + CELL_BYTES + " = " + memoryBytes() + " bytes";
  }

  long committedBytes() {
    return cells.committedBytes();
  }

  Stats stats() {
    return Stats.of(
        "counters",
        Map.of(
            "counters",
            (long) byName.size(),
            "capacity",
            cells.records(),
            "memoryBytes",
            byName.isEmpty() ? 0 : memoryBytes(),
            "committedBytes",
            committedBytes()));
  }
}
