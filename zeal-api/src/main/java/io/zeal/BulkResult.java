package io.zeal;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of a call on many keys, key by key (S12). Immutable.
 *
 * @param values what succeeded; a key that was read and not found is in neither map
 * @param failures what failed, with its error
 */
public record BulkResult<V>(Map<String, V> values, Map<String, ZealException> failures) {

  /** Copies both maps and keeps their order. */
  public BulkResult {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /** A result in which nothing failed. */
  public static <V> BulkResult<V> of(Map<String, V> values) {
    return new BulkResult<>(values, Map.of());
  }

  /**
   * The values, if nothing failed.
   *
   * @throws BulkException if anything failed; its message names the first keys, {@link
   *     BulkException#failures} all of them
   */
  public Map<String, V> orThrow() {
    if (!failures.isEmpty()) {
      throw new BulkException(failures);
    }
    return values;
  }
}
