package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BulkResult;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.SchemaException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Counters: {@code docs/contract/counter.md}. */
public abstract class CounterTck extends BackendTck {

  private static final Duration MILLI = Duration.ofMillis(1);

  /** For a subclass in the backend's tests. */
  protected CounterTck() {}

  private Counter counter() {
    return counter(CounterOptions.defaults());
  }

  private Counter counter(CounterOptions options) {
    requires(Capability.COUNTERS);
    return zeal().counter(freshName(), options);
  }

  private Counter windowed() {
    return counter(CounterOptions.defaults().startingAt(5).expiringAfter(window()));
  }

  private Duration window() {
    return time().ttl();
  }

  private void passBeyond(Duration window, Counter counter) {
    time().passBeyond(window, () -> counter.get() == counter.options().initial());
  }

  // C1: a number that everyone sees the same

  @Test
  void c1_1_untouchedCounterReadsZero() {
    Counter counter = counter();
    assertThat(counter.get()).as("C1.1 a counter never touched").isZero();
    assertThat(counter.get()).as("C1.1 the same after it was read").isZero();
  }

  @Test
  void c1_2_noChangeIsLost() {
    Counter counter = counter();
    new Race("C1.2")
        .run(
            8,
            number -> {
              for (int i = 0; i < 200; i++) {
                counter.add(number % 2 == 0 ? 3 : 1);
              }
            })
        .start();
    assertThat(counter.get())
        .as("C1.2 the sum of 800 times 3 and 800 times 1, by 8 threads")
        .isEqualTo(3_200);
  }

  @Test
  void c1_3_namesAreAnyWellFormedTextAndNeverMeet() {
    requires(Capability.COUNTERS);
    String base = freshName();
    Map<String, Counter> counters = new LinkedHashMap<>();
    for (String joint : Texts.JOINTS) {
      for (String name : List.of(base + joint, joint + base, base + joint + "b")) {
        counters.put(name, zeal().counter(name));
      }
    }
    int value = 0;
    for (Counter counter : counters.values()) {
      counter.set(++value);
    }
    int expected = 0;
    for (Map.Entry<String, Counter> named : counters.entrySet()) {
      assertThat(named.getValue().get())
          .as("C1.3 counter %s", Texts.show(named.getKey()))
          .isEqualTo(++expected);
    }
    for (String name : List.of("", "\ud800", "n".repeat(64))) {
      refused(
          "C1.3 a counter named " + Texts.show(name),
          InvalidArgumentException.class,
          ErrorCode.INVALID_NAME,
          () -> zeal().counter(name));
    }
  }

  @Test
  void c1_4_oneNameIsOneCounter() {
    Counter first = counter();
    Counter again = zeal().counter(first.name());
    first.add(2);
    assertThat(again.get()).as("C1.4 a change seen through another attachment").isEqualTo(2);
    again.add(3);
    assertThat(first.get()).as("C1.4 a change made through it").isEqualTo(5);
    assertThat(again.name()).as("C1.4 name()").isEqualTo(first.name());
    assertThat(again.options()).as("C1.4 options()").isEqualTo(CounterOptions.defaults());
  }

  @Test
  void c1_5_everyInstanceThatSharesTheBackendSharesTheCounter() {
    requiresSharedState();
    Counter here = counter();
    here.add(2);
    Counter there = openAnother().counter(here.name());
    assertThat(there.add(3)).as("C1.5 a sum in another instance").isEqualTo(5);
    assertThat(here.get()).as("C1.5 the value here").isEqualTo(5);
  }

  @Test
  void c1_6_withoutTheCapabilityCountersAreRefused() {
    if (can(Capability.COUNTERS)) {
      assertThat(zeal().counter(freshName()).increment())
          .as("C1.6 a counter, claimed")
          .isEqualTo(1);
    } else {
      assertThat(
              refused(
                      "C1.6 a counter, not claimed",
                      UnsupportedCapabilityException.class,
                      () -> zeal().counter(freshName()))
                  .capability())
          .as("C1.6 capability() of that error")
          .isEqualTo(Capability.COUNTERS);
    }
  }

  // C2: the initial value

  @Test
  void c2_1_untouchedCounterReadsItsInitialValue() {
    for (long initial : new long[] {7, (1L << 53) + 1, Long.MAX_VALUE}) {
      assertThat(counter(CounterOptions.defaults().startingAt(initial)).get())
          .as("C2.1 a counter that starts at %s", initial)
          .isEqualTo(initial);
    }
  }

