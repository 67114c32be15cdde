package io.zeal.verification.servers;

/** No server can be started on this machine; the message says what was looked for. */
public final class MissingServerException extends RuntimeException {

  MissingServerException(String message) {
    super(message);
  }
}
