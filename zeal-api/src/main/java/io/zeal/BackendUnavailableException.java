package io.zeal;

import org.jspecify.annotations.Nullable;

/** The backend cannot be reached (S13): the call failed, and no guess was returned. */
public final class BackendUnavailableException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code outcome} is null unless the call was a write. */
  public BackendUnavailableException(
      String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(ErrorCode.UNAVAILABLE, message, outcome, cause);
  }
}
