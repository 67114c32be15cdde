package io.zeal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The server was reached and refused. A server without memory is a {@link CapacityException}
 * instead (S9).
 */
public final class ServerRefusedException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** Why a server refuses. */
  public enum Reason {
    /** The user may not run the command or touch the key. */
    PERMISSION,
    /** User or password are wrong. */
    AUTHENTICATION,
    /** The key holds another type of data, written by someone else. */
    WRONG_TYPE,
    /** The server takes no writes, for example a replica. */
    READ_ONLY,
    /** Any other refusal; the message holds the server's own words. */
    OTHER
  }

  private final Reason reason;

  /** Creates the error; {@code outcome} is null unless the call was a write. */
  public ServerRefusedException(
      Reason reason, String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(ErrorCode.SERVER_REFUSED, message, outcome, cause);
    this.reason = Objects.requireNonNull(reason, "reason");
  }

  /** Why the server refused. */
  public Reason reason() {
    return reason;
  }
}
