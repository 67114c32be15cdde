package io.zeal.proofs.kill;

import io.zeal.proofs.Proof;
import java.util.List;

/** The proofs of tables under kills. */
public final class KillProofs {

  private KillProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    return Scenario.ALL.stream().<Proof>map(KillProof::new).toList();
  }
}
