package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * A value that cannot be encoded, or stored bytes that cannot be decoded where that is no mere
 * miss.
 */
public final class CodecException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public CodecException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public CodecException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
