package io.zeal.cache;

import org.jspecify.annotations.Nullable;

/** The file tier cannot do what it was asked for. Its caller decides what an application sees. */
final class FileTierException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong. */
  enum Reason {
    /** Another process, or another part of this one, has the directory. */
    TAKEN,
    /** The directory cannot be made, read or written. */
    UNUSABLE,
    /** A record could not be written, as the disk is full or fails; nothing was changed. */
    NOT_WRITTEN,
    /** The value is longer than this tier keeps, or there are more marks; nothing was changed. */
    TOO_LARGE,
    /** An earlier error ended the tier; it holds nothing any more. */
    GIVEN_UP,
    /** The tier was closed. */
    CLOSED
  }

  private final Reason reason;

  FileTierException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  Reason reason() {
    return reason;
  }
}
