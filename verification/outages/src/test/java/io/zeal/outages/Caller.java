package io.zeal.outages;

import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Store;
import io.zeal.ZealException;
import io.zeal.outages.OutageUnderTheBreakerTest.Row;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One of many threads that call a backend in turn, and what it was told. */
final class Caller implements Runnable {

  /** What calls are about; the same for all. */
  record Target(
      Counter counter, Store<Row> counting, Store<Row> known, int knownRows, PubSub pubSub) {}

  private static final long PAUSE_NANOS = 2_000_000;

  private final Target target;
  private final int number;
  private final BooleanSupplier isOver;
  private final BooleanSupplier isTripped;

  // Read by others once the thread has ended.
  long acknowledged;
  long unknown;
  long notSent;
  long rowAcknowledged;
  long rowUnknown;
  long freshReads;
  long staleReads;
  long failedReads;
  long emptyReads;
  final Figures tripped = new Figures();
  Throwable unexpected;

  Caller(Target target, int number, BooleanSupplier isTripped, BooleanSupplier isOver) {
    this.target = target;
    this.number = number;
    this.isTripped = isTripped;
    this.isOver = isOver;
  }

  @Override
  public void run() {
    try {
      for (int i = number; !isOver.getAsBoolean(); i++) {
        int turn = i;
        timed(this::increment);
        timed(() -> read("known" + turn % target.knownRows()));
        timed(this::incrementRow);
        timed(this::publish);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (Throwable e) {
      unexpected = e;
    }
  }

  /** What began while the circuit was known to have opened, and the server was away. */
  private void timed(Runnable call) {
    boolean counts = isTripped.getAsBoolean();
    long begun = System.nanoTime();
    call.run();
    long took = System.nanoTime() - begun;
    if (counts && isTripped.getAsBoolean()) {
      tripped.add(took);
    }
  }

  private void increment() {
    try {
      target.counter().increment();
      acknowledged++;
    } catch (ZealException e) {
      if (mayHaveHappened(e)) {
        unknown++;
      } else {
        notSent++;
      }
    }
  }

  private void incrementRow() {
    try {
      target.counting().increment("row", "number", 1);
      rowAcknowledged++;
    } catch (ZealException e) {
      if (mayHaveHappened(e)) {
        rowUnknown++;
      }
    }
  }

  private static boolean mayHaveHappened(ZealException e) {
    return e.outcome().orElseThrow() == Outcome.UNKNOWN;
  }

  private void read(String key) {
    try {
      Optional<Reading<Row>> read = target.known().read(key, ReadOptions.defaults());
      if (read.isEmpty()) {
        emptyReads++;
      } else if (read.get().stale()) {
        staleReads++;
      } else {
        freshReads++;
      }
    } catch (ZealException e) {
      failedReads++;
    }
  }

  private void publish() {
    try {
      target.pubSub().publish("news", "something");
    } catch (ZealException e) {
      // nobody is to hear of it
    }
  }
}
