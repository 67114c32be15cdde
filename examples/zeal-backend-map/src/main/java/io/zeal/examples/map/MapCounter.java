package io.zeal.examples.map;

import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;

/** One counter: a value and the end of its window, replaced together by compare-and-set (C1.2). */
final class MapCounter implements CounterCell {

  /** {@code expireAt} is the last millisecond of the value; an untouched counter has none. */
  private record Held(long value, long expireAt) {}

  private static final long NO_TIME = Long.MIN_VALUE;

  final CounterSpec spec;
  private final MapBackend backend;
  private final Held untouched;
  private final AtomicReference<Held> state;

  MapCounter(CounterSpec spec, MapBackend backend) {
    this.spec = spec;
    this.backend = backend;
    this.untouched = new Held(spec.options().initial(), NO_TIME);
    this.state = new AtomicReference<>(untouched);
  }

  @Override
  public long get() {
    return living(state.get(), backend.now()).value;
  }

  @Override
  public OptionalLong apply(CounterChange change) {
    while (true) {
      long now = backend.now();
      Held before = state.get();
      Held living = living(before, now);
      OptionalLong next = next(change, living.value);
      if (next.isEmpty()
          || state.compareAndSet(before, after(change, next.getAsLong(), living, now))) {
        return next;
      }
    }
  }

  private Held living(Held held, long now) {
    return held.expireAt < now ? untouched : held;
  }

  private Held after(CounterChange change, long value, Held living, long now) {
    if (change instanceof CounterChange.Reset) {
      return untouched;
    }
    long end = spec.windowMillis() > 0 ? now + spec.windowMillis() : Long.MAX_VALUE;
    return new Held(value, living.expireAt == NO_TIME ? end : living.expireAt);
  }

  private OptionalLong next(CounterChange change, long value) {
    return switch (change) {
      case CounterChange.Add(long delta) -> OptionalLong.of(sum(value, delta));
      case CounterChange.AddBounded(long delta, long max) -> bounded(value, delta, max);
      case CounterChange.Set(long next) -> OptionalLong.of(next);
      case CounterChange.CompareAndSet(long expected, long next) ->
          value == expected ? OptionalLong.of(next) : OptionalLong.empty();
      case CounterChange.Reset reset -> OptionalLong.of(untouched.value);
    };
  }

  /** A sum above 64 bits is above every bound; one below them is an error (C5.2). */
  private OptionalLong bounded(long value, long delta, long max) {
    boolean tooMuch = (delta > 0 && value > Long.MAX_VALUE - delta) || sum(value, delta) > max;
    return tooMuch ? OptionalLong.empty() : OptionalLong.of(value + delta);
  }

  private long sum(long value, long delta) {
    long sum = value + delta;
    if (((value ^ sum) & (delta ^ sum)) < 0) {
      throw spec.outOfRange();
    }
    return sum;
  }
}
