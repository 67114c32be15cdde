package io.zeal.pubsub;

import io.zeal.pubsub.spi.Claimed;
import io.zeal.pubsub.spi.LostMembershipException;
import io.zeal.pubsub.spi.Membership;
import io.zeal.pubsub.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One consumer of a group in memory. Everything that changes is guarded by the stream's lock. */
final class StreamMember implements Membership {

  private final StreamGroup group;
  private final ReentrantLock lock;
  private final Condition news;
  private final StreamClock clock;
  private final Duration claimAfter;

  final Map<Long, StreamGroup.Pending> held = new HashMap<>();
  private long silentAtMillis;
  private boolean stopped;
  private boolean gone;
  private String why = "the consumer has left";

  StreamMember(
      StreamGroup group,
      ReentrantLock lock,
      Condition news,
      StreamClock clock,
      Duration claimAfter) {
    this.group = group;
    this.lock = lock;
    this.news = news;
    this.clock = clock;
    this.claimAfter = claimAfter;
    this.silentAtMillis = clock.in(claimAfter);
  }

  long silentAtMillis() {
    return silentAtMillis;
  }

  Duration claimAfter() {
    return claimAfter;
  }

  /** It is no member any more, and what it held is not its own. Holds the lock. */
  void expel(String reason) {
    gone = true;
    why = reason;
    held.clear();
  }

  private void requireMember() {
    if (gone) {
      throw new LostMembershipException(why);
    }
  }

  @Override
  public List<Claimed> take(int most, Duration wait) {
    lock.lock();
    try {
      long leftNanos = wait.toNanos();
      while (true) {
        requireMember();
        if (stopped) {
          return List.of();
        }
        List<Claimed> taken = group.take(this, most);
        if (!taken.isEmpty() || leftNanos <= 0) {
          return taken;
        }
        long dueNanos = nanos(clock.waitMillis(group.nextDueMillis(this)));
        long napNanos = Math.max(1, Math.min(leftNanos, dueNanos));
        leftNanos -= napNanos - news.awaitNanos(napNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of(); // nothing was taken
    } finally {
      lock.unlock();
    }
  }

  private static long nanos(long millis) {
    return millis > Long.MAX_VALUE / 1_000_000 ? Long.MAX_VALUE : millis * 1_000_000;
  }

  @Override
  public void stopTaking() {
    lock.lock();
    try {
      stopped = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public OptionalLong begin(Claimed message) {
    lock.lock();
    try {
      requireMember();
      StreamGroup.Pending pending = held.get(number(message));
      return pending == null ? OptionalLong.empty() : OptionalLong.of(group.begin(pending));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Boolean> settle(List<Settlement> answers) {
    lock.lock();
    try {
      requireMember();
      List<Boolean> stood = new ArrayList<>(answers.size());
      for (Settlement answer : answers) {
        StreamGroup.Pending pending = held.remove(number(answer.message()));
        if (pending != null) {
          group.settle(pending, answer);
        }
        stood.add(pending != null);
      }
      news.signalAll(); // what is due again may be so for others, sooner than they wait
      return stood;
    } finally {
      lock.unlock();
    }
  }

  private static long number(Claimed message) {
    return Long.parseLong(message.id());
  }

  @Override
  public void beat() {
    lock.lock();
    try {
      requireMember();
      silentAtMillis = clock.in(claimAfter);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      stopped = true;
      if (held.isEmpty()) {
        gone = true;
        group.leave(this);
      }
      news.signalAll(); // those who stay have to know when this one falls silent
    } finally {
      lock.unlock();
    }
  }
}
