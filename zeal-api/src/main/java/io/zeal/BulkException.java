package io.zeal;

import io.zeal.spi.Texts;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Some keys of a call on many failed, and the caller asked for all or an error ({@link
 * BulkResult#orThrow()}). The cause is the error of the first.
 */
public final class BulkException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** More keys than these make a line of a log no clearer. */
  private static final int NAMED = 3;

  private final transient Map<String, ZealException> failures;

  BulkException(Map<String, ZealException> failures) {
    super(ErrorCode.BULK, message(failures), null, failures.values().iterator().next());
    this.failures = failures;
  }

  private static String message(Map<String, ZealException> failures) {
    int more = failures.size() - NAMED;
    return failures.size()
        + " of the keys failed: "
        + failures.keySet().stream()
            .limit(NAMED)
            .map(Texts::quote)
            .collect(Collectors.joining(", "))
        + (more > 0 ? " and " + more + " more" : "")
        + ". The first: "
        + withoutCode(failures.values().iterator().next())
        + " failures() has the error of each.";
  }

  /** One message, one code. */
  private static String withoutCode(ZealException error) {
    String message = String.valueOf(error.getMessage());
    String code = " " + error.code();
    return message.endsWith(code)
        ? message.substring(0, message.length() - code.length())
        : message;
  }

  /** What failed, by key, in the order of the result. */
  public Map<String, ZealException> failures() {
    return failures;
  }
}
