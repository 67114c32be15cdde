package io.zeal;

import org.jspecify.annotations.Nullable;

/** The circuit breaker is open: the call was refused without being sent. */
public final class CircuitOpenException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code outcome} is null unless the call was a write. */
  public CircuitOpenException(
      String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(ErrorCode.CIRCUIT_OPEN, message, outcome, cause);
  }
}
