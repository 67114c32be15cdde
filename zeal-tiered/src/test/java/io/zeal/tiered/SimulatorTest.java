package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.tiered.Faults.Failover;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs that go wrong in every way, each from one seed: over a million operations in all. A failure
 * names scenario and seed; {@code -Dzeal.tiered.seed=N} runs that one seed of each scenario.
 */
class SimulatorTest {

  private static final int RUNS = 6;
  private static final int OPERATIONS = 10_000;

  private static final int BEGINNINGS = 200;
  private static final int FEW_OPERATIONS = 300;

  /** What goes wrong. */
  @SuppressWarnings("ImmutableEnumChecker") // faults are built once, here
  enum Scenario {
    NOTHING(Faults.none()),
    PAUSES(Faults.none().pausing(0.001)),
    PAUSES_AND_LOSS(Faults.none().pausing(0.002).network(0.2, 0, 0, false)),
    PAUSES_AND_DELAYS(Faults.none().pausing(0.002).network(0, 0, 0.005, false)),
    SLOW_CALLS(Faults.none().calls(0, 0.1)),
    SLOW_CALLS_AND_LOSS(Faults.none().calls(0, 0.1).network(0.1, 0, 0, false)),
    FAILED_CALLS(Faults.none().calls(0.1, 0.02)),
    LOSS(Faults.none().network(0.1, 0.02, 0, false)),
    DELAYS(Faults.none().network(0, 0, 0.002, false)),
    REORDER(Faults.none().network(0.01, 0.1, 0.02, true)),
    OUTAGES(Faults.none().outages(0.2).calls(0, 0.05)),
    EPOCHS(Faults.none().epochs(0.3).network(0.05, 0, 0, false)),
    FAILOVERS_THAT_BREAK(Faults.none().failovers(0.2, Failover.BREAKS).calls(0, 0.02)),
    FAILOVERS_WITH_EPOCHS(
        Faults.none().failovers(0.2, Failover.CHANGES_EPOCH).network(0.1, 0, 0.001, false)),
    FAILOVERS_IN_NUMBERS(
        Faults.none().failovers(0.2, Failover.SHOWS_IN_NUMBERS).network(0.1, 0, 0.001, false)),
    FORGERIES(Faults.none().forgeries(2)),
    EVERYTHING(
        Faults.none()
            .pausing(0.0005)
            .network(0.03, 0.02, 0.005, true)
            .calls(0.02, 0.02)
            .outages(0.1)
            .epochs(0.05)
            .failovers(0.1, Failover.CHANGES_EPOCH));

    private final Faults faults;

    Scenario(Faults faults) {
      this.faults = faults;
    }

    Faults faults() {
      return faults;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whateverGoesWrongNoCopyIsServedLongerThanTheBound(Scenario scenario) {
    Long only = Long.getLong("zeal.tiered.seed");
    long served = 0;
    for (long seed = only == null ? 1 : only; seed <= (only == null ? RUNS : only); seed++) {
      served += run(scenario, seed, OPERATIONS).copiesServed();
    }
    assertThat(served).as("copies that were served").isGreaterThan(OPERATIONS / 20);
  }

  /** An instance begins to listen once; so these runs are short, and there are many. */
  @ParameterizedTest
  @EnumSource(names = {"NOTHING", "PAUSES_AND_LOSS", "FAILED_CALLS", "OUTAGES", "EVERYTHING"})
  void whereverListeningBeginsNoCopyIsServedLongerThanTheBound(Scenario scenario) {
    Long only = Long.getLong("zeal.tiered.seed");
    long served = 0;
    for (long seed = only == null ? 1 : only; seed <= (only == null ? BEGINNINGS : only); seed++) {
      served += run(scenario, seed, FEW_OPERATIONS).copiesServed();
    }
    assertThat(served).as("copies that were served").isPositive();
  }

  static Simulation.Result run(Scenario scenario, long seed, int operations) {
    try {
      return Simulation.run(seed, scenario.faults(), operations);
    } catch (AssertionError e) {
      throw new AssertionError(
          "Scenario " + scenario + ", seed " + seed + ": " + e.getMessage(), e);
    }
  }
}
