package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.zeal.BackendUnavailableException;
import io.zeal.Outcome;
import io.zeal.ZealException;
import io.zeal.spi.Announcer.Kind;
import io.zeal.spi.Sequence;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No step is left without a report, and what is reported says what is known of it. */
class AnnouncedStepsTest {

  private final AnnouncedSteps steps = new AnnouncedSteps("Store 'players'");
  private final List<Object> reports = new ArrayList<>();
  private final Bucket bucket = new Bucket("zeal:s:{players:0}:", 0);

  @Test
  void whatWasGivenUpBeforeItWasSentDidNotHappen() {
    Throwable thrown =
        failing(() -> {
          ask();
          throw new IllegalStateException("a row's value");
        });
    assertThat(thrown).hasMessage("a row's value");
    assertGivenUp(Outcome.NOT_SENT, "Nothing was sent", thrown);
  }

  @Test
  void whatWasGivenUpAfterItWasSentMayHaveHappened() {
    Throwable thrown =
        failing(() -> {
          ask();
          steps.sending();
          throw new OutOfMemoryError("a row's value");
        });
    assertThat(thrown).isInstanceOf(OutOfMemoryError.class);
    assertGivenUp(Outcome.UNKNOWN, "It may have happened", thrown);
  }

  private void assertGivenUp(Outcome outcome, String said, Throwable cause) {
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst())
        .isInstanceOfSatisfying(
            BackendUnavailableException.class,
            report -> {
              assertThat(report.outcome()).contains(outcome);
              assertThat(report)
                  .hasMessageContainingAll("Store 'players'", said, cause.getClass().getName())
                  .hasMessageNotContaining("a row's value")
                  .hasCause(cause);
            });
  }

  @Test
  void anErrorThatTheCallerGetsIsTheReport() {
    ZealException error =
        new BackendUnavailableException("as the test says", Outcome.UNKNOWN, null);
    Throwable thrown =
        failing(() -> {
          ask();
          ask();
          throw error;
        });
    assertThat(thrown).isSameAs(error);
    assertThat(reports).containsExactly(error, error);
  }

  @Test
  void whatWasReportedOrCountedIsNotReportedAsFailed() {
    Throwable thrown =
        failing(() -> {
          ask().report((ZealException) null);
          ask().took(ByteBuffer.allocate(16).putLong(7).putLong(3).array());
          ask();
          steps.sending();
          throw new IllegalStateException("as the test says");
        });
    assertThat(reports).hasSize(3).startsWith("skipped", new Sequence(0, 7, 3));
    assertThat(reports.getLast())
        .isInstanceOfSatisfying(ZealException.class, report -> assertThat(report).hasCause(thrown));
  }

  private Throwable failing(Runnable call) {
    return catchThrowable(() ->
        steps.during(() -> {
          call.run();
          return "none";
        }));
  }

  private AnnouncedStep ask() {
    StepAnnouncer announcer =
        new StepAnnouncer((number, kind, keys) -> new NotedAnnouncement(reports), "zeal:p:");
    return steps.ask(announcer, bucket, Kind.PUT, List.of("k"));
  }
}
