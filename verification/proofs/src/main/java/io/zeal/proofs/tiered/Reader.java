package io.zeal.proofs.tiered;

import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Store;
import io.zeal.ZealException;
import io.zeal.proofs.process.Lines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Reads all keys, in all ways. Says what it saw, many times the same at once. */
final class Reader {

  /** What was seen and not told is lost with the process. */
  private static final long TELL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final int PAUSE_NANOS = 50_000;

  /** Nothing was there. */
  private static final long ABSENT = 0;

  /** The same, again and again. */
  private static final class Run {
    final long number;
    final long firstNanos;
    long lastNanos;
    long lastEndNanos;
    long times;

    Run(long number, long firstNanos) {
      this.number = number;
      this.firstNanos = firstNanos;
    }
  }

  private final Store<Value> store;
  private final Own own;
  private final Lines lines;
  private final Random random;
  private final List<String> keys = new ArrayList<>();
  private final Map<String, Run> runs = new HashMap<>();
  private long told = System.nanoTime();

  Reader(Plan plan, Store<Value> store, Own own, Lines lines, Random random) {
    this.store = store;
    this.own = own;
    this.lines = lines;
    this.random = random;
    for (int slot = 0; slot < Plan.SLOTS; slot++) {
      for (int i = 0; i < Plan.OWN_KEYS; i++) {
        keys.add(Plan.ownKey(slot, i));
      }
    }
    for (int i = 0; plan.shares() && i < Plan.SHARED_KEYS; i++) {
      keys.add(Plan.sharedKey(i));
    }
  }

  void live(AtomicBoolean over) {
    while (!over.get()) {
      if (random.nextInt(8) == 0) {
        readAll();
      } else {
        read(keys.get(random.nextInt(keys.size())));
      }
      LockSupport.parkNanos(random.nextInt(PAUSE_NANOS));
    }
    tellAll();
  }

  void read(String key) {
    Own.Last last = own.last(key);
    long began = System.nanoTime();
    long number;
    try {
      number = number(key, began);
    } catch (ZealException e) {
      return; // the server is away, and there is no copy
    }
    saw(key, number, last, began, System.nanoTime());
  }

  private long number(String key, long began) {
    return switch (random.nextInt(4)) {
      case 0 -> store.getLong(key, Value.NUMBER).orElse(ABSENT);
      case 1 -> {
        Reading<Value> reading = store.read(key, ReadOptions.defaults()).orElse(null);
        if (reading != null && reading.stale()) {
          lines.wrong("a reading of " + key + " says it is stale");
        }
        yield reading == null ? ABSENT : numberOf(key, reading.value(), began);
      }
      default -> store.get(key).map(value -> numberOf(key, value, began)).orElse(ABSENT);
    };
  }

  private void readAll() {
    Map<String, Own.Last> lasts = new HashMap<>();
    for (String key : keys) {
      Own.Last last = own.last(key);
      if (last != null) {
        lasts.put(key, last);
      }
    }
    long began = System.nanoTime();
    try {
      store
          .getAll(keys)
          .values()
          .forEach((key, value) ->
              saw(key, numberOf(key, value, began), lasts.get(key), began, System.nanoTime()));
    } catch (ZealException e) {
      // As above.
    }
  }

  /** Whether that was ever written is seen from itself. */
  private long numberOf(String key, Value value, long began) {
    boolean isOfItsWriter = value.number() / Plan.NUMBERS == value.writer();
    if (!Plan.isShared(key) && (!isOfItsWriter || value.nanos() - System.nanoTime() > 0)) {
      lines.wrong("nobody wrote " + value + " to " + key + ", read at " + began);
    }
    return value.number();
  }

  private void saw(String key, long number, Own.@Nullable Last last, long began, long ended) {
    if (last != null && isBehind(number, last)) {
      lines.say("O", key, number, last.number(), last.sinceNanos(), began, ended);
    }
    Run run = runs.get(key);
    if (run == null || run.number != number) {
      tell(key, run);
      run = new Run(number, began);
      runs.put(key, run);
    }
    run.lastNanos = began;
    run.lastEndNanos = ended;
    run.times++;
    if (ended - told > TELL_NANOS) {
      tellAll();
    }
  }

  private static boolean isBehind(long number, Own.Last last) {
    return number == ABSENT ? !last.isRemoval() : number < last.number();
  }

  void tellAll() {
    runs.forEach(this::tell);
    runs.clear();
    told = System.nanoTime();
  }

  private void tell(String key, @Nullable Run run) {
    if (run != null) {
      lines.say("R", key, run.number, run.firstNanos, run.lastNanos, run.lastEndNanos, run.times);
    }
  }
}
