package io.zeal.pubsub.spi;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A membership from when it was joined to when it was lost. Guarded by the consumption's lock. */
final class Tenure {

  final Membership membership;

  /** When the last beat that succeeded was begun: what the backend heard, it heard later. */
  long heardNanos;

  /** How many messages are claimed: waiting, being handled, answered and not recorded yet. */
  int held;

  /** Whether every claim is lost. Read without the lock by handlers that ask. */
  volatile boolean lost;

  private Tenure(Membership membership, long heardNanos) {
    this.membership = membership;
    this.heardNanos = heardNanos;
  }

  /** Joins, which counts as a beat. Without the lock. */
  static Tenure join(Supplier<Membership> join, LongSupplier nanoClock) {
    long beganNanos = nanoClock.getAsLong();
    return new Tenure(join.get(), beganNanos);
  }

  /** Lets a take come back, whatever comes of it. Without the lock. */
  void stopTaking() {
    quietly(membership::stopTaking);
  }

  /** Leaves without a word if that fails: the claims are lost, or there never were any. */
  void closeQuietly() {
    quietly(membership::close);
  }

  /** For what is of use, and whose failure changes nothing. */
  private static void quietly(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it, and who called has more to do.
    }
  }
}
