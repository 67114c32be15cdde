package io.zeal.proofs.tiered;

import io.zeal.Patch;
import io.zeal.Store;
import io.zeal.ZealException;
import io.zeal.proofs.process.Lines;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Writes the keys of its slot, each number once, and adds to the keys of all; reads its own. */
final class Writer {

  private static final int MOST_PAUSE_MICROS = 6_000;

  private final Plan plan;
  private final Store<Value> store;
  private final Own own;
  private final Reader reader;
  private final Lines lines;
  private final Random random;
  private long number;

  Writer(Plan plan, Store<Value> store, Own own, Reader reader, Lines lines, Random random) {
    this.plan = plan;
    this.store = store;
    this.own = own;
    this.reader = reader;
    this.lines = lines;
    this.random = random;
    this.number = plan.process() * Plan.NUMBERS;
  }

  void live(AtomicBoolean over) {
    while (!over.get()) {
      String key = step();
      if (random.nextBoolean()) {
        reader.read(key);
      }
      LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(random.nextInt(MOST_PAUSE_MICROS)));
    }
    reader.tellAll();
  }

  private String step() {
    if (plan.shares() && random.nextInt(4) == 0) {
      String key = Plan.sharedKey(random.nextInt(Plan.SHARED_KEYS));
      add(key);
      return key;
    }
    String key = Plan.ownKey(plan.slot(), random.nextInt(Plan.OWN_KEYS));
    long mine = ++number;
    long began = System.nanoTime();
    Value value = new Value(plan.process(), mine, began);
    switch (random.nextInt(10)) {
      case 0 -> write("D", key, mine, began, () -> store.remove(key));
      case 1, 2 ->
          write(
              "P",
              key,
              mine,
              began,
              () ->
                  store.patch(
                      key,
                      Patch.set(Value.WRITER, value.writer())
                          .and(Value.NUMBER, value.number())
                          .and(Value.NANOS, value.nanos())));
      default ->
          write(
              "P",
              key,
              mine,
              began,
              () -> {
                store.put(key, value);
                return true;
              });
    }
    return key;
  }

  private void write(String what, String key, long mine, long began, BooleanSupplier call) {
    try {
      if (call.getAsBoolean()) {
        long ended = System.nanoTime();
        own.confirmed(key, new Own.Last(mine, what.equals("D"), ended));
        lines.say(what, key, mine, began, ended);
      }
    } catch (ZealException e) {
      lines.say("U", key, mine, began);
    }
  }

  /** The server says which number it is. */
  private void add(String key) {
    long began = System.nanoTime();
    try {
      long there = store.increment(key, Value.NUMBER, 1L);
      long ended = System.nanoTime();
      own.confirmed(key, new Own.Last(there, false, ended));
      lines.say("P", key, there, began, ended);
    } catch (ZealException e) {
      lines.say("U", key, 0, began);
    }
  }
}
