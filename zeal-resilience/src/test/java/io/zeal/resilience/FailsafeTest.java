package io.zeal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.failsafe.CircuitBreaker;
import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.failsafe.Timeout;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What Failsafe does, as far as ADR 0100 says why it is used for one thing and not for another. */
class FailsafeTest {

  private static final Duration SHORT = Duration.ofMillis(1);

  private static CircuitBreaker<Object> breaker() {
    return CircuitBreaker.builder()
        .withFailureThreshold(1)
        .withSuccessThreshold(1)
        .withDelay(SHORT)
        .build();
  }

  private static CircuitBreaker<Object> halfOpen() {
    CircuitBreaker<Object> breaker = breaker();
    breaker.recordFailure();
    await(() -> breaker.tryAcquirePermit());
    assertThat(breaker.isHalfOpen()).isTrue();
    return breaker;
  }

  private static void await(java.util.function.BooleanSupplier condition) {
    long begun = System.nanoTime();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - begun).isLessThan(TimeUnit.SECONDS.toNanos(20));
      Thread.onSpinWait();
    }
  }

  @Test
  void itsBreakerStaysHalfOpenForGoodIfAProbeIsAbandoned() {
    CircuitBreaker<Object> breaker = halfOpen();
    // The probe never says how it ended. Many times the delay later:
    long begun = System.nanoTime();
    await(() -> System.nanoTime() - begun > 50 * SHORT.toNanos());
    assertThat(breaker.tryAcquirePermit()).as("a permit behind an abandoned probe").isFalse();
    assertThat(breaker.isHalfOpen()).isTrue();
  }

  @Test
  void itsBreakerIsClosedByACallThatBeganBeforeTheOutage() {
    CircuitBreaker<Object> breaker = breaker();
    assertThat(breaker.tryAcquirePermit()).as("a call that is late").isTrue();
    breaker.recordFailure();
    await(() -> breaker.tryAcquirePermit());
    breaker.recordSuccess(); // the late one's, not the probe's
    assertThat(breaker.isClosed()).isTrue();
  }

  @Test
  void itsTimeoutDoesNotEndACallInTheCallersThreadUnlessItInterrupts() {
    long begun = System.nanoTime();
    boolean[] ended = new boolean[1];
    var _ =
        catchThrowable(() ->
            Failsafe.with(Timeout.of(SHORT))
                .run(() -> {
                  await(() -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(100));
                  ended[0] = true;
                }));
    assertThat(ended[0]).as("a call of a hundred times the timeout ran to its end").isTrue();
  }

  @Test
  void anInterruptInItsPauseIsAnErrorOfItsOwn() throws InterruptedException {
    RetryPolicy<Object> policy = RetryPolicy.builder().withDelay(Duration.ofMinutes(1)).build();
    CountDownLatch failed = new CountDownLatch(1);
    Throwable[] thrown = new Throwable[1];
    Thread thread =
        Thread.startVirtualThread(() ->
            thrown[0] =
                catchThrowable(() ->
                    Failsafe.with(policy)
                        .run(() -> {
                          failed.countDown();
                          throw new IllegalStateException("first");
                        })));
    assertThat(failed.await(20, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();
    assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
    assertThat(thrown[0])
        .isInstanceOf(FailsafeException.class)
        .hasCauseInstanceOf(InterruptedException.class);
  }
}
