package io.zeal.proofs.tiered;

import io.zeal.proofs.Proof;
import java.util.Map;

/** One scenario over one driver after the other. */
final class TieredProof implements Proof {

  private final Scenario scenario;

  TieredProof(Scenario scenario) {
    this.scenario = scenario;
  }

  @Override
  public String area() {
    return "tiered";
  }

  @Override
  public String name() {
    return scenario.name();
  }

  @Override
  public String claim() {
    return scenario.claim();
  }

  @Override
  public Tally round(long seed) throws Exception {
    return round(seed, Round.Length.WHOLE);
  }

  @Override
  public String tell(Map<String, Long> figures) {
    return "stale beyond the bound: 0; " + Coherence.tell(figures);
  }

  /** A round that is shorter, or not. */
  Tally round(long seed, Round.Length length) throws Exception {
    try (Round round = Round.open(scenario, seed, length)) {
      return round.run();
    }
  }
}
