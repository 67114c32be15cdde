package io.zeal.proofs.tiered;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The latest confirmed write of this process to each key. */
final class Own {

  /**
   * A write.
   *
   * @param number of it
   * @param isRemoval whether nothing is there since
   * @param sinceNanos when it was confirmed
   */
  record Last(long number, boolean isRemoval, long sinceNanos) {}

  private final Map<String, Last> last = new ConcurrentHashMap<>();

  void confirmed(String key, Last write) {
    last.merge(key, write, (one, other) -> one.number > other.number ? one : other);
  }

  @Nullable Last last(String key) {
    return last.get(key);
  }
}
