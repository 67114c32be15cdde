package io.zeal.proofs.kill;

import io.zeal.proofs.Proof;

/** One scenario, round by round. */
final class KillProof implements Proof {

  private final Scenario scenario;

  KillProof(Scenario scenario) {
    this.scenario = scenario;
  }

  @Override
  public String area() {
    return "kill";
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
    return round(seed, Round.LIVES);
  }

  /** A round of so many lives in each slot. */
  Tally round(long seed, int lives) throws Exception {
    try (Round round = Round.open(scenario, seed, lives)) {
      return round.run();
    }
  }
}
