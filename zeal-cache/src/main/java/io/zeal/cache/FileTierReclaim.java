package io.zeal.cache;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes room in the background, one segment after the other, oldest first.
 *
 * <p>A segment without living entries goes at once. If the files near their bound, or more than
 * half of them is dead, the oldest segment's living entries are appended again and it goes; if they
 * live in more than three quarters of the bound, they go with it, since moving them would only turn
 * the log round. Should all this come too late, the append that needs a segment drops the oldest
 * itself ({@link SegmentLog}).
 */
final class FileTierReclaim {

  /** Below this many segments it does not matter how much of them is dead. */
  private static final int FEW_SEGMENTS = 4;

  private final FileTier tier;
  private final Executor executor;
  private final AtomicBoolean running = new AtomicBoolean();
  // Held while a run works.
  private final ReentrantLock working = new ReentrantLock();
  private volatile boolean requested;
  private volatile boolean stopped;

  FileTierReclaim(FileTier tier, Executor executor) {
    this.tier = tier;
    this.executor = executor;
  }

  /** Has somebody look whether room can be made, now or as soon as the run under way ends. */
  void request() {
    requested = true;
    if (!stopped && running.compareAndSet(false, true)) {
      try {
        executor.execute(this::run);
      } catch (RejectedExecutionException e) {
        // Its owner is closing. Appends keep to the bound without this.
        running.set(false);
      }
    }
  }

  /** Ends the run under way after the entry it is moving; there is none after this returns. */
  void stop() {
    stopped = true;
    working.lock();
    try {
      // Whoever worked has ended.
    } finally {
      working.unlock();
    }
  }

  private void run() {
    working.lock();
    try {
      requested = false;
      work();
    } catch (IOException e) {
      // The disk is full or fails; whoever appends sees it too. The next segment tries again.
      requested = false;
    } finally {
      working.unlock();
      running.set(false);
    }
    if (requested) {
      request();
    }
  }

  private void work() throws IOException {
    // Once round at most: what was moved in this run is not moved in it again.
    long lastId = tier.newestId();
    try {
      while (!stopped && freeOldest(lastId)) {
        // Until nothing is left to do.
      }
      for (var segment : stopped ? List.<Segment>of() : tier.finished()) {
        // So that close, which forces everything, has little left to do.
        segment.forceAll();
      }
    } finally {
      tier.purge();
    }
  }

  private boolean freeOldest(long lastId) throws IOException {
    var oldest = tier.oldest();
    if (oldest == null || oldest.id() > lastId) {
      return false;
    }
    if (oldest.liveBytes() > 0) {
      if (!isRoomWanted()) {
        return false;
      }
      if (isMovingWorthwhile(oldest)) {
        tier.moveEntries(oldest, () -> !stopped);
        if (stopped) {
          return false;
        }
      }
    }
    tier.drop(oldest);
    return true;
  }

  private boolean isRoomWanted() {
    return isNearBound() || isMostlyDead();
  }

  private boolean isNearBound() {
    var settings = tier.settings();
    return tier.weight() + 2L * settings.segmentBytes() > settings.boundBytes();
  }

  private boolean isMostlyDead() {
    long weight = tier.weight();
    return weight > (long) FEW_SEGMENTS * tier.settings().segmentBytes()
        && tier.liveWeight() < weight / 2;
  }

  private boolean isMovingWorthwhile(Segment oldest) {
    long bound = tier.settings().boundBytes();
    return tier.liveWeight() <= bound / 4 * 3 && tier.weight() + oldest.weight() <= bound;
  }
}
