package io.zeal;

import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Texts;
import java.util.OptionalLong;

/** A {@link Counter} over a backend's cell. */
final class BoundCounter implements Counter {

  private final OpenZeal owner;
  private final CounterCell cell;
  private final CounterSpec spec;

  BoundCounter(OpenZeal owner, CounterCell cell, CounterSpec spec) {
    this.owner = owner;
    this.cell = cell;
    this.spec = spec;
  }

  OpenZeal owner() {
    return owner;
  }

  CounterSpec spec() {
    return spec;
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public CounterOptions options() {
    return spec.options();
  }

  @Override
  public long get() {
    owner.requireOpen();
    return cell.get();
  }

  @Override
  public void set(long value) {
    apply(new CounterChange.Set(value));
  }

  @Override
  public long add(long delta) {
    owner.requireOpen();
    return cell.add(delta);
  }

  @Override
  public OptionalLong addBounded(long delta, long max) {
    return apply(new CounterChange.AddBounded(delta, max));
  }

  @Override
  public boolean compareAndSet(long expected, long next) {
    return apply(new CounterChange.CompareAndSet(expected, next)).isPresent();
  }

  @Override
  public void reset() {
    apply(new CounterChange.Reset());
  }

  private OptionalLong apply(CounterChange change) {
    owner.requireOpen();
    return cell.apply(change);
  }

  @Override
  public String toString() {
    return "Counter[" + Texts.quote(name()) + "]";
  }
}
