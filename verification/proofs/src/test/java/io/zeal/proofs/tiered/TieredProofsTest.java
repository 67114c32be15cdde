package io.zeal.proofs.tiered;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.proofs.SkippedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two of the proofs once, shorter, with another seed every time. {@code ./zeal verify tiered} runs
 * all of them whole.
 */
class TieredProofsTest {

  @ParameterizedTest
  @ValueSource(strings = {"frames", "restart"})
  void aShortRoundHolds(String name) throws Exception {
    holds(Scenario.ALL.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow());
  }

  /** SIGSTOP and SIGCONT, one to four times the bound apart. */
  @Test
  void readerThatStandsStillAndGoesOnReadsNothingOld() throws Exception {
    holds(new Scenario("standstill", "", false, List.of(Trouble.MEMBER_STANDS_STILL)));
  }

  private static void holds(Scenario scenario) throws Exception {
    long seed = new Random().nextLong();
    try {
      assertThat(new TieredProof(scenario).round(seed, Round.Length.SHORT).checks())
          .as("seed %s", seed)
          .isPositive();
    } catch (SkippedException e) {
      Assumptions.abort("no server here: " + e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError("Round with the seed " + seed, e);
    }
  }
}
