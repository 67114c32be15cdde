package io.zeal.pubsub.spi;

import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The delivery of reliable messages to one handler: takes them from a {@link Membership}, runs the
 * handler, records its answers. Safe for concurrent use.
 */
public final class Consumption implements Endable {

  private Consumption() {}

  /**
   * Joins the group, and begins. Returns once the membership is in force.
   *
   * @param join makes a membership of another consumer each time: called here, and again whenever
   *     one was lost
   * @param executor runs its threads, which end with it
   * @param leave called once when it is closed, after the membership was
   */
  public static Consumption start(
      Consuming consuming,
      Supplier<Membership> join,
      Executor executor,
      Consumer<Consumption> leave) {
    return new Consumption();
  }

  @Override
  public boolean isActive() {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public Map<String, Long> numbers() {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void end() {
    throw new UnsupportedOperationException("not yet");
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException("not yet");
  }
}
