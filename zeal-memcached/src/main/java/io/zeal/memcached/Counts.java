package io.zeal.memcached;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Numbers about the running backend.
 *
 * @param foreign items that were something else than what belongs there
 * @param conflicts writes that had to be made again since somebody else was faster
 * @param merged reads that went to a server together with others
 * @param connections how often a connection was made
 */
record Counts(AtomicLong foreign, AtomicLong conflicts, AtomicLong merged, AtomicLong connections) {

  Counts() {
    this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
  }

  Map<String, Long> numbers() {
    return Map.of(
        "itemsNotOurs", foreign.get(),
        "writesRepeated", conflicts.get(),
        "readsMerged", merged.get(),
        "connectionsOpened", connections.get());
  }
}
