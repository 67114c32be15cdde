package io.zeal.memcached;

import org.jspecify.annotations.Nullable;

/** Why a server gave no answer. */
final class ClientException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What kind of failure it is. */
  enum Kind {
    /** There is no connection, or it broke. */
    UNREACHABLE,
    /** There is no connection, and there will be none until somebody mends the encryption. */
    TLS,
    /** Too many calls wait for answers already. */
    OVERLOADED,
    /** The server wants another user or password, or any. */
    AUTHENTICATION,
    /** The deadline passed. */
    TIMEOUT,
    /** The calling thread was interrupted. */
    INTERRUPTED,
    /** The server said what nobody expects. */
    REFUSED
  }

  private final Kind kind;
  private final boolean sent;

  /**
   * @param sent whether the server may have received it
   */
  ClientException(Kind kind, boolean sent, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.sent = sent;
  }

  Kind kind() {
    return kind;
  }

  /** The same of a call of which some part was sent. */
  ClientException asSent() {
    return sent ? this : new ClientException(kind, true, String.valueOf(getMessage()), this);
  }

  /** Whether the server may have received it. */
  boolean sent() {
    return sent;
  }
}
