package io.zeal.proofs;

/** What has to hold did not; the message says what was found and what would have been right. */
public final class BrokenPromiseException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With everything that is known of it. */
  public BrokenPromiseException(String message) {
    super(message);
  }

  /** With the error that should not have come. */
  public BrokenPromiseException(String message, Throwable cause) {
    super(message, cause);
  }
}
