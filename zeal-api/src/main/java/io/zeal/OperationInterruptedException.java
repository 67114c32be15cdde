package io.zeal;

import org.jspecify.annotations.Nullable;

/** The calling thread was interrupted while it waited; its interrupt flag is set again. */
public final class OperationInterruptedException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code outcome} is null unless the call was a write. */
  public OperationInterruptedException(
      String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(ErrorCode.INTERRUPTED, message, outcome, cause);
  }
}
