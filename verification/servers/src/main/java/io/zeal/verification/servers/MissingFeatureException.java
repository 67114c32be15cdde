package io.zeal.verification.servers;

/** The server of this machine was built without what is asked of it; the message says what. */
public final class MissingFeatureException extends RuntimeException {

  MissingFeatureException(String message) {
    super(message);
  }
}
