package io.zeal.redis.spi;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection that could not be made, or the reason why a command has no reply. */
public final class LinkException extends Exception {

  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** The node cannot be reached, or the connection broke. */
    UNREACHABLE,
    /** The connection did not come up in time. */
    CONNECT_TIMEOUT,
    /** No connection had room for the command in time; it was not sent. */
    QUEUE_TIMEOUT,
    /** The reply did not come in time. */
    REPLY_TIMEOUT,
    /** TLS failed: a certificate that is not trusted, or that names another host. */
    TLS,
    /** User or password were refused. */
    AUTHENTICATION,
    /** The node refused to serve the connection for another reason; the message has its words. */
    REFUSED,
    /** The calling thread was interrupted. */
    INTERRUPTED,
    /** The backend was closed. */
    CLOSED
  }

  private final Kind kind;

  /** Creates the error; {@code message} holds no secret. */
  public LinkException(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
