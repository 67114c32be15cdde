package io.zeal.verification.servers;

/**
 * What a server answered instead of a result; the message is its own, for example "MOVED 1 ...".
 */
public final class RedisErrorException extends RuntimeException {

  RedisErrorException(String message) {
    super(message);
  }

  /** The first word, for example {@code MOVED}. */
  public String kind() {
    return String.valueOf(getMessage()).split(" ", 2)[0];
  }
}
