package io.zeal.table;

import io.zeal.CapacityException;
import io.zeal.Column;
import io.zeal.ColumnType;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.Stats;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The counters of a backend: rows of a table of their own, for as long as the table is there. The
 * whole table is made with the first counter.
 */
final class TableCounters implements Counters {

  private static final int NAME_BYTES = 63;

  private final TableLife life;
  private final TableLayout layout;
  private final Function<Patience, Table> making;
  private final Map<String, TableCounterCell> byName =
      new ConcurrentHashMap<>(); // grows under creating
  private final ReentrantLock creating = new ReentrantLock();
  private volatile @Nullable Table table;

  /**
   * Counters.
   *
   * @param making makes the table, or attaches to it, which others may have to be waited for
   */
  TableCounters(TableLife life, TableLayout layout, Function<Patience, Table> making) {
    this.life = life;
    this.layout = layout;
    this.making = making;
  }

  /** The layout of a table for so many counters. */
  static TableLayout layout(long most, int processes) {
    List<Column> columns =
        List.of(number("value"), number("end"), number("initial"), number("window"));
    return new TableLayout(columns, most, NAME_BYTES, processes);
  }

  private static Column number(String name) {
    return new Column(name, ColumnType.LONG, ColumnType.LONG.bytes());
  }

  @Override
  public CounterCell counter(CounterSpec spec) {
    life.requireOpen();
    TableCounterCell cell = byName.get(spec.name());
    if (cell == null) {
      cell = findOrCreate(spec);
    }
    spec.requireSame(cell.spec().options());
    return cell;
  }

  private TableCounterCell findOrCreate(CounterSpec spec) {
    Patience patience = Patience.ofOpening("The counters");
    patience.lock(creating);
    try {
      TableCounterCell present = byName.get(spec.name());
      if (present != null) {
        return present;
      }
      TableCounterCell created = create(spec, patience);
      byName.put(spec.name(), created);
      return created;
    } catch (IllegalStateException e) {
      throw life.translate(e);
    } finally {
      creating.unlock();
    }
  }

  private TableCounterCell create(CounterSpec spec, Patience patience) {
    Table counters = table == null ? making.apply(patience) : table;
    table = counters;
    Key key = new Key(spec.name(), counters.seed);
    int row = counters.find(key);
    if (row == 0) {
      insert(spec, key, counters);
      row = counters.find(key);
    }
    requireSame(spec, counters, row);
    return new TableCounterCell(spec, counters, row, life);
  }

  private void insert(CounterSpec spec, Key key, Table counters) {
    RowImage image = new RowImage(layout.columns().size());
    image.set(TableCounterCell.VALUE, spec.options().initial());
    image.set(TableCounterCell.END, TableCounterCell.UNTOUCHED);
    image.set(TableCounterCell.INITIAL, spec.options().initial());
    image.set(TableCounterCell.WINDOW, spec.windowMillis());
    try {
      var _ = counters.write(PreparedWrite.ifAbsent(key, image)); // somebody else may be first
    } catch (CapacityException e) {
      throw e.code().equals(ErrorCode.STORE_FULL.id()) ? full(spec) : e;
    }
  }

  private CapacityException full(CounterSpec spec) {
    return new CapacityException(
        ErrorCode.OUT_OF_SPACE,
        "Counter '"
            + spec.name()
            + "': all "
            + layout.rows()
            + " counters of this backend are taken. Nothing was created. "
            + (layout.processes() == 1
                ? "Raise zeal.table.counters."
                : "End all processes of zeal.table.directory, remove its file 'counters', which ends"
                    + " all counters, and raise zeal.table.counters in all of them."));
  }

  /** One that was there may have other options (C9.2). */
  private static void requireSame(CounterSpec spec, Table counters, int row) {
    long windowMillis = option(counters, row, TableCounterCell.WINDOW);
    CounterOptions there =
        CounterOptions.defaults().startingAt(option(counters, row, TableCounterCell.INITIAL));
    spec.requireSame(
        windowMillis == 0 ? there : there.expiringAfter(Duration.ofMillis(windowMillis)));
  }

  /** Nobody ever changes it. */
  private static long option(Table counters, int row, int column) {
    return counters.codec.readNumber(counters.rows.segment(row), counters.rows.base(row), column);
  }

  /** The counters' table, null before the first one; for tests. */
  @Nullable Table table() {
    return table;
  }

  long committedBytes() {
    Table counters = table;
    return counters == null ? 0 : counters.committedBytes();
  }

  Stats stats() {
    Table counters = table;
    return Stats.of(
        "counters",
        Map.of(
            "counters",
            counters == null ? 0 : counters.count(),
            "capacity",
            layout.rows(),
            "memoryBytes",
            counters == null ? 0 : layout.memoryBytes(),
            "committedBytes",
            committedBytes()));
  }
}
