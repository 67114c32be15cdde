package io.zeal.pubsub.spi;

import io.zeal.Message;
import io.zeal.SubscribeOptions;
import io.zeal.spi.Texts;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
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
 * <p><b>How it is fast.</b> Messages have running numbers. Who hands over holds the lock, puts the
 * message into the ring and moves {@link #end}; the runner takes message after message up to there
 * without the lock. The oldest message may be dropped while the runner is about to take it.
 * Therefore the number of the next message and the bit "a gap is due" are one word, {@link
 * #cursor}: whoever takes or drops a message moves the number by compare-and-set, and whoever drops
 * sets the bit in the same step, so that the runner cannot come by the next message without having
 * seen the gap. The runner looks into the ring first and moves the cursor then: if it has moved it,
 * what it saw was not dropped, and nobody has used the slot again.
 *
 * <p>A runner that finds nothing stays awake for a moment if that has been of use before, since it
 * is the publisher who pays for waking it. Handing a message over took 1,600 ns when it was fetched
 * under the lock and the runner parked at once; now it takes 80 to 100 ns while the queue never
 * runs empty, and about 240 where the handler is faster than the publisher.
 *
 * <p>The lock is never held while the handler or any other foreign code runs.
 *
 * <p>A mailbox <em>without a hop</em> has all that, and one thing more: whoever hands a message
 * over while nothing waits runs the handler himself, so that no thread has to wake up. {@link
 * #turn} keeps him and the runner from doing so at the same time.
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

  /**
   * How long the runner stays awake without a message if the last one came within this time: about
   * what it takes to park and to be woken up.
   */
  private static final long AWAKE_NANOS = 5_000;

  /** Between two looks: one that came more often would take the words from who writes them. */
  private static final int PAUSES = 16;

  private final String name;
  private final SubscribeOptions options;
  private final Consumer<? super Message> handler;
  private final Consumer<Mailbox> leave;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition(); // for those who hand over
  private final Condition ended = lock.newCondition(); // for those who close

  /**
   * Held by whoever runs foreign code; null where that is the runner alone. Taken before the lock;
   * the runner waits for it, who hands over only tries it.
   */
  private final @Nullable ReentrantLock turn;

  private final Ring ring = new Ring();

  /** Twice the number of the next message, plus 1 if a gap is due. */
  private final AtomicLong cursor = new ApartLong(); // the runner moves it without the lock

  /** The number that the next message gets that is handed over. */
  private final AtomicLong end = new ApartLong(); // written under lock

  /** Set by the runner before it parks, taken back by whoever wakes it up. */
  private volatile boolean idle; // written by the runner, and under the lock

  // Written by whoever runs foreign code, who alone does: the runner, or who has the turn.
  private final AtomicLong received = new ApartLong();
  private final AtomicLong gaps = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();

  private final AtomicInteger waitingForRoom = new AtomicInteger(); // the runner reads it

  /** Somebody was told that there is room, and has not come yet. */
  private volatile boolean toldOfRoom; // written under lock; the runner reads it

  private volatile long wokenNanos; // written by whoever wakes the runner up

  private volatile @Nullable Thread runner; // written by itself, once

  private boolean lively; // the runner's alone: the next message comes soon, as the last one did

  // All written under lock.
  private long fullAt; // no end below this is too much; there may be more room, never less
  private long wanted; // no message below this is
  private boolean suspended;
  private boolean givenUp;
  private volatile boolean closed; // the runner reads it
  private boolean over;
  private long closedNanos;
  private long dropped;

  private Mailbox(
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Consumer<Mailbox> leave,
      @Nullable ReentrantLock turn) {
    this.name = name;
    this.options = options;
    this.handler = handler;
    this.leave = leave;
    this.turn = turn;
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
    return open(name, options, handler, executor, leave, null);
  }

  /**
   * As {@link #open}, without a hop: a message that finds the queue empty is handled by the thread
   * that hands it over. For handlers that are quick and wait for nothing.
   */
  public static Mailbox openWithoutHop(
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Executor executor,
      Consumer<Mailbox> leave) {
    return open(name, options, handler, executor, leave, new ReentrantLock());
  }

  private static Mailbox open(
      String name,
      SubscribeOptions options,
      Consumer<? super Message> handler,
      Executor executor,
      Consumer<Mailbox> leave,
      @Nullable ReentrantLock turn) {
    Mailbox mailbox =
        new Mailbox(
            Objects.requireNonNull(name, "name"),
            Objects.requireNonNull(options, "options"),
            Objects.requireNonNull(handler, "handler"),
            Objects.requireNonNull(leave, "leave"),
            turn);
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
    if (turn != null && isHandledHere(turn, message)) {
      return Handover.TAKEN;
    }
    try {
      return add(message, patience);
    } finally {
      wake();
    }
  }

  /** Handles a message that nothing is before; false if something is, or somebody is at it. */
  private boolean isHandledHere(ReentrantLock turn, Message message) {
    if (isMyTurn() || !turn.tryLock()) {
      return false;
    }
    try {
      if (closed || cursor.get() != 2 * end.get()) {
        return false;
      }
      received.setRelease(received.getPlain() + 1);
      handle(() -> handler.accept(message));
      return true;
    } finally {
      turn.unlock();
    }
  }

  private Handover add(Message message, Duration patience) throws InterruptedException {
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
      long number = end.get();
      if (number - wanted >= ring.length()) {
        wanted = cursor.get() >> 1;
      }
      ring.put(wanted, number, message);
      end.set(number + 1);
      return Handover.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Whether there is room, or the mailbox is closed and needs none. Holds the lock. */
  private boolean awaitRoom(Duration patience) throws InterruptedException {
    if (Thread.currentThread().equals(runner) || isMyTurn()) {
      return false;
    }
    long left = Nanos.of(patience);
    waitingForRoom.incrementAndGet(); // before the first look, so that no room is overlooked
    try {
      while (!closed && isFull()) {
        if (left <= 0) {
          return false;
        }
        left = room.awaitNanos(left);
        toldOfRoom = false;
      }
      return true;
    } catch (InterruptedException e) {
      missed();
      throw e;
    } finally {
      waitingForRoom.decrementAndGet();
      tellOfRoom();
    }
  }

  /** One at a time, who then tells the next: the runner need not stop for each. Holds the lock. */
  private void tellOfRoom() {
    if (waitingForRoom.get() > 0) {
      toldOfRoom = true;
      room.signal();
    }
  }

  /** Whether as many wait as may. Holds the lock; there may be more room at once, never less. */
  private boolean isFull() {
    if (end.get() < fullAt) { // spares a look at what the runner writes all the time
      return false;
    }
    fullAt = (cursor.get() >> 1) + options.queueCapacity();
    return end.get() >= fullAt;
  }

  /** Holds the lock. */
  private void dropOldest() {
    while (isFull()) { // otherwise the runner has just made room
      long at = cursor.get();
      if (end.get() - (at >> 1) >= options.queueCapacity()
          && cursor.compareAndSet(at, (at + 2) | 1)) {
        ring.drop(at >> 1);
        dropped++;
      }
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
    }
  }

  /** Without the lock, after there is something to do: waking a thread takes a while. */
  private void wake() {
    if (idle) {
      wokenNanos = System.nanoTime();
      idle = false; // if two do this, the runner finds a permit the next time
      LockSupport.unpark(runner);
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
    wake();
  }

  private void run() {
    runner = Thread.currentThread();
    long until = 0;
    while (!closed) {
      long at = cursor.get();
      if (at >= 2 * until) {
        until = end.get();
        if (at == 2 * until) {
          awaitMore(at);
          continue;
        }
      }
      if (turn == null) {
        take(at);
      } else {
        inTurn(turn, () -> take(at));
      }
    }
    if (turn == null) {
      over();
    } else {
      inTurn(turn, this::over); // whoever is handling a message ends; who comes later finds closed
    }
  }

  private void over() {
    locked(() -> {
      over = true;
      ended.signalAll();
    });
  }

  /** Waits until there is something to do, or it is closed. */
  private void awaitMore(long at) {
    long begin = System.nanoTime();
    if (lively) {
      do {
        if (!isNothingNew(at)) {
          return;
        }
        for (int i = 0; i < PAUSES; i++) {
          Thread.onSpinWait();
        }
      } while (System.nanoTime() - begin < AWAKE_NANOS);
    }
    idle = true; // before the last look: whoever comes after it sees this
    while (isNothingNew(at) && idle) {
      LockSupport.park(this);
      var _ = Thread.interrupted(); // an interrupted thread does not park
    }
    idle = false;
    lively = wokenNanos - begin < AWAKE_NANOS;
  }

  private boolean isNothingNew(long at) {
    return end.get() == at >> 1 && cursor.get() == at && !closed;
  }

  private static void inTurn(ReentrantLock turn, Runnable step) {
    turn.lock();
    try {
      step.run();
    } finally {
      turn.unlock();
    }
  }

  /** Takes what is next, unless somebody has dropped it. */
  private void take(long at) {
    if ((at & 1) == 1) {
      if (cursor.compareAndSet(at, at - 1)) {
        gaps.incrementAndGet();
        handle(options.onGap());
      }
      return;
    }
    Message message = ring.look(at >> 1);
    if (message != null && cursor.compareAndSet(at, at + 2)) {
      ring.forget(at >> 1, message);
      received.setRelease(received.getPlain() + 1);
      if (waitingForRoom.get() > 0 && !toldOfRoom) {
        locked(this::tellOfRoom);
      }
      handle(() -> handler.accept(message));
    }
  }

  private void handle(Runnable code) {
    try {
      code.run();
    } catch (Throwable e) { // an Error too: the subscription goes on
      if (failed.incrementAndGet() == 1) {
        warn(e);
      }
    } finally {
      if (Thread.currentThread().equals(runner)) { // another thread's interrupts are not ours
        Thread.interrupted(); // closing alone may interrupt a handler, and then none follows
      }
    }
  }

  /** A logger that fails does not end the subscription either. */
  private void warn(Throwable error) {
    try {
      LOG.log(
          Level.WARNING,
          "The handler of the subscription to "
              + Texts.quote(name)
              + " failed. It goes on receiving; later failures are counted only (failed).",
          error);
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it, and the next message waits.
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
      cursor.set(2 * end.get()); // a handler that has not begun does not
      ring.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    wake();
    leave.accept(this);
  }

  /** As {@link #end}: a handler of this kind answers nothing. */
  @Override
  public void endAndGiveUpCaller() {
    end();
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
      if (Thread.currentThread().equals(runner) || isMyTurn()) {
        return;
      }
      long left = Nanos.of(options.closeTimeout()) - (System.nanoTime() - closedNanos);
      while (!over && left > 0) {
        left = ended.awaitNanos(left);
      }
      Thread running = runner;
      if (!over && running != null) {
        running.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes does not want to wait any longer
    } finally {
      lock.unlock();
    }
  }

  private boolean isMyTurn() {
    return turn != null && turn.isHeldByCurrentThread();
  }

  /** The channel or pattern. */
  @Override
  public String toString() {
    return "Mailbox[" + Texts.quote(name) + "]";
  }
}
