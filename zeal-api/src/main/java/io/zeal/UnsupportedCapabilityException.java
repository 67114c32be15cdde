package io.zeal;

import java.util.Objects;

/**
 * The backend does not offer what the call needs; {@link #capability()} names it. Nothing was
 * changed.
 */
public final class UnsupportedCapabilityException extends ZealException {

  private static final long serialVersionUID = 1L;

  private final Capability capability;

  /** Creates the error; {@code message} says which backend lacks it and what to use instead. */
  public UnsupportedCapabilityException(Capability capability, String message) {
    super(ErrorCode.UNSUPPORTED, message, null, null);
    this.capability = Objects.requireNonNull(capability, "capability");
  }

  /** What is missing. */
  public Capability capability() {
    return capability;
  }
}
