package io.zeal.redis.spi;

import io.zeal.redis.spi.LinkException.Kind;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a node has sent to a link that listens and nobody has received yet: a help for drivers whose
 * library reads by itself, on a thread of its own.
 *
 * <p>Bounded: when it is full the library is told to stop reading, and to go on when most of it was
 * taken. So at most {@link #FULL} bytes, and what the library had read already, wait here. Safe for
 * concurrent use.
 */
public final class Inbox {

  /** How a library is told to stop reading; called by any thread, with a lock held. */
  public interface Tap {
    /** Reads on, or reads nothing more; does not wait. */
    void open(boolean open);
  }

  private static final long FULL = 256 << 10;
  private static final long NEARLY_EMPTY = FULL / 4;

  /** What a reply takes besides its bytes, roughly. */
  private static final int OBJECT = 48;

  private record Ended(Kind kind, String message, @Nullable Throwable cause) {}

  private final Tap tap;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<Reply> replies = new ArrayDeque<>(); // guarded by lock
  private long bytes; // guarded by lock
  private boolean full; // guarded by lock
  private @Nullable Ended ended; // guarded by lock

  /** An empty one. */
  public Inbox(Tap tap) {
    this.tap = tap;
  }

  /** Adds what came; dropped if it has ended. */
  public void add(Reply reply) {
    lock.lock();
    try {
      if (ended != null) {
        return;
      }
      replies.add(reply);
      bytes += weight(reply);
      if (!full && bytes >= FULL) {
        full = true;
        tap.open(false);
      }
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Nothing more will come. The first reason counts.
   *
   * @return the reason that counts
   */
  public LinkException end(Kind kind, String message, @Nullable Throwable cause) {
    lock.lock();
    try {
      if (ended == null) {
        ended = new Ended(kind, message, cause);
        changed.signalAll();
      }
      return exception(ended);
    } finally {
      lock.unlock();
    }
  }

  /** Why it has ended; null while it has not. */
  public @Nullable LinkException ended() {
    lock.lock();
    try {
      return ended == null ? null : exception(ended);
    } finally {
      lock.unlock();
    }
  }

  /** A new one each time: an exception has one stack. */
  private static LinkException exception(Ended ended) {
    return new LinkException(ended.kind, ended.message, ended.cause);
  }

  /**
   * Takes what came first, waiting for it up to the deadline. Ends at the deadline, and when the
   * thread is interrupted, whose flag stays set; the caller then breaks the connection.
   *
   * @param deadline a value of {@link System#nanoTime()}
   * @throws LinkException why it has ended
   */
  public Reply take(Endpoint peer, long deadline) throws LinkException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted(peer, e);
    }
    try {
      while (replies.isEmpty()) {
        if (ended != null) {
          throw exception(ended);
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw end(Kind.REPLY_TIMEOUT, "nothing came from " + peer + " in time", null);
        }
        long ignored = changed.awaitNanos(left);
      }
      Reply first = replies.removeFirst();
      bytes -= weight(first);
      if (full && bytes <= NEARLY_EMPTY) {
        full = false;
        tap.open(true);
      }
      return first;
    } catch (InterruptedException e) {
      throw interrupted(peer, e);
    } finally {
      lock.unlock();
    }
  }

  private LinkException interrupted(Endpoint peer, InterruptedException e) {
    Thread.currentThread().interrupt();
    return end(Kind.INTERRUPTED, "interrupted while listening to " + peer, e);
  }

  private static long weight(Reply reply) {
    return switch (reply) {
      case Reply.Bytes(byte[] value) -> OBJECT + value.length;
      case Reply.Failure(String message) -> OBJECT + message.length();
      case Reply.Items(List<Reply> values) -> {
        long sum = OBJECT;
        for (Reply value : values) {
          sum += weight(value);
        }
        yield sum;
      }
      default -> OBJECT;
    };
  }
}
