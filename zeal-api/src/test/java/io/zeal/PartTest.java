package io.zeal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PartTest {

  private final Part<Opened> part =
      new Part<>("parts", () -> new ZealClosedException("It is closed."));
  private final AtomicInteger opens = new AtomicInteger();
  private final AtomicInteger closes = new AtomicInteger();
  private final CountDownLatch opening = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private final class Opened implements AutoCloseable {
    @Override
    public void close() {
      closes.incrementAndGet();
    }
  }

  private Opened openAtOnce() {
    opens.incrementAndGet();
    return new Opened();
  }

  private Opened openSlowly() {
    opens.incrementAndGet();
    opening.countDown();
    try {
      assertThat(goOn.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return new Opened();
  }

  private static <T> Future<T> inAThread(java.util.concurrent.Callable<T> task) {
    CompletableFuture<T> future = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            future.complete(task.call());
          } catch (Throwable e) {
            future.completeExceptionally(e);
          }
        });
    return future;
  }

  @Test
  void twoFirstCallsOpenOneAndBothHaveIt() throws Exception {
    Future<Opened> first = inAThread(() -> part.open(this::openSlowly));
    opening.await();
    Future<Opened> second = inAThread(() -> part.open(this::openSlowly));
    assertThat(part.opened()).isEmpty();

    goOn.countDown();

    assertThat(second.get()).isSameAs(first.get());
    assertThat(part.opened()).containsSame(first.get());
    assertThat(opens).hasValue(1);
  }

  @Test
  void closingDoesNotWaitForAnOpeningThatThenClosesWhatItOpened() throws Exception {
    Future<Opened> first = inAThread(() -> part.open(this::openSlowly));
    opening.await();
    Future<Opened> second = inAThread(() -> part.open(this::openSlowly));

    part.close();
    assertThat(closes).hasValue(0);
    goOn.countDown();

    assertThatThrownBy(first::get).hasCauseInstanceOf(ZealClosedException.class);
    assertThatThrownBy(second::get).hasCauseInstanceOf(ZealClosedException.class);
    assertThat(closes).hasValue(1);
    assertThat(part.opened()).isEmpty();
  }

  @Test
  void anErrorReachesAllWhoWaitAndTheNextCallTriesAgain() throws Exception {
    RuntimeException failure = new IllegalStateException("no");
    Future<Opened> first =
        inAThread(() ->
            part.open(() -> {
              openSlowly();
              throw failure;
            }));
    opening.await();
    Future<Opened> second = inAThread(() -> part.open(this::openAtOnce));
    // The second may come before or after the failure: then it opens by itself.
    goOn.countDown();

    assertThatThrownBy(first::get).hasCause(failure);
    try {
      assertThat(second.get()).isNotNull();
    } catch (ExecutionException e) {
      assertThat(e).hasCause(failure);
    }
    assertThat(part.open(this::openAtOnce)).isNotNull();
  }

  @Test
  void whatIsOpenIsClosedOnceAndNothingIsOpenedAfterwards() throws Exception {
    part.open(this::openAtOnce);

    part.close();

    assertThat(closes).hasValue(1);
    assertThatThrownBy(() -> part.open(this::openAtOnce)).isInstanceOf(ZealClosedException.class);
    assertThat(opens).hasValue(1);
  }

  @Test
  void whoIsInterruptedWhileAnotherOpensIsToldSo() throws Exception {
    Future<Opened> first = inAThread(() -> part.open(this::openSlowly));
    opening.await();

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> part.open(this::openAtOnce))
        .isInstanceOf(OperationInterruptedException.class)
        .hasMessageContaining("parts");

    assertThat(Thread.interrupted()).isTrue();
    goOn.countDown();
    assertThat(first.get()).isNotNull();
  }

  @Test
  void aPartMayLookAtItselfWhileItIsOpened() {
    Opened opened =
        part.open(() -> {
          assertThat(part.opened()).isEmpty();
          return openAtOnce();
        });

    assertThat(part.opened()).containsSame(opened);
  }
}
