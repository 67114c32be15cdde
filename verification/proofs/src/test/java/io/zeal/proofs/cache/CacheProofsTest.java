package io.zeal.proofs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.proofs.Proof;
import io.zeal.proofs.SkippedException;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each proof once, with another seed every time; ./zeal verify runs them for as long as wanted. */
class CacheProofsTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aRoundHolds(String name) throws Exception {
    Proof proof =
        CacheProofs.all().stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
    long seed = new Random().nextLong();
    try {
      assertThat(proof.round(seed).checks()).as("seed %s", seed).isPositive();
    } catch (SkippedException e) {
      Assumptions.abort("no small disk or no server here: " + e.getMessage());
    } catch (RuntimeException e) {
      throw new AssertionError("Round with the seed " + seed, e);
    }
  }

  static Iterable<String> names() {
    return CacheProofs.all().stream().map(Proof::name).toList();
  }
}
