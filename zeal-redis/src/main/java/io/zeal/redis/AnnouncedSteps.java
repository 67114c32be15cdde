package io.zeal.redis;

import io.zeal.BackendUnavailableException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.spi.Announcer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The announced steps of one call. Whoever was asked for one waits for its report: none is left
 * without, whatever goes wrong with the call. Used by one thread.
 */
final class AnnouncedSteps {

  private final String what;
  private final List<AnnouncedStep> asked = new ArrayList<>();
  private boolean sent;

  AnnouncedSteps(String what) {
    this.what = what;
  }

  /** Asks for the announcement of one step; before it is sent. */
  AnnouncedStep ask(StepAnnouncer announcer, Bucket bucket, Kind kind, List<String> keys) {
    AnnouncedStep step = announcer.step(bucket, kind, keys);
    asked.add(step);
    return step;
  }

  /** From here on a step that was given up may have happened. */
  void sending() {
    sent = true;
  }

  /** Makes the call; what it leaves without a report when it throws has failed. */
  <T> T during(Supplier<T> call) {
    try {
      return call.get();
    } catch (RuntimeException | Error e) {
      ZealException error = e instanceof ZealException known ? known : givenUp(e);
      asked.forEach(step -> step.abandon(error));
      throw e;
    }
  }

  /** Names the failure's class alone: its words may have values of rows in them. */
  private ZealException givenUp(Throwable failure) {
    return new BackendUnavailableException(
        what
            + ": the call was given up: "
            + failure.getClass().getName()
            + (sent ? ". It may have happened: read before you try again." : ". Nothing was sent."),
        sent ? Outcome.UNKNOWN : Outcome.NOT_SENT,
        failure);
  }
}
