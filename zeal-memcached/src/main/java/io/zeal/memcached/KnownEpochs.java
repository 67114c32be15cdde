package io.zeal.memcached;

import java.util.List;
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

  /** Somebody who has opened the store: it knows how to replace an epoch. */
  private volatile @Nullable Epochs renewer;

  /** What was before the store is opened here is nobody's outage: it takes what is there. */
  KnownEpochs(List<Node> nodes) {
    this.epochs = new AtomicReferenceArray<>(nodes.size());
    this.renewed = new AtomicIntegerArray(nodes.stream().mapToInt(Node::outages).toArray());
    this.renewing = new AtomicIntegerArray(nodes.size());
  }

  void openedBy(Epochs one) {
    renewer = one;
  }

  /** Who replaces epochs before anybody asks; null as long as nobody has opened the store. */
  @Nullable Epochs renewer() {
    return renewer;
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
