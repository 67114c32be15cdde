package io.zeal.proofs.messages;

import io.zeal.proofs.Proof;

/** One scenario over one driver after the other, on a server and on a cluster. */
final class MessagesProof implements Proof {

  private final Scenario scenario;

  MessagesProof(Scenario scenario) {
    this.scenario = scenario;
  }

  @Override
  public String area() {
    return "messages";
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

  /** A round that is shorter, or not. */
  Tally round(long seed, Round.Length length) throws Exception {
    try (Round round = Round.open(scenario, seed, length)) {
      return round.run();
    }
  }
}
