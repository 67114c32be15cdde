package io.zeal.memcached;

import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** What one instance knows of the epochs of one store, on each server. */
final class KnownEpochs {

  private final AtomicReferenceArray<@Nullable Epoch> epochs;

  /** Up to which outage the epoch has been replaced. */
  private final AtomicIntegerArray renewed;

  /** For which outage somebody is replacing it; 0 for none. */
  private final AtomicIntegerArray renewing;

  KnownEpochs(int nodes) {
    this.epochs = new AtomicReferenceArray<>(nodes);
    this.renewed = new AtomicIntegerArray(nodes);
    this.renewing = new AtomicIntegerArray(nodes);
  }

  @Nullable Epoch get(int node) {
    return epochs.get(node);
  }

  void set(int node, @Nullable Epoch epoch) {
    epochs.set(node, epoch);
  }

  int renewed(int node) {
    return renewed.get(node);
  }

  /** Whether the caller is the one to do it. */
  boolean beginsToRenew(int node, int outages) {
    return renewed.get(node) < outages && renewing.compareAndSet(node, 0, outages);
  }

  void endsRenewing(int node, int outages, boolean done) {
    if (done) {
      renewed.set(node, outages);
    }
    renewing.set(node, 0);
  }
}
