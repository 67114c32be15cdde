package io.zeal.selftest;

import io.zeal.spi.CounterCell;
import io.zeal.spi.CounterChange;
import io.zeal.spi.CounterSpec;
import java.time.InstantSource;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** A counter that passes through the hooks of a {@link Breakage}, with what hooks need at hand. */
final class BrokenCounter implements CounterCell {

  private final CounterCell real;
  private final Breakage breakage;
  private final InstantSource clock;
  final CounterSpec spec;

  /** Free for hooks; attachments to one counter share it. */
  final Map<String, Long> notes;

  /** Which instance this attachment is of, from 1. */
  final int instance;

  BrokenCounter(
      CounterCell real,
      CounterSpec spec,
      Breakage breakage,
      InstantSource clock,
      Map<String, Long> notes,
      int instance) {
    this.real = real;
    this.spec = spec;
    this.breakage = breakage;
    this.clock = clock;
    this.notes = notes;
    this.instance = instance;
  }

  static Map<String, Long> notes() {
    return new ConcurrentHashMap<>();
  }

  CounterCell real() {
    return real;
  }

  long now() {
    return clock.millis();
  }

  boolean isWindowed() {
    return spec.windowMillis() > 0;
  }

  long initial() {
    return spec.options().initial();
  }

  /** Good enough where a test does not come back to the initial value. */
  boolean isUntouched() {
    return real.get() == initial();
  }

  OptionalLong set(long value) {
    return real.apply(new CounterChange.Set(value));
  }

  OptionalLong plus(long delta) {
    return real.apply(new CounterChange.Add(delta));
  }

  @Override
  public long get() {
    var hook = breakage.hook(Breakage.OnCounterGet.class);
    return hook.isPresent() ? hook.get().get(this) : real.get();
  }

  @Override
  public OptionalLong apply(CounterChange change) {
    var hook = breakage.hook(Breakage.OnChange.class);
    return hook.isPresent() ? hook.get().apply(this, change) : real.apply(change);
  }
}
