package io.zeal.demo;

import io.zeal.BackendException;
import io.zeal.BackendUnavailableException;
import io.zeal.BulkException;
import io.zeal.CapacityException;
import io.zeal.CircuitOpenException;
import io.zeal.CodecException;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.LoaderFailedException;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.SchemaException;
import io.zeal.ServerRefusedException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import org.jspecify.annotations.Nullable;

/** A request that cannot be answered as asked: an HTTP status, a stable code and a message. */
final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;
  private final @Nullable String outcome;

  Problem(int status, String code, String message) {
    this(status, code, message, null, null);
  }

  private Problem(
      int status,
      String code,
      String message,
      @Nullable String outcome,
      @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
    this.code = code;
    this.outcome = outcome;
  }

  static Problem badRequest(String message) {
    return new Problem(400, "DEMO-400", message);
  }

  static Problem of(Exception e) {
    return switch (e) {
      case Problem problem -> problem;
      case ZealException zeal -> of(zeal);
      default -> new Problem(500, "DEMO-500", "The demo failed; its log has the details.", null, e);
    };
  }

  static Problem of(ZealException e) {
    String outcome = e.outcome().map(Enum::name).orElse(null);
    return new Problem(status(e), e.code(), String.valueOf(e.getMessage()), outcome, e);
  }

  private static int status(ZealException e) {
    return switch (e) {
      case InvalidArgumentException _ -> 400;
      case SchemaException schema -> is(schema, ErrorCode.SCHEMA_MISMATCH) ? 409 : 400;
      case CapacityException capacity -> status(capacity);
      case UnsupportedCapabilityException _ -> 501;
      case ServerRefusedException _, LoaderFailedException _ -> 502;
      case BackendUnavailableException _,
          CircuitOpenException _,
          OperationInterruptedException _,
          ZealClosedException _ ->
          503;
      case OperationTimeoutException _ -> 504;
      case BulkException bulk -> status(bulk);
      case BackendException _, CodecException _, ConfigurationException _ -> 500;
    };
  }

  /** That of the first key that failed: where a server is away, all fail alike. */
  private static int status(BulkException e) {
    return e.failures().values().stream().findFirst().map(Problem::status).orElse(500);
  }

  /**
   * No room for it is 507; a value that never fits is the caller's 400; a number at its end is a
   * conflict, 409.
   */
  private static int status(CapacityException e) {
    if (is(e, ErrorCode.VALUE_TOO_LONG)) {
      return 400;
    }
    return is(e, ErrorCode.NUMBER_OUT_OF_RANGE) ? 409 : 507;
  }

  private static boolean is(ZealException e, ErrorCode code) {
    return e.code().equals(code.id());
  }

  int status() {
    return status;
  }

  boolean isBug() {
    return status == 500;
  }

  Answer answer() {
    return new Answer(detail());
  }

  Detail detail() {
    return new Detail(code, String.valueOf(getMessage()), outcome);
  }

  /** The JSON of every answer that is an error. */
  record Answer(Detail error) {}

  /**
   * What is wrong.
   *
   * @param code stable: Zeal's, or {@code DEMO-} and the status
   * @param message what was found and what to do
   * @param outcome of a write that failed: NOT_SENT or UNKNOWN; absent otherwise
   */
  record Detail(String code, String message, @Nullable String outcome) {}
}
