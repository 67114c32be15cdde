package io.zeal.consumer;

import io.zeal.Schema;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The application once more, for a server: its settings, driver and path come from whoever starts
 * it. Its lines are what the tests expect.
 */
final class RedisMain {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** How the names of the JDK's own threads begin, which carry and wake virtual ones. */
  private static final Set<String> OF_THE_JDK =
      Set.of("ForkJoinPool", "VirtualThread", "CompletableFuture", "MasterPoller", "Read-Poller");

  private RedisMain() {}

  public static void main(String[] args) throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    try (Zeal zeal = Zeal.open()) {
      System.out.println("application is in module " + RedisMain.class.getModule().getName());
      System.out.println("Zeal is in module " + Zeal.class.getModule().getName());
      System.out.println("backend: " + zeal.info().name());

      var store = zeal.store("opened", Schema.of(Opened.class));
      store.clear();
      store.put("a", new Opened("alice", 41));
      store.increment("a", "score", 1);
      System.out.println(store.get("a").orElseThrow() + " of " + store.count());

      var counter = zeal.counter("requests");
      counter.reset();
      counter.increment();
      System.out.println("counter: " + counter.add(2));
      System.out.println("first steps: " + FirstSteps.run(zeal));
      System.out.println("a script: " + (FirstSteps.remember(zeal, "index") > 0));
    }
    System.out.println("threads left: " + leftOf(before));
    System.out.println("end: " + System.currentTimeMillis());
  }

  /** Names of the threads that came meanwhile and do not end. */
  private static List<String> leftOf(Set<Thread> before) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      List<String> names =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !before.contains(thread))
              .map(Thread::getName)
              .filter(name -> OF_THE_JDK.stream().noneMatch(name::startsWith))
              .sorted()
              .toList();
      if (names.isEmpty() || System.nanoTime() - end > 0) {
        return names;
      }
      LockSupport.parkNanos(10_000_000);
    }
  }
}
