package io.zeal;

import java.util.Map;

/** A running subscription. Safe for concurrent use. */
public interface Subscription extends AutoCloseable {

  /** Whether messages arrive; false during an outage and after {@link #close}. */
  boolean isActive();

  /**
   * Numbers: {@code received}, {@code failed} (the handler threw), {@code dropped} (the queue was
   * full), {@code gaps}.
   */
  Map<String, Long> numbers();

  /**
   * Ends it; waits for handlers that are running, up to the close timeout. Nothing is delivered
   * afterwards.
   */
  @Override
  void close();
}
