package io.zeal.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.CircuitOpenException;
import io.zeal.resilience.Circuit.Permit;
import io.zeal.resilience.Circuit.State;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many threads at a circuit that is not closed: one probe at a time, and it gets out of it. */
class CircuitRaceTest {

  private static final int THREADS = 8;
  private static final int CALLS = 20_000;

  private final Circuit circuit =
      new Circuit(
          "test",
          SomeSettings.openFor(Duration.ofNanos(1)),
          System::nanoTime,
          InstantSource.system());
  private final AtomicInteger under = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();

  @Test
  void neverAreTwoProbesUnderWay() throws InterruptedException {
    circuit.leave(circuit.enter(false), Verdict.FAILED, null);
    assertThat(circuit.picture().state()).isEqualTo(State.OPEN);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(i);
      threads.add(Thread.startVirtualThread(() -> probe(random)));
    }
    for (Thread thread : threads) {
      assertThat(thread.join(Duration.ofSeconds(60))).isTrue();
    }
    assertThat(most).as("probes at a time").hasValue(1);
    assertThat(circuit.picture().probes()).as("probes in all").isEqualTo(made.get());

    Permit last = circuit.enter(false);
    circuit.leave(last, Verdict.ANSWERED, null);
    assertThat(circuit.picture().state()).as("behind an answer").isEqualTo(State.CLOSED);
  }

  private void probe(Random random) {
    for (int i = 0; i < CALLS; i++) {
      try {
        Permit permit = circuit.enter(false);
        made.incrementAndGet();
        most.accumulateAndGet(under.incrementAndGet(), Math::max);
        under.decrementAndGet();
        circuit.leave(permit, random.nextBoolean() ? Verdict.FAILED : Verdict.NOTHING, null);
      } catch (CircuitOpenException e) {
        // another one is under way
      }
    }
  }
}
