package io.zeal.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many callers at once: a virtual thread for each, and none begins before all are there. */
final class Crowd {

  private Crowd() {}

  /**
   * Runs the call that often and returns what each answered.
   *
   * @throws RuntimeException what the first one that failed threw, once all have ended
   */
  static <T> List<T> run(int callers, Callable<T> call) {
    CountDownLatch ready = new CountDownLatch(callers);
    List<Callable<T>> work = new ArrayList<>();
    for (int i = 0; i < callers; i++) {
      work.add(() -> {
        ready.countDown();
        ready.await();
        return call.call();
      });
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<T> answers = new ArrayList<>();
      for (Future<T> done : threads.invokeAll(work)) {
        answers.add(done.get());
      }
      return answers;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Problem(503, "DEMO-503", "The server is stopping.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }
}
