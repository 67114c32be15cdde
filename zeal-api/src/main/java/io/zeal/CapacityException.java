package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * Something does not fit: the store is full, a value is longer than its column, a number leaves its
 * range, memory is short. Nothing was changed (S3, S9).
 */
public final class CapacityException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public CapacityException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public CapacityException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
