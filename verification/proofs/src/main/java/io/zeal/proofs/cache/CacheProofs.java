package io.zeal.proofs.cache;

import io.zeal.proofs.Proof;
import java.util.List;

/** The proofs of caches. */
public final class CacheProofs {

  private CacheProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    return List.of(
        new KillProof(),
        new DamageProof(),
        new FullDiskProof(),
        new OutageProof(),
        new TwoInstancesProof());
  }
}