  @Test
  void c2_2_theFirstChangeBuildsOnTheInitialValue() {
    CounterOptions options = CounterOptions.defaults().startingAt(10);
    assertThat(counter(options).add(5))
        .as("C2.2 add 5 to an untouched counter that starts at 10")
        .isEqualTo(15);
    assertThat(counter(options).decrement()).as("C2.2 decrement of one").isEqualTo(9);
    assertThat(counter(options).addBounded(5, 15)).as("C2.2 addBounded to one").hasValue(15);
    assertThat(counter(options).addBounded(5, 14))
        .as("C2.2 addBounded to one, bound too low")
        .isEmpty();
  }

  @Test
  void c2_3_negativeValuesAreExactOrRefused() {
    CounterOptions negative = CounterOptions.defaults().startingAt(-3);
    if (can(Capability.NEGATIVE_COUNTERS)) {
      assertThat(counter(negative).get())
          .as("C2.3 a counter that starts at -3, claimed")
          .isEqualTo(-3);
      assertThat(counter().add(-8)).as("C2.3 0 - 8, claimed").isEqualTo(-8);
      assertThat(counter(CounterOptions.defaults().startingAt(Long.MIN_VALUE)).get())
          .as("C2.3 the least value, claimed")
          .isEqualTo(Long.MIN_VALUE);
      return;
    }
    Counter counter = counter();
    counter.set(2);
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("a counter that starts at -3", () -> counter(negative));
    calls.put("add", () -> counter.add(-3));
    calls.put("addBounded", () -> counter.addBounded(-3, 10));
    calls.put("set", () -> counter.set(-1));
    calls.put("compareAndSet", () -> counter.compareAndSet(2, -1));
    calls.forEach((call, action) ->
        assertThat(
                refused(
                        "C2.3 " + call + " below zero, not claimed",
                        UnsupportedCapabilityException.class,
                        action)
                    .capability())
            .as("C2.3 %s: capability() of that error", call)
            .isEqualTo(Capability.NEGATIVE_COUNTERS));
    assertThat(counter.get()).as("C2.3 the counter after refusals").isEqualTo(2);
  }

  // C3: set

  @Test
  void c3_1_setSetsTheValue() {
    Counter counter = counter();
    for (long value : new long[] {42, 0, (1L << 53) + 1, Long.MAX_VALUE}) {
      counter.set(value);
      assertThat(counter.get()).as("C3.1 get after set(%s)", value).isEqualTo(value);
    }
  }

  // C4: add

  @Test
  void c4_1_addAnswersTheSum() {
    Counter counter = counter();
    assertThat(counter.add(40)).as("C4.1 0 + 40").isEqualTo(40);
    assertThat(counter.increment()).as("C4.1 increment of 40").isEqualTo(41);
    assertThat(counter.decrement()).as("C4.1 decrement of 41").isEqualTo(40);
    assertThat(counter.add(-15)).as("C4.1 40 - 15").isEqualTo(25);
    assertThat(counter.add(0)).as("C4.1 25 + 0").isEqualTo(25);
    assertThat(counter.get()).as("C4.1 get after all of them").isEqualTo(25);
  }

  @Test
  void c4_2_addIsExactOverTheWholeRange() {
    Counter counter = counter();
    long above = (1L << 53) + 1;
    counter.set(above);
    assertThat(counter.add(2)).as("C4.2 2^53 + 1 + 2").isEqualTo(above + 2);
    counter.reset();
    assertThat(counter.add(Long.MAX_VALUE)).as("C4.2 0 + greatest").isEqualTo(Long.MAX_VALUE);
    assertThat(counter.add(-1)).as("C4.2 greatest - 1").isEqualTo(Long.MAX_VALUE - 1);
    assertThat(counter.get()).as("C4.2 get of it").isEqualTo(Long.MAX_VALUE - 1);
    if (can(Capability.NEGATIVE_COUNTERS)) {
      counter.set(Long.MAX_VALUE);
      assertThat(counter.add(Long.MIN_VALUE)).as("C4.2 greatest + least").isEqualTo(-1);
      counter.set(-1);
      assertThat(counter.add(Long.MIN_VALUE + 1))
          .as("C4.2 down to the least")
          .isEqualTo(Long.MIN_VALUE);
    }
  }

