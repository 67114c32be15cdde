package io.zeal.spi;

import io.zeal.BulkResult;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.function.Supplier;

/**
 * Passes every method on to the same method, of the counters it hands out too; a decorator extends
 * it and overrides what it is about. Every call goes through {@link #around}.
 */
public class ForwardingCounters implements Counters {

  private final Counters delegate;

  /** Passes on to {@code delegate}. */
  public ForwardingCounters(Counters delegate) {
    this.delegate = Objects.requireNonNull(delegate, "delegate");
  }

  /** What this passes on to. */
  protected final Counters delegate() {
    return delegate;
  }

  /** Makes the call; as {@link ForwardingRows#around}. */
  protected <T> T around(Operation operation, Supplier<T> call) {
    return call.get();
  }

  @Override
  public CounterCell counter(CounterSpec spec) {
    return new Cell(around(Operation.OPEN_COUNTER, () -> delegate.counter(spec)));
  }

  @Override
  public BulkResult<Long> getAll(Collection<CounterSpec> specs) {
    return around(Operation.COUNTERS_GET_ALL, () -> delegate.getAll(specs));
  }

  @Override
  public BulkResult<Long> addAll(Map<CounterSpec, Long> deltas) {
    return around(Operation.COUNTERS_ADD_ALL, () -> delegate.addAll(deltas));
  }

  private final class Cell implements CounterCell {

    private final CounterCell cell;

    Cell(CounterCell cell) {
      this.cell = Objects.requireNonNull(cell, "cell");
    }

    @Override
    public long get() {
      return around(Operation.COUNTER_GET, cell::get);
    }

    @Override
    public OptionalLong apply(CounterChange change) {
      return around(Operation.COUNTER_CHANGE, () -> cell.apply(change));
    }

    @Override
    public long add(long delta) {
      return around(Operation.COUNTER_CHANGE, () -> cell.add(delta));
    }
  }
}
