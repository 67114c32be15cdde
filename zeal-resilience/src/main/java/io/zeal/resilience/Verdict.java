package io.zeal.resilience;

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
import io.zeal.Outcome;
import io.zeal.SchemaException;
import io.zeal.ServerRefusedException;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;

/** What the end of a call says of the backend. */
enum Verdict {
  /** It is there: it answered, be it with a refusal. */
  ANSWERED,
  /** It cannot be reached, or did not answer in time. */
  FAILED,
  /** Nothing: the call need not have come as far as the backend. */
  NOTHING;

  static Verdict of(Throwable thrown) {
    return thrown instanceof ZealException error ? ofError(error) : NOTHING;
  }

  private static Verdict ofError(ZealException error) {
    return switch (error) {
      case BackendUnavailableException _ -> FAILED;
      // Most of these are refused before anything is sent.
      case CapacityException e when e.code().equals(ErrorCode.VALUE_TOO_LONG.id()) -> NOTHING;
      case OperationTimeoutException e -> ofTimeout(e.stage());
      case ServerRefusedException _,
          CapacityException _,
          SchemaException _,
          CodecException _,
          BackendException _ ->
          ANSWERED;
      case InvalidArgumentException _,
          UnsupportedCapabilityException _,
          ConfigurationException _,
          ZealClosedException _,
          OperationInterruptedException _,
          LoaderFailedException _,
          CircuitOpenException _,
          BulkException _ ->
          NOTHING;
    };
  }

  /**
   * A place in a queue or a pool that does not come free counts: where a server hangs, its calls
   * hold all places, and most callers see nothing else of it. A row that somebody holds does not:
   * others get their rows.
   */
  private static Verdict ofTimeout(OperationTimeoutException.Stage stage) {
    return switch (stage) {
      case QUEUE, CONNECT, WRITE, SERVER -> FAILED;
      case ROW, LOADER -> NOTHING;
    };
  }

  /** Whether a change may have happened: what did not makes nothing wrong that is remembered. */
  static boolean wasSent(ZealException error) {
    return !error.outcome().filter(Outcome.NOT_SENT::equals).isPresent();
  }

  /** Whether a call ended in an outage, so that what was last read may answer. */
  static boolean isOutage(ZealException error) {
    return error instanceof CircuitOpenException || ofError(error) == FAILED;
  }
}