  @Test
  void c4_3_sumThatDoesNotFitChangesNothing() {
    Counter counter = counter();
    counter.set(Long.MAX_VALUE);
    refused(
        "C4.3 greatest + 1",
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        counter::increment);
    assertThat(counter.get()).as("C4.3 the counter after it").isEqualTo(Long.MAX_VALUE);
    if (can(Capability.NEGATIVE_COUNTERS)) {
      counter.set(Long.MIN_VALUE);
      refused(
          "C4.3 least - 1",
          CapacityException.class,
          ErrorCode.NUMBER_OUT_OF_RANGE,
          counter::decrement);
      assertThat(counter.get()).as("C4.3 the counter after that").isEqualTo(Long.MIN_VALUE);
    }
  }

  // C5: addBounded

  @Test
  void c5_1_addBoundedAddsUpToItsBound() {
    Counter counter = counter();
    assertThat(counter.addBounded(3, 5)).as("C5.1 0 + 3, at most 5").hasValue(3);
    assertThat(counter.addBounded(2, 5)).as("C5.1 3 + 2, at most 5").hasValue(5);
    assertThat(counter.addBounded(1, 5)).as("C5.1 5 + 1, at most 5").isEmpty();
    assertThat(counter.get()).as("C5.1 the counter after a sum above the bound").isEqualTo(5);
    assertThat(counter.addBounded(-1, 5)).as("C5.1 5 - 1, at most 5").hasValue(4);
    counter.set(20);
    assertThat(counter.addBounded(-1, 5)).as("C5.1 20 - 1, at most 5").isEmpty();
    assertThat(counter.get()).as("C5.1 the counter after that").isEqualTo(20);
  }

  @Test
  void c5_2_addBoundedIsExactOverTheWholeRange() {
    Counter counter = counter();
    long above = 1L << 53;
    counter.set(above);
    assertThat(counter.addBounded(1, above)).as("C5.2 2^53 + 1, at most 2^53").isEmpty();
    assertThat(counter.addBounded(1, above + 1))
        .as("C5.2 2^53 + 1, at most that")
        .hasValue(above + 1);
    counter.set(Long.MAX_VALUE - 1);
    assertThat(counter.addBounded(1, Long.MAX_VALUE))
        .as("C5.2 up to the greatest")
        .hasValue(Long.MAX_VALUE);
    assertThat(counter.addBounded(1, Long.MAX_VALUE))
        .as("C5.2 a sum beyond 64 bits is above every bound")
        .isEmpty();
    assertThat(counter.get()).as("C5.2 the counter after it").isEqualTo(Long.MAX_VALUE);
    if (can(Capability.NEGATIVE_COUNTERS)) {
      counter.set(Long.MIN_VALUE);
      refused(
          "C5.2 least - 1",
          CapacityException.class,
          ErrorCode.NUMBER_OUT_OF_RANGE,
          () -> counter.addBounded(-1, 0));
      assertThat(counter.get()).as("C5.2 the counter after that").isEqualTo(Long.MIN_VALUE);
    }
  }

  @Test
  void c5_3_theBoundHoldsAgainstAnyNumberOfThreads() {
    Counter counter = counter();
    AtomicInteger granted = new AtomicInteger();
    new Race("C5.3")
        .run(
            8,
            number -> {
              for (int i = 0; i < 100; i++) {
                counter.addBounded(1, 100).ifPresent(sum -> granted.incrementAndGet());
              }
            })
        .start();
    assertThat(counter.get()).as("C5.3 the counter after 800 tries, at most 100").isEqualTo(100);
    assertThat(granted.get()).as("C5.3 tries that were granted, at most 100").isEqualTo(100);
  }

  // C6: compareAndSet

  @Test
  void c6_1_compareAndSetSetsOnlyFromTheExpectedValue() {
    Counter counter = counter();
    counter.set(5);
    assertThat(counter.compareAndSet(4, 9)).as("C6.1 expecting 4 of 5").isFalse();
    assertThat(counter.get()).as("C6.1 the counter after it").isEqualTo(5);
    assertThat(counter.compareAndSet(5, 9)).as("C6.1 expecting 5 of 5").isTrue();
    assertThat(counter.get()).as("C6.1 the counter after that").isEqualTo(9);
    counter.set((1L << 53) + 1);
    assertThat(counter.compareAndSet(1L << 53, 0)).as("C6.1 expecting 2^53 of 2^53 + 1").isFalse();
  }

