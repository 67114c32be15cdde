package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.LoadContext;
import io.zeal.Loader;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A loader that waits to be released. Safe for concurrent use. */
final class HeldLoader<T> implements Loader<T> {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Loader<T> loader;
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger runs = new AtomicInteger();

  /** Runs {@code loader} once it is released. */
  HeldLoader(Loader<T> loader) {
    this.loader = loader;
  }

  static <T> HeldLoader<T> of(T value) {
    return new HeldLoader<>(load -> value);
  }

  @Override
  public @Nullable T load(LoadContext<T> context) throws Exception {
    runs.incrementAndGet();
    begun.countDown();
    if (!released.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("a loader was not released within " + LIMIT);
    }
    return loader.load(context);
  }

  /** Waits until a run has begun. */
  void awaitBegun(String rule) {
    boolean did;
    try {
      did = begun.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(rule + " interrupted while waiting for a loader to run", e);
    }
    assertThat(did).as("%s a loader runs within %s", rule, LIMIT).isTrue();
  }

  /** Lets this run and all later ones go on. */
  void release() {
    released.countDown();
  }

  /** How many runs have begun. */
  int runs() {
    return runs.get();
  }
}
