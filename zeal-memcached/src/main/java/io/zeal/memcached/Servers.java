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
 * @param epochs by the name of the store
 */
record Servers(
    List<Node> nodes,
    Ring ring,
    Keys keys,
    Errors errors,
    Duration timeout,
    Counts counts,
    Map<String, KnownEpochs> epochs) {

  /** What this instance knows of the epochs of a store. */
  KnownEpochs epochs(String store) {
    return epochs.computeIfAbsent(store, name -> new KnownEpochs(nodes.size()));
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
