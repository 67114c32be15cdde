package io.zeal.proofs;

/** A proof that cannot run on this machine; the message says what is missing. */
public final class SkippedException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With what is missing. */
  public SkippedException(String message) {
    super(message);
  }
}
