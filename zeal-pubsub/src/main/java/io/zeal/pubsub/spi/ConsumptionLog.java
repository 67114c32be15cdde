package io.zeal.pubsub.spi;

import io.zeal.spi.Texts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a {@link Consumption} writes into the log, and how often it does: the same trouble
 * is said once, until it is over.
 *
 * <p>Whatever comes of a line, a logger that fails ends no thread of ours.
 */
final class ConsumptionLog {

  private static final Logger LOG = System.getLogger("io.zeal.pubsub");

  /** Between two lines about claims that were lost. */
  private static final Duration LOSSES_APART = Duration.ofMinutes(1);

  private final String stream;
  private final String group;
  private final ConsumptionLock lock;

  // All guarded by lock.
  private boolean troubled;
  private boolean lossSaid;
  private long lossSaidNanos;
  private long lossesUnsaid;

  ConsumptionLog(Consuming consuming, ConsumptionLock lock) {
    this.stream = consuming.stream();
    this.group = consuming.group();
    this.lock = lock;
  }

  /** Something failed that is tried again. */
  void trouble(String what, Throwable error) {
    boolean first;
    lock.lock();
    try {
      first = !troubled;
      troubled = true;
    } finally {
      lock.unlock();
    }
    if (first) {
      warn(title() + " is held up at " + what + ", and tries again", error);
    }
  }

  /** The backend has answered. Holds the lock. */
  void troubleIsOver() {
    troubled = false;
  }

  /** Holds the lock. */
  boolean isTroubled() {
    return troubled;
  }

  /** At most once a minute: each loss after a short while is the same trouble. */
  void lostClaims(@Nullable String why) {
    long before;
    lock.lock();
    try {
      long now = lock.nanoTime();
      before = lossesUnsaid;
      if (lossSaid && now - lossSaidNanos < LOSSES_APART.toNanos()) {
        lossesUnsaid++;
        return;
      }
      lossSaid = true;
      lossSaidNanos = now;
      lossesUnsaid = 0;
    } finally {
      lock.unlock();
    }
    warn(
        title()
            + " lost its claims"
            + (before == 0 ? "" : " (and " + before + " times more since this was said last)")
            + " and joins the group anew; others deliver what it held: "
            + why,
        null);
  }

  void handlerFailed(Throwable error) {
    warn("The handler of " + name() + " failed. Later failures are counted only (failed).", error);
  }

  void answersRefused(@Nullable Throwable cause) {
    warn(
        title() + " cannot have some answers recorded, and tries them again beside the others",
        cause);
  }

  void endsByItself(String why, @Nullable Throwable error) {
    warn(title() + " ends by itself: " + why + ". Nothing more is delivered to its handler", error);
  }

  void couldNotLeave(Throwable error) {
    warn(title() + " could not leave its group; others take over what it held", error);
  }

  void endCouldNotBeTold(Throwable error) {
    warn(title() + " has ended, which could not be told", error);
  }

  private static void warn(String text, @Nullable Throwable error) {
    try {
      LOG.log(Level.WARNING, text, error);
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it, and who called has more to do.
    }
  }

  /** Group and stream, at the beginning of a sentence. */
  String title() {
    return "G" + name().substring(1);
  }

  /** As {@link #title}, within a sentence. */
  private String name() {
    return "group " + Texts.quote(group) + " of stream " + Texts.quote(stream);
  }
}
