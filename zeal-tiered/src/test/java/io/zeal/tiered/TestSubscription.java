package io.zeal.tiered;

import io.zeal.Subscription;
import java.util.Map;

/** A subscription of a test that brings messages by itself; it hears until it is closed. */
final class TestSubscription implements Subscription {

  private volatile boolean closed;

  @Override
  public boolean isActive() {
    return !closed;
  }

  @Override
  public Map<String, Long> numbers() {
    return Map.of();
  }

  @Override
  public void close() {
    closed = true;
  }
}
