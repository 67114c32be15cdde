package io.zeal.redis;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Platform threads for what waits for messages and for what the next message waits for. For drivers
 * whose connections are read by who waits: two other threads have to wake up before a virtual
 * thread has read from a socket (ADR 0064).
 *
 * <p>A thread takes over nothing from the one that starts its task but the context class loader,
 * which the virtual threads that it starts have from it. It lives for a moment after its task, for
 * the next one, and does not keep the process alive. Where the system has no thread to give, a
 * virtual one runs the task: later than it could, and not never.
 */
final class SocketThreads implements Executor, AutoCloseable {

  private static final long LINGER_SECONDS = 5;

  private static final ThreadFactory THREADS =
      Thread.ofPlatform()
          .daemon()
          .name("zeal-redis-", 0)
          .inheritInheritableThreadLocals(false)
          .factory();

  private final Executor otherwise;
  private final ThreadPoolExecutor pool;

  /**
   * @param otherwise runs in virtual threads what finds no other
   */
  SocketThreads(Executor otherwise) {
    this(otherwise, THREADS);
  }

  SocketThreads(Executor otherwise, ThreadFactory threads) {
    this.otherwise = otherwise;
    this.pool =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE, // as many as there are consumers, twice, and a few
            LINGER_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            threads);
  }

  /**
   * Runs it in a thread.
   *
   * @throws RejectedExecutionException if this is closed
   */
  @Override
  public void execute(Runnable task) {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      pool.execute(() -> run(task, loader));
    } catch (OutOfMemoryError e) { // what the system's limit of threads is told as
      otherwise.execute(task);
    }
  }

  private static void run(Runnable task, @Nullable ClassLoader loader) {
    Thread.currentThread().setContextClassLoader(loader);
    try {
      task.run();
    } finally {
      Thread.currentThread().setContextClassLoader(null); // who waits here keeps nobody's alive
    }
  }

  /** Interrupts what runs. */
  @Override
  public void close() {
    var _ = pool.shutdownNow();
  }
}
