package io.zeal.telemetry;

import io.zeal.BulkResult;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingCounters;
import io.zeal.spi.Operation;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;

/** Counters whose calls are recorded, without their names. */
final class MeasuredCounters extends ForwardingCounters {

  private final Calls calls;

  MeasuredCounters(Counters delegate, Calls calls) {
    super(delegate);
    this.calls = calls;
  }

  @Override
  protected <T> T around(Operation operation, Supplier<T> call) {
    return calls.around(operation, call);
  }

  @Override
  public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    return calls.around(Operation.COUNTERS_GET_ALL, specs.size(), () -> delegate().getAll(specs));
  }

  @Override
  public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    return calls.around(Operation.COUNTERS_ADD_ALL, deltas.size(), () -> delegate().addAll(deltas));
  }
}
