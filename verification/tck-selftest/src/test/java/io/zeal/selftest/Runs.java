package io.zeal.selftest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Runs of the kit that take place several at once, while the tests that ask how they ended come one
 * after the other, in an order that does not change. A run begins when its test asks, or a little
 * earlier.
 */
final class Runs implements AutoCloseable {

  /** Most of a run is waiting for what is broken not to come. */
  private static final int AT_ONCE = 4;

  /** A run that takes long does not keep those behind it from going on. */
  private static final int AHEAD = 48;

  private final Function<Breakage, Kit.Outcome> kit;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(AT_ONCE, Thread.ofPlatform().name("run-", 0).factory());

  Runs(Function<Breakage, Kit.Outcome> kit) {
    this.kit = kit;
  }

  /** What was broken, and how the kit's tests ended; as a string, the breakage. */
  static final class Run {

    private final Runs runs;
    private final List<Run> all;
    private final int place;
    private final Breakage breakage;
    private final FutureTask<Kit.Outcome> task;
    private boolean hasBegun; // asked and set by the tests' thread alone

    private Run(Runs runs, List<Run> all, int place, Breakage breakage) {
      this.runs = runs;
      this.all = all;
      this.place = place;
      this.breakage = breakage;
      this.task = new FutureTask<>(() -> runs.kit.apply(breakage));
    }

    Breakage breakage() {
      return breakage;
    }

    Kit.Outcome outcome() {
      all.stream().skip(place).limit(AHEAD).forEach(Run::begin);
      try {
        return task.get();
      } catch (ExecutionException e) {
        throw new AssertionError(breakage + ": the run failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException(breakage.what);
      }
    }

    private void begin() {
      if (!hasBegun) {
        hasBegun = true;
        runs.threads.execute(task);
      }
    }

    @Override
    public String toString() {
      return breakage.toString();
    }
  }

  /** In the same order. */
  List<Run> of(List<Breakage> breakages) {
    List<Run> all = new ArrayList<>();
    IntStream.range(0, breakages.size())
        .forEach(place -> all.add(new Run(this, all, place, breakages.get(place))));
    return all;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
