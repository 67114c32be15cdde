package io.zeal.table;

import io.zeal.CounterOptions;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.table.Waits.Purpose;
import io.zeal.table.Waits.Wait;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.OptionalLong;

/**
 * One counter: a word, a value, and the last millisecond of its window.
 *
 * <p>Without a window the value alone is the counter and changes by compare-and-set. With one,
 * value and window change together under the word, as a row's columns do; an untouched counter has
 * a window that ended before all time.
 */
final class TableCounterCell implements CounterCell {

  private static final long WORD = 0;
  private static final long VALUE = 8;
  private static final long EXPIRES = 16;

  private static final long UNTOUCHED = -1;

  private final CounterSpec spec;
  private final long initial;
  private final long windowMillis;
  private final MemorySegment segment;
  private final long base;
  private final TableLife life;
  private final TableClock clock;
  private final Waits waits;

  TableCounterCell(
      CounterSpec spec,
      MemorySegment segment,
      long base,
      TableLife life,
      TableClock clock,
      long timeoutNanos) {
    this.spec = spec;
    this.initial = spec.options().initial();
    this.windowMillis = spec.windowMillis();
    this.segment = segment;
    this.base = base;
    this.life = life;
    this.clock = clock;
    this.waits = new Waits("Counter '" + spec.name() + "'", timeoutNanos);
    Memory.setVolatile(segment, base + VALUE, initial);
    Memory.setVolatile(segment, base + EXPIRES, UNTOUCHED);
  }

  CounterOptions options() {
    return spec.options();
  }

  @Override
  public long get() {
    life.requireOpen();
    try {
      return windowMillis == 0 ? Memory.getVolatile(segment, base + VALUE) : getInWindow();
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  private long getInWindow() {
    Wait wait = null;
    while (true) {
      long word = Memory.getAcquire(segment, base + WORD);
      if (!RowWord.isLocked(word)) {
        long value = Memory.getOpaque(segment, base + VALUE);
        long expires = Memory.getOpaque(segment, base + EXPIRES);
        VarHandle.loadLoadFence();
        if (Memory.getOpaque(segment, base + WORD) == word) {
          return clock.now() <= expires ? value : initial;
        }
      }
      wait = waits.pause(wait, Purpose.READ);
    }
  }

  @Override
  public long add(long delta) {
    if (windowMillis != 0) {
      return CounterCell.super.add(delta);
    }
    life.requireOpen();
    try {
      while (true) {
        long value = Memory.getVolatile(segment, base + VALUE);
        long sum = value + delta;
        if (overflows(value, delta, sum)) {
          throw spec.outOfRange();
        }
        if (Memory.compareAndSet(segment, base + VALUE, value, sum)) {
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
      return windowMillis == 0 ? applyToValue(change) : applyInWindow(change, clock.now());
    } catch (IllegalStateException e) {
      throw life.translate(e);
    }
  }

  private OptionalLong applyToValue(CounterChange change) {
    while (true) {
      long value = Memory.getVolatile(segment, base + VALUE);
      Verdict verdict = verdict(change, value);
      if (verdict != Verdict.APPLIED) {
        return answer(verdict, value);
      }
      long next = next(change, value);
      if (Memory.compareAndSet(segment, base + VALUE, value, next)) {
        return OptionalLong.of(next);
      }
    }
  }

  private OptionalLong applyInWindow(CounterChange change, long now) {
    long word = lock();
    boolean running = now <= Memory.getOpaque(segment, base + EXPIRES);
    long value = running ? Memory.getOpaque(segment, base + VALUE) : initial;
    Verdict verdict = verdict(change, value);
    long next = value;
    long unlocked = word;
    if (verdict == Verdict.APPLIED) {
      next = next(change, value);
      Memory.setRelease(segment, base + VALUE, next);
      if (change instanceof CounterChange.Reset) {
        Memory.setRelease(segment, base + EXPIRES, UNTOUCHED);
      } else if (!running) {
        Memory.setRelease(segment, base + EXPIRES, end(now));
      }
      unlocked = RowWord.committed(word);
    }
    Memory.setRelease(segment, base + WORD, unlocked);
    return answer(verdict, next);
  }

  private long end(long now) {
    return now > Long.MAX_VALUE - windowMillis ? Long.MAX_VALUE : now + windowMillis;
  }

  private long lock() {
    Wait wait = null;
    while (true) {
      long word = Memory.getVolatile(segment, base + WORD);
      if (!RowWord.isLocked(word)
          && Memory.compareAndSet(segment, base + WORD, word, RowWord.locked(word))) {
        VarHandle.storeStoreFence();
        return word;
      }
      wait = waits.pause(wait, Purpose.WRITE);
    }
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
