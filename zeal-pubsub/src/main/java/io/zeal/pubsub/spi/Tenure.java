package io.zeal.pubsub.spi;

/** A membership from when it was joined to when it was lost. Guarded by the consumption's lock. */
final class Tenure {

  final Membership membership;

  /** When the last beat that succeeded was begun: what the backend heard, it heard later. */
  long heardNanos;

  /** How many messages are claimed: waiting, being handled, answered and not recorded yet. */
  int held;

  /** Whether every claim is lost. Read without the lock by handlers that ask. */
  volatile boolean lost;

  Tenure(Membership membership, long heardNanos) {
    this.membership = membership;
    this.heardNanos = heardNanos;
  }
}
