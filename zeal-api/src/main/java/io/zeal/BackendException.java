package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * An error of a backend that none of Zeal's own exceptions describes. The only open branch of
 * {@link ZealException}: plugins extend it.
 */
public non-sealed class BackendException extends ZealException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the error.
   *
   * @param code the backend's own stable code, for example {@code MYDB-7}
   * @param message what was found and what to do
   * @param outcome what is known of the write, or null if the call was none
   * @param cause what caused it, or null
   */
  public BackendException(
      String code, String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(code, message, outcome, cause);
  }
}
