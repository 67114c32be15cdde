package io.zeal.testkit;

import io.zeal.BulkResult;
import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.Operation;
import io.zeal.spi.Texts;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** Counters whose calls meet what is switched on. */
record ChaosCounters(Counters delegate, Calls calls) implements Counters {

  @Override
  public CounterCell counter(CounterSpec spec) {
    Calls own = calls.of("Counter " + Texts.quote(spec.name()), spec.name());
    return new Cell(own.read(Operation.OPEN_COUNTER.name(), "", () -> delegate.counter(spec)), own);
  }

  @Override
  public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    return calls.readAll(
        Operation.COUNTERS_GET_ALL.name(), specs, CounterSpec::name, delegate::getAll);
  }

  @Override
  public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    if (calls.spared()) {
      return delegate.addAll(deltas);
    }
    return calls.changeAll(
        Operation.COUNTERS_ADD_ALL.name(),
        deltas.keySet(),
        CounterSpec::name,
        sent -> delegate.addAll(only(deltas, sent)));
  }

  private static Map<CounterSpec, Long> only(
      Map<CounterSpec, Long> deltas, Collection<CounterSpec> sent) {
    Map<CounterSpec, Long> some = new LinkedHashMap<>(deltas);
    some.keySet().retainAll(sent);
    return some;
  }

  private record Cell(CounterCell cell, Calls calls) implements CounterCell {

    @Override
    public long get() {
      return calls.read(Operation.COUNTER_GET.name(), "", cell::get);
    }

    @Override
    public OptionalLong apply(CounterChange change) {
      return calls.change(Operation.COUNTER_CHANGE.name(), "", () -> cell.apply(change));
    }

    @Override
    public long add(long delta) {
      return calls.change(Operation.COUNTER_CHANGE.name(), "", () -> cell.add(delta));
    }
  }
}
