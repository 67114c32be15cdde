package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Where handlers stand until the test lets them go on. Safe for concurrent use. */
final class Gate {

  private final Duration patience;
  private final CountDownLatch opened = new CountDownLatch(1);
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger interrupted = new AtomicInteger();

  Gate(Duration patience) {
    this.patience = patience;
  }

  /**
   * Waits until the gate is open; an interrupt ends the wait too, and is counted. Answers whether
   * it was open.
   */
  boolean pass() {
    arrived.incrementAndGet();
    try {
      return opened.await(patience.multipliedBy(3).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted.incrementAndGet();
      return false;
    }
  }

  void open() {
    opened.countDown();
  }

  boolean isOpen() {
    return opened.getCount() == 0;
  }

  /** How many have come to it. */
  int arrived() {
    return arrived.get();
  }

  /** How many were interrupted while they waited. */
  int interrupted() {
    return interrupted.get();
  }

  /** Waits until so many have come to it. */
  void awaitArrived(String rule, int handlers) {
    Waiting.until(() -> arrived() >= handlers, patience);
    assertThat(arrived())
        .as("%s handlers that began within %s", rule, patience)
        .isGreaterThanOrEqualTo(handlers);
  }
}
