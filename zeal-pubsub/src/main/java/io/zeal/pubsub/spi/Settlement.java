package io.zeal.pubsub.spi;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What becomes of a claimed message; ends the claim. */
public sealed interface Settlement {

  /** The message it is about. */
  Claimed message();

  /** Handled: never delivered to the group again. */
  record Done(Claimed message) implements Settlement {
    /** Null is refused. */
    public Done {
      Objects.requireNonNull(message, "message");
    }
  }

  /** To be delivered again, to any member, not before {@code delay} has passed. */
  record Retry(Claimed message, Duration delay) implements Settlement {
    /** Null is refused. */
    public Retry {
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(delay, "delay");
    }
  }

  /**
   * To the dead letters, and done, in one atomic step. The dead letter has the recorded count.
   *
   * @param reason why, without anything of the payload that the application did not put there
   * @param stackHash the same text for the same stack trace, or null if the handler threw nothing
   */
  record Bury(Claimed message, String reason, @Nullable String stackHash) implements Settlement {
    /** Null is refused, but for the hash. */
    public Bury {
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * Taken and never handed to a handler: to be delivered to any member at once, ahead of newer ones
   * where the backend can. The count of a fresh message goes back to 0, another stays as it is.
   */
  record Release(Claimed message) implements Settlement {
    /** Null is refused. */
    public Release {
      Objects.requireNonNull(message, "message");
    }
  }
}
