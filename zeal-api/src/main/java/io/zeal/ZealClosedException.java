package io.zeal;

/** The {@link Zeal} instance, or what it handed out, is closed; nothing was changed. */
public final class ZealClosedException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Creates the error; {@code message} names what is closed. */
  public ZealClosedException(String message) {
    super(ErrorCode.CLOSED, message, null, null);
  }
}