  @Test
  void c6_2_untouchedCounterComparesAsItsInitialValue() {
    assertThat(counter().compareAndSet(1, 5))
        .as("C6.2 expecting 1 of an untouched counter")
        .isFalse();
    Counter zero = counter();
    assertThat(zero.compareAndSet(0, 5)).as("C6.2 expecting 0 of an untouched counter").isTrue();
    assertThat(zero.get()).as("C6.2 the counter after it").isEqualTo(5);
    CounterOptions options = CounterOptions.defaults().startingAt(7);
    assertThat(counter(options).compareAndSet(0, 5))
        .as("C6.2 expecting 0 of one that starts at 7")
        .isFalse();
    assertThat(counter(options).compareAndSet(7, 5))
        .as("C6.2 expecting 7 of one that starts at 7")
        .isTrue();
  }

  @Test
  void c6_3_oneOfManyThreadsWins() {
    for (int round = 0; round < 20; round++) {
      Counter counter = counter();
      AtomicInteger winners = new AtomicInteger();
      new Race("C6.3")
          .run(
              6,
              number -> {
                if (counter.compareAndSet(0, number + 1)) {
                  winners.incrementAndGet();
                }
              })
          .start();
      assertThat(winners.get()).as("C6.3 threads that took the counter from 0").isEqualTo(1);
    }
  }

  // C7: the window

  @Test
  void c7_1_theFirstChangeStartsTheWindow() {
    Map<String, Consumer<Counter>> changes = new LinkedHashMap<>();
    changes.put("add", counter -> counter.add(1));
    changes.put("add of 0", counter -> counter.add(0));
    changes.put("set", counter -> counter.set(9));
    changes.put("addBounded", counter -> counter.addBounded(1, 9));
    changes.put("compareAndSet", counter -> counter.compareAndSet(5, 9));
    Map<String, Counter> counters = new LinkedHashMap<>();
    changes.forEach((change, action) -> {
      Counter counter = windowed();
      action.accept(counter);
      counters.put(change, counter);
    });
    Counter addedInWindow = windowed();
    addedInWindow.add(1);
    passBeyond(window(), addedInWindow);
    counters.forEach((change, counter) ->
        assertThat(counter.get())
            .as("C7.1 a counter after the window that %s started", change)
            .isEqualTo(5));
  }

  @Test
  void c7_2_valueHoldsUpToAndIncludingTheLastMillisecond() {
    Counter counter = windowed();
    counter.add(1);
    if (time().isExact()) {
      time().pass(window());
      assertThat(counter.get()).as("C7.2 a counter at exactly the end of its window").isEqualTo(6);
      time().pass(MILLI);
    } else {
      time().pass(window().dividedBy(2));
      assertThat(counter.get()).as("C7.2 a counter at half of its window").isEqualTo(6);
      passBeyond(window().dividedBy(2), counter);
    }
    assertThat(counter.get()).as("C7.2 a counter a millisecond later").isEqualTo(5);
  }

  @Test
  void c7_3_changesKeepARunningWindow() {
    Map<String, Consumer<Counter>> changes = new LinkedHashMap<>();
    changes.put("add", counter -> counter.add(1));
    changes.put("set", counter -> counter.set(9));
    changes.put("addBounded", counter -> counter.addBounded(1, 9));
    changes.put("compareAndSet", counter -> counter.compareAndSet(6, 9));
    changes.put("get", Counter::get);
    Map<String, Counter> counters = new LinkedHashMap<>();
    for (String change : changes.keySet()) {
      Counter counter = windowed();
      counter.add(1);
      counters.put(change, counter);
    }
    time().pass(window().dividedBy(2));
    counters.forEach(
        (change, counter) -> changes.getOrDefault(change, Counter::get).accept(counter));
    passBeyond(window().dividedBy(2), List.copyOf(counters.values()).getLast());
    counters.forEach((change, counter) ->
        assertThat(counter.get())
            .as("C7.3 a counter after its window, %s at half of it", change)
            .isEqualTo(5));
  }

