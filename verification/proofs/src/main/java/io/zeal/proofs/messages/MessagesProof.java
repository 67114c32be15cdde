package io.zeal.proofs.messages;

import io.zeal.proofs.Proof;
import java.util.Map;

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

  @Override
  public String tell(Map<String, Long> figures) {
    long all = Math.max(1, figures.getOrDefault(Judge.DELIVERIES, 0L));
    long again = figures.getOrDefault(Judge.CUT_OFF, 0L);
    return "second deliveries by handlers that were cut off: %.2f %%; "
            .formatted(100.0 * again / all)
        + Proof.super.tell(figures);
  }

  /** A round that is shorter, or not. */
  Tally round(long seed, Round.Length length) throws Exception {
    try (Round round = Round.open(scenario, seed, length)) {
      return round.run();
    }
  }
}
