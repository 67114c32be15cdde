package io.zeal.testkit;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The subscriptions of one thing that is decorated, which end with it. */
final class Lines {

  private final Chaos chaos;
  private final Executor executor;
  private final Set<Line> open = ConcurrentHashMap.newKeySet();

  Lines(Chaos chaos, Executor executor) {
    this.chaos = chaos;
    this.executor = executor;
  }

  Chaos chaos() {
    return chaos;
  }

  Executor executor() {
    return executor;
  }

  void join(Line line) {
    open.add(line);
    chaos.join(line);
  }

  void leave(Line line) {
    open.remove(line);
    chaos.leave(line);
  }

  /** Nothing is handed over any more; returns when that was. */
  long end() {
    open.forEach(Line::end);
    return System.nanoTime();
  }

  /** Waits for handlers that run, each up to its limit after {@code fromNanos}. */
  void await(long fromNanos) {
    open.forEach(line -> line.awaitHandler(fromNanos));
    open.forEach(this::leave);
  }
}
