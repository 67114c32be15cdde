package io.zeal.proofs.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.proofs.Proof.Tally;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Short rounds, with another seed every time; {@code ./zeal verify kill} runs whole ones. */
class KillProofsTest {

  private static final int LIVES = 3;
  private static final int STOPS = 4;

  private final long seed = new Random().nextLong();

  /** How a round is run here. */
  private interface Round {
    Tally run(long seed) throws Exception;
  }

  private Tally run(Round round) {
    try {
      return round.run(seed);
    } catch (Exception e) {
      throw new AssertionError("Round with the seed " + seed, e);
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aShortRoundHolds(String name) {
    Scenario scenario =
        Scenario.ALL.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();

    Tally tally = run(it -> new KillProof(scenario).round(it, LIVES));

    assertThat(tally.checks()).isPositive();
    assertThat(tally.figures()).containsEntry("kills", LIVES * (Tables.SLOTS - 1L));
  }

  static List<String> names() {
    return List.of("mixed", "open", "steps");
  }

  @Test
  void whoStandsStillHoldsUpNobodyElse() {
    assertThat(run(it -> new PauseProof().round(it, STOPS)).checks()).isPositive();
  }

  @Test
  void aCardIsWholeOnlyAsItWasWritten() {
    Card card = Card.of(seed);

    assertThat(card.isWhole()).isTrue();
    assertThat(Card.ZERO.isWhole()).isTrue();
    assertThat(new Card(card.text() + "x", card.big(), card.small(), card.check(), 0).isWhole())
        .isFalse();
    assertThat(new Card(card.text(), card.big() + 1, card.small(), card.check(), 0).isWhole())
        .isFalse();
    assertThat(new Card(card.text(), card.big(), card.small(), card.check(), 7).isWhole()).isTrue();
  }
}
