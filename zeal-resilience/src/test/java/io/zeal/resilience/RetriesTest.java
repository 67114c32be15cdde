package io.zeal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.BackendUnavailableException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.resilience.Circuit.State;
import io.zeal.resilience.Retries.Kind;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What the kit does not see of retries: interrupts, a circuit that opens meanwhile, closing. */
class RetriesTest {

  private final AtomicInteger attempts = new AtomicInteger();

  private static ResilienceSettings settings(Duration retryDelay, Duration deadline, int minimum) {
    return SomeSettings.retrying(retryDelay, deadline, minimum);
  }

  private record World(Circuit circuit, Retries retries) {}

  private static World world(ResilienceSettings settings, Executor executor) {
    Circuit circuit = new Circuit("test", settings, System::nanoTime, InstantSource.system());
    return new World(circuit, new Retries("test", settings, circuit, System::nanoTime, executor));
  }

  private static void virtual(Runnable task) {
    Thread.startVirtualThread(task);
  }

  private static BackendUnavailableException away(Outcome outcome) {
    return new BackendUnavailableException("away", outcome, null);
  }

  private Object failing(Outcome outcome) {
    attempts.incrementAndGet();
    throw away(outcome);
  }

  @Test
  void whoIsInterruptedInThePauseLearnsThatNothingWasSent() throws InterruptedException {
    World world =
        world(settings(Duration.ofMinutes(1), Duration.ofHours(1), 100), RetriesTest::virtual);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(() -> {
          thrown.set(
              catchThrowable(
                  () -> world.retries.call(Kind.CHANGE, () -> failing(Outcome.NOT_SENT))));
          flag.set(Thread.currentThread().isInterrupted());
        });
    awaitAttempts(1);
    caller.interrupt();
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();

    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            OperationInterruptedException.class,
            e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
    assertThat(flag.get()).as("the interrupt flag").isTrue();
    assertThat(attempts).hasValue(1);
  }

  @Test
  void whoIsInterruptedInARetryLearnsThatItMayHaveHappenedAndTheRetryIsInterrupted()
      throws InterruptedException {
    World world =
        world(settings(Duration.ofMillis(1), Duration.ofHours(1), 100), RetriesTest::virtual);
    CountDownLatch retryInterrupted = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(() ->
            thrown.set(
                catchThrowable(
                    () -> world.retries.call(Kind.CHANGE, () -> failThenHang(retryInterrupted)))));
    awaitAttempts(2);
    caller.interrupt();
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();

    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            OperationInterruptedException.class,
            e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
    assertThat(retryInterrupted.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(world.circuit.picture().state()).isEqualTo(State.CLOSED);
  }

  private Object failThenHang(CountDownLatch interrupted) {
    if (attempts.incrementAndGet() == 1) {
      throw away(Outcome.NOT_SENT);
    }
    try {
      return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      interrupted.countDown();
      throw new OperationInterruptedException("interrupted", Outcome.UNKNOWN, e);
    }
  }

  @Test
  void aCallWhoseCircuitOpensInThePauseEndsInItsOwnErrorAndIsNoProbe() throws InterruptedException {
    ResilienceSettings settings = settings(Duration.ofSeconds(2), Duration.ofHours(9), 2);
    AtomicLong passed = new AtomicLong();
    Circuit circuit = new Circuit("test", settings, passed::get, InstantSource.system());
    Retries retries = new Retries("test", settings, circuit, passed::get, RetriesTest::virtual);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread caller =
        Thread.startVirtualThread(
            () -> thrown.set(catchThrowable(() -> retries.call(Kind.READ, () -> failing(null)))));
    await(() -> circuit.picture().windowFailures() == 1);
    circuit.leave(circuit.enter(false), Verdict.FAILED, away(null));
    assertThat(circuit.picture().state()).isEqualTo(State.OPEN);
    passed.addAndGet(Duration.ofHours(1).toNanos()); // ready for a probe
    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();

    assertThat(thrown.get()).isInstanceOf(BackendUnavailableException.class);
    assertThat(attempts).hasValue(1);
    assertThat(circuit.picture().probes()).isZero();
    assertThat(circuit.picture().rejected()).as("calls refused").isZero();
  }

  @Test
  void anAttemptThatNeverBeganLeavesTheOutcomeAsItWas() {
    World world =
        world(settings(Duration.ofMillis(1), Duration.ofMillis(200), 100), _ -> {}); // no thread
    ZealException first = away(Outcome.NOT_SENT);
    assertThat(
            catchThrowable(() ->
                world.retries.call(
                    Kind.CHANGE,
                    () -> {
                      throw first;
                    })))
        .isSameAs(first);
    assertThat(world.circuit.picture().failures()).isEqualTo(1);
  }

  @Test
  void whileTheInstanceClosesTheFirstErrorComesOut() {
    World world =
        world(
            settings(Duration.ofMillis(1), Duration.ofHours(1), 100),
            _ -> {
              throw new RejectedExecutionException("closing");
            });
    ZealException first = away(null);
    assertThat(
            catchThrowable(() ->
                world.retries.call(
                    Kind.READ,
                    () -> {
                      attempts.incrementAndGet();
                      throw first;
                    })))
        .isSameAs(first);
    assertThat(attempts).hasValue(1);
  }

  @Test
  void anErrorOfACallComesOutOfARetryToo() {
    World world =
        world(settings(Duration.ofMillis(1), Duration.ofHours(1), 100), RetriesTest::virtual);
    assertThat(
            catchThrowable(() ->
                world.retries.call(
                    Kind.READ,
                    () -> {
                      if (attempts.incrementAndGet() == 1) {
                        throw away(null);
                      }
                      throw new AssertionError("a bug");
                    })))
        .isInstanceOf(AssertionError.class)
        .hasMessage("a bug");
  }

  @Test
  void whatIsLeftOfTheDeadlineIsAllARetryHas() {
    World world =
        world(settings(Duration.ofMillis(1), Duration.ofSeconds(1), 100), RetriesTest::virtual);
    assertThat(
            catchThrowable(() ->
                world.retries.call(
                    Kind.READ,
                    () -> {
                      if (attempts.incrementAndGet() == 1) {
                        throw away(null);
                      }
                      return failThenHang(new CountDownLatch(1));
                    })))
        .isInstanceOf(OperationTimeoutException.class)
        .hasMessageContaining("zeal.resilience.deadline");
    assertThat(world.circuit.picture().failures()).as("calls that failed").isEqualTo(1);
  }

  private void awaitAttempts(int wanted) {
    await(() -> attempts.get() >= wanted);
  }

  private static void await(BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }
}
