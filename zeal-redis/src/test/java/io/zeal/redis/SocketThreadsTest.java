package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketThreadsTest {

  private static final InheritableThreadLocal<String> LOCAL = new InheritableThreadLocal<>();

  private final ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor();
  private final SocketThreads threads = new SocketThreads(virtual);

  @AfterEach
  void close() {
    LOCAL.remove();
    threads.close();
    virtual.shutdownNow();
  }

  /** What a task of the threads sees. */
  private record Seen(Thread thread, @Nullable ClassLoader loader, @Nullable String local) {}

  private Seen run() throws Exception {
    return run(threads);
  }

  private static Seen run(SocketThreads threads) throws Exception {
    CompletableFuture<Seen> seen = new CompletableFuture<>();
    threads.execute(() -> {
      Thread me = Thread.currentThread();
      seen.complete(new Seen(me, me.getContextClassLoader(), LOCAL.get()));
    });
    return seen.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aThreadDoesNotKeepTheProcessAliveAndHasNothingOfWhoStartedItsTaskButTheClassLoader()
      throws Exception {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    LOCAL.set("mine");
    try (URLClassLoader own = new URLClassLoader(new URL[0], before)) {
      Thread.currentThread().setContextClassLoader(own);
      Seen seen = run();
      assertThat(seen.thread.isDaemon()).isTrue();
      assertThat(seen.thread.isVirtual()).isFalse();
      assertThat(seen.loader).isSameAs(own);
      assertThat(seen.local).isNull();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
    assertThat(run().loader).as("of the next task").isSameAs(before);
  }

  @Test
  void closingInterruptsWhatRunsAndTakesNothingMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    threads.execute(() -> {
      begun.countDown();
      try {
        interrupted.complete(new CountDownLatch(1).await(10, TimeUnit.SECONDS));
      } catch (InterruptedException e) {
        interrupted.complete(true);
      }
    });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

    threads.close();

    assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(this::run).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void whatFindsNoThreadOfTheSystemRunsInAVirtualOne() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    try (SocketThreads limited =
        new SocketThreads(
            virtual,
            task -> {
              if (full.get()) {
                throw new OutOfMemoryError("expected by the test: no native thread");
              }
              return Thread.ofPlatform().daemon().unstarted(task);
            })) {
      assertThat(run(limited).thread.isVirtual()).isTrue();
      full.set(false);
      assertThat(run(limited).thread.isVirtual()).as("when there are threads again").isFalse();
    }
  }
}
