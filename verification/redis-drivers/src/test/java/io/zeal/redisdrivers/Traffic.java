package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.MaxBytes;
import io.zeal.Outcome;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Increments, puts and reads by some threads, with a record of what each was told. */
final class Traffic {

  record Row(@MaxBytes(64) String name, long number) {}

  private static final int THREADS = 8;

  /** One thread's own; others look at it once the thread has ended. */
  private static final class Teller {
    final String key;
    final List<Long> put = new ArrayList<>();
    long acknowledged;
    long unknown;

    Teller(String key) {
      this.key = key;
    }

    String row(long number) {
      return key + "-" + number;
    }
  }

  private final Store<Row> store;
  private final AtomicLong done = new AtomicLong();
  private final List<String> errors = new ArrayList<>(); // guarded by itself
  private final List<Throwable> unexpected = new ArrayList<>(); // guarded by itself
  private final AtomicBoolean ended = new AtomicBoolean();
  private final List<Thread> threads = new ArrayList<>();
  private final List<Teller> tellers = new ArrayList<>();

  Traffic(Zeal zeal, String name) {
    this.store = zeal.store(name, Schema.of(Row.class));
    for (int i = 0; i < THREADS; i++) {
      Teller teller = new Teller("counter" + i);
      tellers.add(teller);
      threads.add(Thread.startVirtualThread(() -> run(teller)));
    }
  }

  private void run(Teller mine) {
    try {
      while (!ended.get()) {
        increment(mine);
        putAndRead(mine);
      }
    } catch (Throwable e) { // an instance that is closed under us among them: nobody closes it
      synchronized (unexpected) {
        unexpected.add(e);
      }
    }
  }

  private void increment(Teller mine) {
    try {
      store.increment(mine.key, "number", 1);
      mine.acknowledged++;
      done.incrementAndGet();
    } catch (ZealClosedException e) {
      throw e;
    } catch (ZealException e) {
      if (e.outcome().filter(Outcome.UNKNOWN::equals).isPresent()) {
        mine.unknown++;
      }
      failed(e);
    }
  }

  private void putAndRead(Teller mine) {
    try {
      store.put(mine.row(mine.acknowledged), new Row("n", mine.acknowledged));
      mine.put.add(mine.acknowledged);
      store.get(mine.key);
    } catch (ZealClosedException e) {
      throw e;
    } catch (ZealException e) {
      failed(e);
    }
  }

  private void failed(ZealException e) {
    synchronized (errors) {
      errors.add(e.toString());
    }
  }

  /** Increments that were acknowledged. */
  long done() {
    return done.get();
  }

  void goOnFor(int calls) {
    long goal = done.get() + calls;
    Await.until(calls + " more calls", () -> done.get() >= goal);
  }

  /** Waits for a stretch of calls without an error. */
  void quietFor(int calls) {
    Await.until(
        "calls without errors",
        () -> {
          int before = errorCount();
          goOnFor(calls);
          return errorCount() == before;
        });
  }

  private int errorCount() {
    synchronized (errors) {
      return errors.size();
    }
  }

  void end() {
    ended.set(true);
    threads.forEach(Await::end);
  }

  /** There was no error, and everything happened once. */
  void verifyWithoutErrors() {
    assertThat(errors).isEmpty();
    verify();
  }

  /** What was acknowledged is there, and what may have happened happened at most once. */
  void verify() {
    assertThat(unexpected).isEmpty();
    for (Teller teller : tellers) {
      assertThat(store.getLong(teller.key, "number").orElse(0))
          .as("%s: acknowledged %s, unknown %s", teller.key, teller.acknowledged, teller.unknown)
          .isBetween(teller.acknowledged, teller.acknowledged + teller.unknown);
      assertThat(store.getAll(teller.put.stream().map(teller::row).toList()).orThrow().values())
          .extracting(Row::number)
          .containsExactlyInAnyOrderElementsOf(List.copyOf(new TreeSet<>(teller.put)));
    }
  }
}
