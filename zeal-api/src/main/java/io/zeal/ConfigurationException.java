package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * A setting, a provider or a module that is missing, unknown or contradictory; nothing was opened.
 */
public final class ConfigurationException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} says what was found and what to do. */
  public ConfigurationException(ErrorCode code, String message) {
    this(code, message, null);
  }

  /** Creates the error with what caused it. */
  public ConfigurationException(ErrorCode code, String message, @Nullable Throwable cause) {
    super(code, message, null, cause);
  }
}