  @Test
  void c7_4_whatChangesNothingStartsNoWindow() {
    Counter counter =
        counter(CounterOptions.defaults().startingAt(Long.MAX_VALUE).expiringAfter(window()));
    counter.get();
    counter.addBounded(1, Long.MAX_VALUE);
    counter.compareAndSet(0, 1);
    refused("C7.4 greatest + 1", CapacityException.class, counter::increment);
    time().pass(window().dividedBy(2));
    counter.add(-1);
    time().pass(window().dividedBy(2).plus(MILLI));
    assertThat(counter.get())
        .as("C7.4 half a window after the first change")
        .isEqualTo(Long.MAX_VALUE - 1);
    passBeyond(window().dividedBy(2), counter);
    assertThat(counter.get()).as("C7.4 a window after the first change").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void c7_5_aNewWindowStartsAfterOneHasEnded() {
    Counter counter = windowed();
    counter.add(10);
    passBeyond(window(), counter);
    assertThat(counter.add(1)).as("C7.5 the first sum after a window").isEqualTo(6);
    time().pass(window().dividedBy(2));
    assertThat(counter.get()).as("C7.5 half of the next window later").isEqualTo(6);
    passBeyond(window().dividedBy(2), counter);
    assertThat(counter.get()).as("C7.5 after the next window").isEqualTo(5);
  }

  @Test
  void c7_6_withoutAWindowACounterLives() {
    Counter plain = counter();
    Counter zero = counter(CounterOptions.defaults().expiringAfter(Duration.ZERO));
    plain.add(1);
    zero.add(1);
    time().pass(window().plus(MILLI));
    assertThat(plain.get()).as("C7.6 a counter without a window, after some time").isEqualTo(1);
    assertThat(zero.get()).as("C7.6 a counter with a window of zero, after some time").isEqualTo(1);
  }

  // C8: reset

  @Test
  void c8_1_resetMakesTheCounterUntouched() {
    Counter counter = counter(CounterOptions.defaults().startingAt(5));
    counter.add(10);
    counter.reset();
    assertThat(counter.get()).as("C8.1 get after reset").isEqualTo(5);
    assertThat(counter.compareAndSet(5, 6))
        .as("C8.1 compareAndSet from the initial value after reset")
        .isTrue();
    Counter untouched = counter(CounterOptions.defaults().startingAt(5));
    untouched.reset();
    assertThat(untouched.get()).as("C8.1 get after reset of an untouched counter").isEqualTo(5);
  }

  @Test
  void c8_2_resetEndsTheWindow() {
    Counter counter = windowed();
    counter.add(1);
    time().pass(window().dividedBy(2));
    counter.reset();
    counter.add(2);
    time().pass(window().dividedBy(2).plus(MILLI));
    assertThat(counter.get()).as("C8.2 after the window that reset ended").isEqualTo(7);
    passBeyond(window().dividedBy(2), counter);
    assertThat(counter.get())
        .as("C8.2 after the window that began with the next change")
        .isEqualTo(5);
  }

  // C9: a counter is what it was created with

  @Test
  void c9_1_otherOptionsAreRefusedAndShown() {
    Counter counter = counter(CounterOptions.defaults().startingAt(5));
    counter.add(1);
    for (CounterOptions other :
        List.of(
            CounterOptions.defaults(),
            CounterOptions.defaults().startingAt(6),
            counter.options().expiringAfter(window()))) {
      assertThat(
              refused(
                  "C9.1 attach with " + other,
                  SchemaException.class,
                  ErrorCode.SCHEMA_MISMATCH,
                  () -> zeal().counter(counter.name(), other)))
          .as("C9.1 attach with %s: the message shows both", other)
          .hasMessageContaining(counter.options().toString())
          .hasMessageContaining(other.toString());
    }
    assertThat(counter.get()).as("C9.1 the counter after refusals").isEqualTo(6);
  }

  @Test
  void c9_2_otherOptionsAreRefusedInEveryInstance() {
    requiresSharedState();
    Counter counter = counter(CounterOptions.defaults().startingAt(5));
    counter.add(1);
    Zeal other = openAnother();
    refused(
        "C9.2 attach with other options in another instance",
        SchemaException.class,
        ErrorCode.SCHEMA_MISMATCH,
        () -> other.counter(counter.name()));
    assertThat(other.counter(counter.name(), counter.options()).get())
        .as("C9.2 the counter in another instance")
        .isEqualTo(6);
  }

  // C10: many at once

  @Test
  void c10_1_getAllAnswersEveryValue() {
    Counter touched = counter();
    Counter untouched = counter(CounterOptions.defaults().startingAt(5));
    touched.set(3);
    BulkResult<Long> result = zeal().getAll(List.of(touched, untouched, touched));
    assertThat(result.values())
        .as("C10.1 values of getAll")
        .isEqualTo(Map.of(touched.name(), 3L, untouched.name(), 5L));
    assertThat(result.failures()).as("C10.1 failures of getAll").isEmpty();
  }

  @Test
  void c10_2_addAllAddsToEach() {
    Counter first = counter();
    Counter second = counter(CounterOptions.defaults().startingAt(5));
    BulkResult<Long> result = zeal().addAll(Map.of(first, 2L, second, 30L));
    assertThat(result.values())
        .as("C10.2 sums of addAll")
        .isEqualTo(Map.of(first.name(), 2L, second.name(), 35L));
    assertThat(first.get()).as("C10.2 the first counter").isEqualTo(2);
    assertThat(second.get()).as("C10.2 the second counter").isEqualTo(35);
  }

  @Test
  void c10_3_whatFailsIsReportedPerCounter() {
    Counter full = counter();
    Counter other = counter();
    full.set(Long.MAX_VALUE);
    BulkResult<Long> result = zeal().addAll(Map.of(full, 1L, other, 1L));
    assertThat(result.values())
        .as("C10.3 sums of addAll, one out of range")
        .isEqualTo(Map.of(other.name(), 1L));
    assertThat(result.failures())
        .as("C10.3 failures of addAll, one out of range")
        .containsOnlyKeys(full.name());
    assertThat(result.failures().get(full.name()))
        .as("C10.3 that failure")
        .isInstanceOf(CapacityException.class);
    assertThat(full.get()).as("C10.3 the counter that is full").isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void c10_4_nothingGivenIsNothingDone() {
    requires(Capability.COUNTERS);
    assertThat(zeal().getAll(List.of()))
        .as("C10.4 getAll of no counters")
        .isEqualTo(BulkResult.of(Map.of()));
    assertThat(zeal().addAll(Map.of()))
        .as("C10.4 addAll to no counters")
        .isEqualTo(BulkResult.of(Map.of()));
  }

  @Test
  void c10_5_addAllStartsWindows() {
    Counter counter = windowed();
    zeal().addAll(Map.of(counter, 1L));
    passBeyond(window(), counter);
    assertThat(counter.get())
        .as("C10.5 a counter after the window that addAll started")
        .isEqualTo(5);
  }

  @Test
  void c10_6_countersOfAnotherInstanceAreRefused() {
    Counter here = counter();
    Counter there = openAnother().counter(freshName());
    refused(
        "C10.6 getAll with a counter of another instance",
        InvalidArgumentException.class,
        () -> zeal().getAll(List.of(here, there)));
    refused(
        "C10.6 addAll with a counter of another instance",
        InvalidArgumentException.class,
        () -> zeal().addAll(Map.of(here, 1L, there, 1L)));
    assertThat(here.get()).as("C10.6 the counter beside it").isZero();
  }

  @Test
  void c10_6_oneNameUnderTwoAttachmentsIsRefused() {
    Counter counter = counter();
    Counter again = zeal().counter(counter.name());
    refused(
        "C10.6 addAll with one name under two attachments",
        InvalidArgumentException.class,
        () -> zeal().addAll(Map.of(counter, 1L, again, 2L)));
    assertThat(counter.get()).as("C10.6 the counter of that name").isZero();
  }

  @Test
  void c11_1_everyCallAfterCloseIsRefused() {
    Counter counter = counter();
    counter.add(1);
    Counter foreign = openAnother().counter(freshName());
    zeal().close();
    List<ThrowingCallable> calls =
        new ArrayList<>(
            List.of(
                counter::get,
                () -> counter.set(1),
                () -> counter.add(1),
                counter::increment,
                counter::decrement,
                () -> counter.addBounded(1, 9),
                () -> counter.compareAndSet(1, 2),
                counter::reset,
                () -> zeal().getAll(List.of(counter)),
                () -> zeal().addAll(Map.of(counter, 1L)),
                () -> zeal().getAll(List.of(foreign)),
                () -> zeal().addAll(Map.of(foreign, 1L))));
    for (int i = 0; i < calls.size(); i++) {
      refused(
          "C11.1 call " + i + " of a counter after close",
          ZealClosedException.class,
          ErrorCode.CLOSED,
          calls.get(i));
    }
  }
}
