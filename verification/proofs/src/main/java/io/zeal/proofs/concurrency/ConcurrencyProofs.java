package io.zeal.proofs.concurrency;

import io.zeal.proofs.Proof;
import java.util.List;

/** The proofs of threads that meet in the table. */
public final class ConcurrencyProofs {

  private static final int MILLIS = 1_000;
  private static final int HISTORIES = 20;
  private static final int CALLS = 1_000_000;

  private ConcurrencyProofs() {}

  /** All of them. */
  public static List<Proof> all() {
    return List.of(
        new ConcurrencyProof(
            "jcstress",
            "two or three calls meet in the table; they answer as if one came after the other",
            seed -> List.of("jcstress", String.valueOf(MILLIS))),
        new ConcurrencyProof(
            "lincheck",
            "threads call at random; there is an order in which a map answers the same",
            seed -> List.of("lincheck", String.valueOf(seed), String.valueOf(HISTORIES))),
        new ConcurrencyProof(
            "eviction",
            "a full store evicts under many threads; no row is torn, foreign or old, none too many",
            seed -> List.of("eviction", String.valueOf(seed), String.valueOf(CALLS))));
  }
}
