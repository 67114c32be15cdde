package io.zeal.concurrency.lincheck;

import io.zeal.Counter;
import io.zeal.concurrency.Place;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;

/** Calls of one counter; {@link CounterModel} is right. */
@Param(name = "number", gen = IntGen.class, conf = "-2:3")
public abstract class CounterHistory {

  private final Counter counter;

  CounterHistory(Counter counter) {
    this.counter = counter;
  }

  /** A counter without a window, which changes by itself. */
  public static class Plain extends CounterHistory {

    /** Called by Lincheck for each run. */
    public Plain() {
      super(Place.next(Place.Kind.ROOMY).counter());
    }
  }

  /** A counter with a window, which changes together with it. Its time stands still. */
  public static class Windowed extends CounterHistory {

    /** Called by Lincheck for each run. */
    public Windowed() {
      super(Place.next(Place.Kind.ROOMY).windowed());
    }
  }

  /** The value. */
  @Operation
  public long get() {
    return counter.get();
  }

  /** Sets it. */
  @Operation(params = {"number"})
  public void set(int number) {
    counter.set(number);
  }

  /** The sum. */
  @Operation(params = {"number"})
  public long add(int number) {
    return counter.add(number);
  }

  /** The sum, if it is no more than {@link CounterModel#MAX}. */
  @Operation(params = {"number"})
  public String addBounded(int number) {
    var sum = counter.addBounded(number, CounterModel.MAX);
    return sum.isPresent() ? String.valueOf(sum.getAsLong()) : CounterModel.NONE;
  }

  /** Whether it was set. */
  @Operation(params = {"number", "number"})
  public boolean compareAndSet(int expected, int next) {
    return counter.compareAndSet(expected, next);
  }

  /** Back to the beginning. */
  @Operation
  public void reset() {
    counter.reset();
  }
}
