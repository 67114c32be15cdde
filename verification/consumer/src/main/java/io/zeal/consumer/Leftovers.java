package io.zeal.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Threads that go on when everything is closed. */
final class Leftovers {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  /** How the names of the JDK's own threads begin, which carry and wake virtual ones. */
  private static final Set<String> OF_THE_JDK =
      Set.of("ForkJoinPool", "VirtualThread", "CompletableFuture", "MasterPoller", "Read-Poller");

  private Leftovers() {}

  /** Names of the threads that came meanwhile and do not end. */
  static List<String> of(Set<Thread> before) {
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
