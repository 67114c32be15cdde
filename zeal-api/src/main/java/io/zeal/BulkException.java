package io.zeal;

import java.util.Map;

/**
 * Some keys of a call on many failed, and the caller asked for all or an error ({@link
 * BulkResult#orThrow()}).
 */
public final class BulkException extends ZealException {

  private static final long serialVersionUID = 1L;

  private final transient Map<String, ZealException> failures;

  BulkException(Map<String, ZealException> failures) {
    super(
        ErrorCode.BULK,
        failures.size()
            + " of the keys failed; failures() names each. First: "
            + failures.values().iterator().next().getMessage(),
        null,
        failures.values().iterator().next());
    this.failures = Map.copyOf(failures);
  }

  /** What failed, by key. */
  public Map<String, ZealException> failures() {
    return failures;
  }
}
