package io.zeal.memcached;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The servers, and what every call to them needs.
 *
 * @param nodes in the order of the setting
 * @param ring which of them a key belongs to
 * @param keys what items are called
 * @param timeout the deadline of a call
 * @param portion how much one call sends at most before it waits for answers
 * @param epochs by the name of the store
 */
record Servers(
    List<Node> nodes,
    Ring ring,
    Keys keys,
    Errors errors,
    Duration timeout,
    int portion,
    Counts counts,
    Map<String, KnownEpochs> epochs) {

  /** What this instance knows of the epochs of a store. */
  KnownEpochs epochs(String store) {
    return epochs.computeIfAbsent(store, name -> new KnownEpochs(nodes));
  }

  /**
   * A server is back after too long: what stores have there begins anew at once. Of a store that
   * was only touched days later it would be too late, and cost what others have written meanwhile.
   */
  void renewEpochs(int node) {
    for (KnownEpochs known : epochs.values()) {
      Epochs renewer = known.renewer();
      if (renewer != null) {
        renewer.tryToRenew(node, Deadline.in(timeout));
      }
    }
  }

  /** The position of the server of a row of a store. */
  int owner(String store, String key) {
    return nodes.size() == 1 ? 0 : ring.owner(store + '\n' + key);
  }

  /** The server of a counter. */
  Node ofCounter(String counter) {
    return nodes.get(ring.owner(counter));
  }
}
