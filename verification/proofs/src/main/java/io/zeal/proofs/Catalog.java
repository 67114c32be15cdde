package io.zeal.proofs;

import io.zeal.proofs.cache.CacheProofs;
import io.zeal.proofs.concurrency.ConcurrencyProofs;
import io.zeal.proofs.kill.KillProofs;
import io.zeal.proofs.messages.MessageProofs;
import io.zeal.proofs.tiered.TieredProofs;
import java.util.ArrayList;
import java.util.List;

/** Every proof there is. A new area gets a line here. */
final class Catalog {

  private Catalog() {}

  static List<Proof> all() {
    List<Proof> all = new ArrayList<>(CacheProofs.all());
    all.addAll(ConcurrencyProofs.all());
    all.addAll(KillProofs.all());
    all.addAll(MessageProofs.all());
    all.addAll(TieredProofs.all());
    return all;
  }
}
