package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waits that end in time without a limit of their own. */
class TimekeeperTest {

  private static final long LONG = Duration.ofHours(1).toNanos();

  private final Timekeeper timekeeper = new Timekeeper();
  private final CompletableFuture<String> answer = new CompletableFuture<>();

  @AfterEach
  void close() {
    timekeeper.close();
  }

  private void limit(CompletableFuture<?> one, long nanos) {
    timekeeper.limit(one, System.nanoTime() + nanos);
  }

  @Test
  void whatTakesTooLongIsEndedAndNothingElse() {
    CompletableFuture<String> other = new CompletableFuture<>();
    limit(other, LONG);
    limit(answer, 1);

    Await.until("the limit to pass", answer::isDone);
    assertThat(answer.exceptionNow()).isInstanceOf(TimeoutException.class);
    assertThat(other).isNotDone();
    other.complete("answer");
  }

  @Test
  void itRestsWhileNobodyWaitsAndIsBackForWhoeverComes() {
    limit(CompletableFuture.completedFuture("answer"), LONG);
    Await.until("it to rest", timekeeper::isResting);
    limit(answer, 1);

    Await.until("the limit to pass", answer::isDone);
  }

  @Test
  void thoseWhoWaitWhileItIsClosedAreEndedInTime() {
    limit(answer, Duration.ofMillis(50).toNanos());
    timekeeper.close();

    Await.until("the limit to pass", answer::isDone);
  }

  @Test
  void whoComesAfterItHasEndedIsEndedAtOnce() {
    timekeeper.close();
    Await.until("it to end", () -> !timekeeper.isRunning());
    limit(answer, LONG);

    assertThat(answer).isCompletedExceptionally();
  }
}
