package io.zeal.proofs.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.proofs.SkippedException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Some proofs once, shorter, with another seed every time; all that the others do may happen in the
 * last one. {@code ./zeal verify messages} runs all of them whole.
 */
class MessageProofsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aShortRoundHolds(String name) throws Exception {
    Random random = new Random();
    Scenario scenario =
        Scenario.ALL.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    long seed = 6L * random.nextInt() + random.nextInt(3); // on a server
    try {
      assertThat(new MessagesProof(scenario).round(seed, Round.Length.SHORT).checks())
          .as("seed %s", seed)
          .isPositive();
    } catch (SkippedException e) {
      Assumptions.abort("no server here: " + e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError("Round with the seed " + seed, e);
    }
  }

  static List<String> names() {
    return List.of("kill", "restart", "again", "mixed");
  }
}
