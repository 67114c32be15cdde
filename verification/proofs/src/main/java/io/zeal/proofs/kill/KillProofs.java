package io.zeal.proofs.kill;

import io.zeal.proofs.Proof;
import java.util.ArrayList;
import java.util.List;

/** The proofs of tables under kills. */
public final class KillProofs {

  private KillProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    List<Proof> all = new ArrayList<>(Scenario.ALL.stream().map(KillProof::new).toList());
    all.add(new PauseProof());
    return all;
  }
}
