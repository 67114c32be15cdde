package io.zeal.pubsub.spi;

import io.zeal.Message;
import io.zeal.SubscribeOptions;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A subscription: a bounded queue in front of a handler, and the one virtual thread that runs it.
 * Safe for concurrent use.
 *
 * <p>Whoever receives messages hands them over by {@link #deliver}, tells of what may have been
 * missed by {@link #gap}, and of outages by {@link #suspend}, {@link #resume} and {@link #giveUp}.
 * Everything else is the application's: {@link #close} ends it, and nothing is delivered
 * afterwards.
 *
 * <p><b>How it is fast.</b> Who hands over holds the lock; the runner takes it only to fetch all
 * that waits at once, its batch, and then takes message after message from the batch without it.
 * What is left of the batch still counts as waiting, so the capacity is exact, and the oldest
 * message to drop may be in it. Therefore the place in the batch and the bit "a gap is due" are one
 * word, {@link #cursor}: whoever drops a message moves the place and sets the bit in one step, so
 * that the runner cannot come by the next message without having seen the gap.
 *
 * <p>The lock is never held while the handler or any other foreign code runs.
 */
public final class Mailbox implements Endable {

  /** What became of a message that was handed over. */
  public enum Handover {
    /** It waits for the handler. */
    TAKEN,
    /** The queue was full and its policy is to drop what is new. */
    DROPPED,
    /** The queue stayed full for as long as the caller would wait; dropped. */
    TIMED_OUT,
    /** The subscription is closed. */
    CLOSED
  }

  private static final Logger LOG = System.getLogger("io.zeal.pubsub");

  private final String name;
  private final SubscribeOptions options;
  private final Consumer<? super Message> handler;
  private final Consumer<Mailbox> leave;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition(); // for the runner
  private final Condition room = lock.newCondition(); // for those who hand over
  private final Condition ended = lock.newCondition(); // for those who close

  /** Twice the place of the next message in the batch, plus 1 if a gap is due. */
  private final AtomicLong cursor = new AtomicLong(); // the runner moves it without the lock

  private final AtomicLong received = new AtomicLong(); // written by the runner
  private final AtomicLong gaps = new AtomicLong(); // written by the runner
  private final AtomicLong failed = new AtomicLong(); // written by the runner

  private final AtomicInteger waitingForRoom = new AtomicInteger(); // the runner reads it

  // All written under lock.
  private final ArrayDeque<Message> queue = new ArrayDeque<>();
  private @Nullable Message[] batch = {};
  private @Nullable Thread runner;
  private boolean idle;
  private boolean suspended;
  private boolean givenUp;
  private boolean closed;
  private boolean over;
  private long closedNanos;
  private long dropped;

  private Mailbox(
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Consumer<Mailbox> leave) {
    this.name = name;
    this.options = options;
    this.handler = handler;
    this.leave = leave;
  }

  /**
   * Opens a mailbox, active and empty.
   *
   * @param name the channel or pattern, for the log
   * @param executor runs its one thread, which ends with the mailbox
   * @param leave called once, by the thread that ends the mailbox and without a lock: takes it out
   *     of wherever it is found
   */
  public static Mailbox open(
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Executor executor,
      Consumer<Mailbox> leave) {
    Mailbox mailbox =
        new Mailbox(
            Objects.requireNonNull(name, "name"),
            Objects.requireNonNull(options, "options"),
            Objects.requireNonNull(handler, "handler"),
            Objects.requireNonNull(leave, "leave"));
    executor.execute(mailbox::run);
    return mailbox;
  }

  /** How it behaves. */
  public SubscribeOptions options() {
    return options;
  }

  /**
   * Hands a message over, which nobody else may keep or change. Waits only if the queue is full and
   * the policy is to block, and then at most {@code patience}; the mailbox's own handler does not
   * wait, since it is the one that would make room.
   *
   * @throws InterruptedException if the thread is interrupted while it waits; the message is
   *     dropped
   */
  public Handover deliver(Message message, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      if (closed) {
        return Handover.CLOSED;
      }
      if (isFull()) {
        switch (options.whenFull()) {
          case DROP_OLDEST -> dropOldest();
          case DROP_NEWEST -> {
            missed();
            return Handover.DROPPED;
          }
          case BLOCK -> {
            if (!awaitRoom(patience)) {
              missed();
              return Handover.TIMED_OUT;
            }
            if (closed) {
              return Handover.CLOSED;
            }
          }
        }
      }
      queue.add(message);
      wake();
      return Handover.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is room, or the mailbox is closed and needs none. Holds the lock. */
  private boolean awaitRoom(Duration patience) throws InterruptedException {
    if (Thread.currentThread().equals(runner)) {
      return false;
    }
    long left = nanos(patience);
    waitingForRoom.incrementAndGet(); // before the first look, so that no room is overlooked
    try {
      while (!closed && isFull()) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      missed();
      throw e;
    } finally {
      waitingForRoom.decrementAndGet();
    }
  }

  private static long nanos(Duration patience) {
    try {
      return patience.toNanos();
    } catch (ArithmeticException e) { // longer than 292 years
      return Long.MAX_VALUE;
    }
  }

  /** Whether as many wait as may. Holds the lock; there may be more room at once, never less. */
  private boolean isFull() {
    int atMost = queue.size() + batch.length;
    return atMost >= options.queueCapacity() // spares a look at what the runner writes all the time
        && atMost - (cursor.get() >> 1) >= options.queueCapacity();
  }

  /** Holds the lock. */
  private void dropOldest() {
    long at = cursor.get();
    while (at >> 1 < batch.length) {
      if (cursor.compareAndSet(at, (at + 2) | 1)) {
        dropped++;
        return;
      }
      at = cursor.get();
    }
    if (isFull()) { // otherwise the runner has just made room
      queue.poll();
      missed();
    }
  }

  /** Holds the lock. */
  private void missed() {
    dropped++;
    gapIsDue();
  }

  /** Holds the lock. */
  private void gapIsDue() {
    if (!closed) { // nothing runs any more, the callback neither
      cursor.updateAndGet(at -> at | 1);
      wake();
    }
  }

  /** Holds the lock. */
  private void wake() {
    if (idle) {
      idle = false; // one signal is enough, however much arrives before it is heard
      arrived.signal();
    }
  }

  /** Messages may have been missed: the gap callback runs before the next message. */
  public void gap() {
    locked(this::gapIsDue);
  }

  /** An outage began: not active until it is resumed. */
  public void suspend() {
    locked(() -> suspended = true);
  }

  /** An outage is over: active, and messages may have been missed. */
  public void resume() {
    locked(() -> {
      suspended = false;
      gapIsDue();
    });
  }

  /** No attempt to come back is left: not active any more, and the gap callback runs once more. */
  public void giveUp() {
    locked(() -> {
      givenUp = true;
      gapIsDue();
    });
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (fetch()) {
      long at = cursor.get();
      while (at != 2L * batch.length) {
        take(at);
        at = cursor.get();
      }
    }
  }

  /** Waits for something to do, and makes it the batch; false if the mailbox is closed. */
  private boolean fetch() {
    lock.lock();
    try {
      runner = Thread.currentThread();
      while (!closed && queue.isEmpty() && (cursor.get() & 1) == 0) {
        idle = true;
        arrived.awaitUninterruptibly();
      }
      idle = false;
      if (closed) {
        over = true;
        ended.signalAll();
        return false;
      }
      batch = queue.toArray(new Message[0]);
      queue.clear();
      cursor.set(cursor.get() & 1);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Takes what is next, unless somebody has dropped it. */
  private void take(long at) {
    if ((at & 1) == 1) {
      if (cursor.compareAndSet(at, at - 1)) {
        gaps.incrementAndGet();
        handle(options.onGap());
      }
    } else if (cursor.compareAndSet(at, at + 2)) {
      Message message = Objects.requireNonNull(batch[(int) (at >> 1)]);
      batch[(int) (at >> 1)] = null;
      received.setRelease(received.getPlain() + 1);
      if (waitingForRoom.get() > 0) {
        locked(room::signal);
      }
      handle(() -> handler.accept(message));
    }
  }

  private void handle(Runnable code) {
    try {
      code.run();
    } catch (Throwable e) { // an Error too: the subscription goes on
      if (failed.incrementAndGet() == 1) {
        LOG.log(
            Level.WARNING,
            "The handler of the subscription to "
                + Names.quote(name)
                + " failed. It goes on receiving; later failures are counted only (failed).",
            e);
      }
    } finally {
      Thread.interrupted(); // closing alone may interrupt a handler, and then none follows
    }
  }

  @Override
  public boolean isActive() {
    lock.lock();
    try {
      return !closed && !suspended && !givenUp;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Map<String, Long> numbers() {
    lock.lock();
    try {
      return Map.of(
          "received",
          received.get(),
          "failed",
          failed.get(),
          "dropped",
          dropped,
          "gaps",
          gaps.get());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void end() {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      closedNanos = System.nanoTime();
      queue.clear();
      cursor.set(2L * batch.length); // a handler that has not begun does not
      wake();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    leave.accept(this);
  }

  /**
   * Ends it. Waits for the handler that runs, up to the close timeout, and interrupts it then; does
   * not wait for itself when the handler closes its own subscription.
   */
  @Override
  public void close() {
    try {
      end();
    } finally {
      awaitEnd();
    }
  }

  private void awaitEnd() {
    lock.lock();
    try {
      if (Thread.currentThread().equals(runner)) {
        return;
      }
      long left = nanos(options.closeTimeout()) - (System.nanoTime() - closedNanos);
      while (!over && left > 0) {
        left = ended.awaitNanos(left);
      }
      if (!over && runner != null) {
        runner.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes does not want to wait any longer
    } finally {
      lock.unlock();
    }
  }

  /** The channel or pattern. */
  @Override
  public String toString() {
    return "Mailbox[" + Names.quote(name) + "]";
  }
}
