package io.zeal.memcached;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/** What a write waits before it is made again. */
final class Pause {

  private static final long SHORTEST_NANOS = 20_000;
  private static final int DOUBLINGS = 7;

  private Pause() {}

  /** Longer after each conflict and never the same, so that those who met do not meet again. */
  static void after(int conflicts) {
    long most = SHORTEST_NANOS << Math.min(conflicts, DOUBLINGS);
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(most));
  }
}
