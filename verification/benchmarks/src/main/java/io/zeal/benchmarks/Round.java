package io.zeal.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One slice of every candidate, one right after the other.
 *
 * @param nanosPerOperation by candidate, in the order they ran
 */
record Round(Map<String, Double> nanosPerOperation) {

  Round {
    nanosPerOperation = new LinkedHashMap<>(nanosPerOperation);
  }

  double nanosOf(String candidate) {
    Double nanos = nanosPerOperation.get(candidate);
    if (nanos == null) {
      throw new IllegalArgumentException(
          "No candidate '" + candidate + "' in the round. Found: " + nanosPerOperation.keySet());
    }
    return nanos;
  }

  double ratio(String ours, String peer) {
    return nanosOf(ours) / nanosOf(peer);
  }
}
