package io.zeal;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The root of everything Zeal throws. Unchecked; the subclass says what is wrong from the caller's
 * view, {@link #code()} is stable and explained in {@code docs/errors.md}.
 *
 * <p>Messages name what was being done, to which store, counter or setting, what was found and what
 * to do. They never hold a secret or a stored value.
 */
public abstract sealed class ZealException extends RuntimeException
    permits BackendException,
        BackendUnavailableException,
        BulkException,
        CapacityException,
        CircuitOpenException,
        CodecException,
        ConfigurationException,
        InvalidArgumentException,
        LoaderFailedException,
        OperationInterruptedException,
        OperationTimeoutException,
        SchemaException,
        ServerRefusedException,
        UnsupportedCapabilityException,
        ZealClosedException {

  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable Outcome outcome;

  ZealException(
      ErrorCode code, String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    this(code.id(), message, outcome, cause);
  }

  ZealException(String code, String message, @Nullable Outcome outcome, @Nullable Throwable cause) {
    super(message + " " + Objects.requireNonNull(code, "code"), cause);
    this.code = code;
    this.outcome = outcome;
  }

  /** The stable code, for example {@code ZEAL-301}; also the last word of the message. */
  public final String code() {
    return code;
  }

  /**
   * What is known of the write that this error ended (S14); empty if the call was no write, or if
   * it was refused before anything could happen.
   */
  public final Optional<Outcome> outcome() {
    return Optional.ofNullable(outcome);
  }
}
