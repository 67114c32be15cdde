package io.zeal;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The deadline of a call passed; {@link #stage()} says what it was waiting for. */
public final class OperationTimeoutException extends ZealException {

  private static final long serialVersionUID = 1L;

  /** What a call was waiting for when its deadline passed. */
  public enum Stage {
    /** A place in a queue or a pool of this process. */
    QUEUE,
    /** A connection. */
    CONNECT,
    /** The bytes to leave this process. */
    WRITE,
    /** The server's answer. */
    SERVER,
    /** A row that another writer holds. */
    ROW,
    /** The loader of a cache entry. */
    LOADER
  }

  private final Stage stage;

  /** Creates the error; {@code outcome} is null unless the call was a write. */
  public OperationTimeoutException(
      Stage stage, String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(ErrorCode.TIMEOUT, message, outcome, cause);
    this.stage = Objects.requireNonNull(stage, "stage");
  }

  /** What the call was waiting for. */
  public Stage stage() {
    return stage;
  }
}
