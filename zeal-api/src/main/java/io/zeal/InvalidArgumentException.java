package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * An argument that cannot be used: a key, a name or a number outside its range; nothing was
 * changed.
 */
public final class InvalidArgumentException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public InvalidArgumentException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public InvalidArgumentException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
