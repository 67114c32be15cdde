package io.zeal.table;

import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import java.lang.foreign.MemorySegment;
import java.util.OptionalLong;

/**
 * One counter: a row with its value, the last millisecond of its window, and its options.
 *
 * <p>Without a window the value alone is the counter and changes by compare-and-set. With one,
 * value and window change together, as a row's columns do; an untouched counter has a window that
 * ended before all time.
 */
final class TableCounterCell implements CounterCell {

  static final int VALUE = 0;
  static final int END = 1;
  static final int INITIAL = 2;
  static final int WINDOW = 3;

  static final long UNTOUCHED = -1;

  private final CounterSpec spec;
  private final long initial;
  private final long windowMillis;
  private final Table table;
  private final int row;
  private final MemorySegment segment;
  private final long value;
  private final TableLife life;

  TableCounterCell(CounterSpec spec, Table table, int row, TableLife life) {
    this.spec = spec;
    this.initial = spec.options().initial();
    this.windowMillis = spec.windowMillis();
    this.table = table;
    this.row = row;
    this.segment = table.rows.segment(row);
    this.value = table.rows.base(row) + table.layout.offset(VALUE);
    this.life = life;
  }

  CounterSpec spec() {
    return spec;
  }

  @Override
  public long get() {
    life.requireOpen();
    try {
      return windowMillis == 0 ? Memory.getVolatile(segment, value) : getInWindow();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  private record Window(long value, long end) {}

  private long getInWindow() {
    while (true) {
      RowReader.Copy<Window> copy = table.reader.copy(row, table.rows.word(row), this::window);
      if (copy != null) {
        Window window = copy.value();
        return table.now() <= window.end ? window.value : initial;
      }
    }
  }

  private Window window(MemorySegment from, long base) {
    return new Window(
        table.codec.readNumber(from, base, VALUE), table.codec.readNumber(from, base, END));
  }

  @Override
  public long add(long delta) {
    if (windowMillis != 0) {
      return CounterCell.super.add(delta);
    }
    life.requireOpen();
    try {
      while (true) {
        long current = Memory.getVolatile(segment, value);
        long sum = current + delta;
        if (overflows(current, delta, sum)) {
          throw spec.outOfRange();
        }
        if (Memory.compareAndSet(segment, value, current, sum)) {
          return sum;
        }
      }
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  @Override
  public OptionalLong apply(CounterChange change) {
    life.requireOpen();
    try {
      return windowMillis == 0 ? applyToValue(change) : applyInWindow(change);
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  private OptionalLong applyToValue(CounterChange change) {
    while (true) {
      long current = Memory.getVolatile(segment, value);
      Verdict verdict = verdict(change, current);
      if (verdict != Verdict.APPLIED) {
        return answer(verdict, current);
      }
      long next = next(change, current);
      if (Memory.compareAndSet(segment, value, current, next)) {
        return OptionalLong.of(next);
      }
    }
  }

  private OptionalLong applyInWindow(CounterChange change) {
    InWindow inWindow = new InWindow(change, table.now());
    table.change(row, inWindow);
    return answer(inWindow.verdict, inWindow.next);
  }

  /** A change of value and window together. */
  private final class InWindow implements TableWriter.Change {

    private final CounterChange change;
    private final long now;
    private Verdict verdict = Verdict.SKIPPED;
    private long next;

    private InWindow(CounterChange change, long now) {
      this.change = change;
      this.now = now;
    }

    @Override
    public boolean make(MemorySegment from, long base, MemorySegment to, long toBase) {
      long end = table.codec.readNumber(from, base, END);
      long time = Math.max(now, table.header.clock()); // it may have waited for the row
      boolean running = time <= end;
      long current = running ? table.codec.readNumber(from, base, VALUE) : initial;
      verdict = verdict(change, current);
      if (verdict != Verdict.APPLIED) {
        return false;
      }
      next = next(change, current);
      table.codec.copy(from, base, to, toBase);
      table.codec.writeNumber(to, toBase, VALUE, next);
      if (change instanceof CounterChange.Reset) {
        table.codec.writeNumber(to, toBase, END, UNTOUCHED);
      } else if (!running) {
        table.codec.writeNumber(to, toBase, END, endFrom(time));
      }
      return true;
    }
  }

  private long endFrom(long now) {
    return now > Long.MAX_VALUE - windowMillis ? Long.MAX_VALUE : now + windowMillis;
  }

  private enum Verdict {
    APPLIED,
    SKIPPED,
    OUT_OF_RANGE
  }

  private static Verdict verdict(CounterChange change, long value) {
    return switch (change) {
      case CounterChange.Add add ->
          overflows(value, add.delta(), value + add.delta())
              ? Verdict.OUT_OF_RANGE
              : Verdict.APPLIED;
      case CounterChange.AddBounded add -> verdict(add, value, value + add.delta());
      case CounterChange.CompareAndSet set ->
          value == set.expected() ? Verdict.APPLIED : Verdict.SKIPPED;
      case CounterChange.Set ignored -> Verdict.APPLIED;
      case CounterChange.Reset ignored -> Verdict.APPLIED;
    };
  }

  /**
   * A sum too large for a long is above every bound; one too small is below it, and still does not
   * fit.
   */
  private static Verdict verdict(CounterChange.AddBounded add, long value, long sum) {
    if (overflows(value, add.delta(), sum)) {
      return add.delta() > 0 ? Verdict.SKIPPED : Verdict.OUT_OF_RANGE;
    }
    return sum <= add.max() ? Verdict.APPLIED : Verdict.SKIPPED;
  }

  private long next(CounterChange change, long value) {
    return switch (change) {
      case CounterChange.Add add -> value + add.delta();
      case CounterChange.AddBounded add -> value + add.delta();
      case CounterChange.CompareAndSet set -> set.next();
      case CounterChange.Set set -> set.value();
      case CounterChange.Reset ignored -> initial;
    };
  }

  private OptionalLong answer(Verdict verdict, long value) {
    return switch (verdict) {
      case APPLIED -> OptionalLong.of(value);
      case SKIPPED -> OptionalLong.empty();
      case OUT_OF_RANGE -> throw spec.outOfRange();
    };
  }

  private static boolean overflows(long value, long delta, long sum) {
    return ((value ^ sum) & (delta ^ sum)) < 0;
  }
}
