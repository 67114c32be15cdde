package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * Columns that cannot be stored, that do not exist, or that differ from those the store was created
 * with; nothing was changed (S10).
 */
public final class SchemaException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public SchemaException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public SchemaException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
