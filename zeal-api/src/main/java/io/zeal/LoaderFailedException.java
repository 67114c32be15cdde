package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * The loader of a cache entry failed; the cause is the loader's own exception. Nothing was cached.
 */
public final class LoaderFailedException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public LoaderFailedException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public LoaderFailedException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
