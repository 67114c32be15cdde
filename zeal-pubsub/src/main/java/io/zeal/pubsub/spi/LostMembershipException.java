package io.zeal.pubsub.spi;

/**
 * A membership has ended without being closed: the consumer was silent for too long, or the group
 * is gone. What it held is, or will be, delivered to others. Thrown by a {@link Membership} to
 * {@link Consumption}, which joins anew; no application sees it.
 */
public final class LostMembershipException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Creates it; {@code message} says what was found. */
  public LostMembershipException(String message) {
    super(message);
  }
}
