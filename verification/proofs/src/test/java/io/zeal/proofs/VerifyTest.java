package io.zeal.proofs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command, with proofs that do nothing. */
class VerifyTest {

  private final List<Long> seeds = new ArrayList<>();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** What a round does. */
  private interface Round {
    void run(int number) throws Exception;
  }

  private Proof proof(String name, Round round) {
    return new Proof() {
      private int rounds;

      @Override
      public String area() {
        return "area";
      }

      @Override
      public String name() {
        return name;
      }

      @Override
      public String claim() {
        return "all is well";
      }

      @Override
      public Tally round(long seed) throws Exception {
        seeds.add(seed);
        round.run(++rounds);
        return new Tally(2, 1, Map.of("kills", 3L));
      }
    };
  }

  private int verify(Proof proof, String... args) {
    return new Verify(
            List.of(proof),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8))
        .run(args);
  }

  private String said() {
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void saysTheSeedAndWhatWasDone() {
    assertThat(verify(proof("p", round -> {}), "--rounds", "3", "--seed", "7")).isZero();

    assertThat(said())
        .contains("verify: seed 7, 3 rounds each", "area/p: all is well", "HELD.")
        .contains("held: 3 rounds, 6 calls, 3 answers checked", "kills 9");
    assertThat(seeds).hasSize(3).doesNotHaveDuplicates();
  }

  @Test
  void aSeedIsTheSameRunAgain() {
    verify(proof("p", round -> {}), "--rounds", "2", "--seed", "7");
    verify(proof("p", round -> {}), "area/p", "--rounds", "2", "--seed", "7");

    assertThat(seeds.subList(2, 4)).isEqualTo(seeds.subList(0, 2));
  }

  @Test
  void aBrokenPromiseEndsWithOneAndSaysHowToRunItAgain() {
    Proof broken =
        proof(
            "p",
            round -> {
              if (round == 2) {
                throw new BrokenPromiseException("it was 5");
              }
            });

    assertThat(verify(broken, "--seed", "7")).isEqualTo(1);

    assertThat(said())
        .contains("BROKEN in round 2: it was 5")
        .contains("again: ./zeal verify area/p --rounds 2 --seed 7")
        .contains("BROKEN: 1 proof.");
  }

  @Test
  void whatCannotRunHereIsSaidAndNoFailure() {
    Proof lacking =
        proof(
            "p",
            round -> {
              throw new SkippedException("no disk");
            });

    assertThat(verify(lacking)).isZero();

    assertThat(said()).contains("skipped: no disk", "HELD, but for what was skipped: 1.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--seeds", "other", "area/q", "--rounds", "--rounds 0", "--seed x"})
  void badOptionsEndWithTwo(String options) {
    assertThat(verify(proof("p", round -> {}), options.split(" ", -1))).isEqualTo(2);

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("verify: ", "Usage", "area/p");
    assertThat(seeds).isEmpty();
  }

  @Test
  void helpRunsNothing() {
    assertThat(verify(proof("p", round -> {}), "--help")).isZero();

    assertThat(said()).contains("Usage: ./zeal verify", "area/p");
    assertThat(seeds).isEmpty();
  }
}
