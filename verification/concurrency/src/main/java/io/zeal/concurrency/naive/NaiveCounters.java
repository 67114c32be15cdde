package io.zeal.concurrency.naive;

import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingCounters;
import java.util.OptionalLong;

/** Reads the value, and sets another. */
final class NaiveCounters extends ForwardingCounters {

  NaiveCounters(Counters delegate) {
    super(delegate);
  }

  @Override
  public CounterCell counter(CounterSpec spec) {
    return new Cell(delegate().counter(spec));
  }

  private record Cell(CounterCell cell) implements CounterCell {

    @Override
    public long get() {
      return cell.get();
    }

    @Override
    public OptionalLong apply(CounterChange change) {
      long value = cell.get();
      Dawdling.aWhile();
      return switch (change) {
        case CounterChange.Add add -> set(value + add.delta());
        case CounterChange.AddBounded add ->
            value + add.delta() <= add.max() ? set(value + add.delta()) : OptionalLong.empty();
        case CounterChange.CompareAndSet set ->
            value == set.expected() ? set(set.next()) : OptionalLong.empty();
        case CounterChange.Set set -> set(set.value());
        case CounterChange.Reset reset -> cell.apply(reset);
      };
    }

    private OptionalLong set(long value) {
      return cell.apply(new CounterChange.Set(value));
    }
  }
}
