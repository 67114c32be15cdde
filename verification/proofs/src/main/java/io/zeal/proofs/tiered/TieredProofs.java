package io.zeal.proofs.tiered;

import io.zeal.proofs.Proof;
import java.util.List;

/** The proofs of copies. */
public final class TieredProofs {

  private TieredProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    return Scenario.ALL.stream().<Proof>map(TieredProof::new).toList();
  }
}
