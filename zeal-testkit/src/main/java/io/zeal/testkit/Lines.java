package io.zeal.testkit;

import io.zeal.Subscription;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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

  /**
   * Opens what brings messages to {@code line} by a call that may fail. Then nothing is left of it,
   * also if it was opened and only the answer was lost (P4.7, R2.5).
   */
  Subscription open(Line line, Calls calls, String what, Supplier<Subscription> opening) {
    AtomicReference<@Nullable Subscription> opened = new AtomicReference<>();
    join(line);
    try {
      return line.of(
          calls.read(
              what,
              "",
              () -> {
                Subscription real = opening.get();
                opened.set(real);
                return real;
              }));
    } catch (RuntimeException | Error e) {
      line.end();
      leave(line);
      Subscription unheard = opened.get();
      if (unheard != null) {
        unheard.close();
      }
      throw e;
    }
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
