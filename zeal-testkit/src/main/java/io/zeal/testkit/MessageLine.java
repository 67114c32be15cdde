package io.zeal.testkit;

import io.zeal.Message;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The way of messages from the backend to one subscriber.
 *
 * <p>A message that nothing delays is handed over by the thread that brings it. What comes later (a
 * latency, a message that waits for the one behind it, the gap after a partition) is handed over by
 * a thread of this line, which is there only while something waits. Whoever hands over has the
 * <em>turn</em>: one at a time (P3.1), and nobody overtakes what waits in {@code queue}. No lock is
 * held while a handler runs.
 */
final class MessageLine implements Line {

  /** How long a message waits for the next one, which is to overtake it. */
  static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** More do not wait at a time; where nearly all are to be overtaken, a next one never comes. */
  private static final int MOST_HELD = 16;

  /**
   * Who subscribed.
   *
   * @param mayWait whether the thread that brings messages may wait for room; of {@code listen} it
   *     may not
   */
  record Ends(SubscribeOptions options, Consumer<? super Message> handler, boolean mayWait) {
    Ends {
      Objects.requireNonNull(options, "options");
      Objects.requireNonNull(handler, "handler");
    }
  }

  /** What waits in its order; a gap if there is no message. */
  private record Waiting(long atNanos, @Nullable Message message, @Nullable Fault fate) {}

  private final Lines lines;
  private final Chaos chaos;
  private final Ends ends;
  private final long stream;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All under the lock.
  private final Deque<Waiting> queue = new ArrayDeque<>();
  private final Deque<Message> overtaken = new ArrayDeque<>(); // the newest first
  private long overtakenUntilNanos;
  private @Nullable Waiting handing; // the first of the queue, for as long as it is there
  private @Nullable Thread turn;
  private boolean hasThread;
  private boolean ended;
  private long disturbed;
  private long arrived;
  private long handedOver;
  private long failed;
  private long gaps;

  MessageLine(Lines lines, Ends ends, long stream) {
    this.lines = lines;
    this.chaos = lines.chaos();
    this.ends = ends;
    this.stream = stream;
  }

  // What the backend brings.

  /** A message; called one at a time. */
  void arrive(Message message) {
    Plan plan = chaos.plan();
    boolean direct;
    Fault fate = null;
    lock.lock();
    try {
      if (ended) {
        return;
      }
      arrived++;
      long latencyNanos = 0;
      if (!plan.sparesMessages()) {
        long count = disturbed++;
        fate = plan.messages().at(chaos.draws().draw(stream, count, Draws.Purpose.FAULT));
        latencyNanos =
            plan.messageLatency().drawn(chaos.draws().draw(stream, count, Draws.Purpose.LATENCY));
      }
      direct = latencyNanos == 0 && queue.isEmpty() && (ends.mayWait || turn == null || hasTurn());
      if (!direct) {
        append(latencyNanos, message, fate);
        awaitRoom();
      }
    } finally {
      lock.unlock();
    }
    if (direct) {
      Fault decided = fate;
      inTurn(() -> handle(message, decided));
    }
  }

  /** Some messages may have been missed before they came here. */
  void gap() {
    inTurn(() -> ends.options.onGap().run());
  }

  @Override
  public void healed() {
    lock.lock();
    try {
      if (!ended) {
        append(0, null, null);
      }
    } finally {
      lock.unlock();
    }
  }

  // Waiting; with the lock held.

  /** Nobody is faster than who went before. */
  private void append(long latencyNanos, @Nullable Message message, @Nullable Fault fate) {
    long at = System.nanoTime() + latencyNanos;
    Waiting last = queue.peekLast();
    queue.addLast(
        new Waiting(
            last == null ? at : Math.max(at - last.atNanos, 0) + last.atNanos, message, fate));
    requireThread();
  }

  /** So that a queue that is full stays the backend's affair. */
  private void awaitRoom() {
    if (ends.mayWait && !hasTurn()) {
      while (!ended && queue.size() > ends.options.queueCapacity()) {
        changed.awaitUninterruptibly();
      }
    } else if (queue.size() > ends.options.queueCapacity()) {
      makeRoom();
    }
  }

  /**
   * A gap takes the place of the oldest that is not being handed over, and stands for the one
   * behind it too; of one that is a gap already, only the one behind it goes.
   */
  private void makeRoom() {
    Waiting handed = Objects.equals(queue.peekFirst(), handing) ? queue.pollFirst() : null;
    Waiting first = queue.pollFirst();
    if (first != null) {
      var _ = queue.pollFirst();
      queue.addFirst(new Waiting(first.atNanos, null, null));
    }
    if (handed != null) {
      queue.addFirst(handed);
    }
  }

  /** How many wait; for tests. */
  int waiting() {
    lock.lock();
    try {
      return queue.size();
    } finally {
      lock.unlock();
    }
  }

  private void requireThread() {
    changed.signalAll();
    if (!hasThread) {
      hasThread = true;
      try {
        lines.executor().execute(this::handOverWhatWaits);
      } catch (RejectedExecutionException e) { // the instance closes: nothing is handed over
        hasThread = false;
      }
    }
  }

  /** The thread of this line; it ends when nothing waits. */
  private void handOverWhatWaits() {
    for (Runnable next = awaitNext(); next != null; next = awaitNext()) {
      try {
        inTurn(next);
      } catch (Throwable e) { // a handler's: there is nobody above to count it
        failed();
      }
    }
  }

  private @Nullable Runnable awaitNext() {
    lock.lock();
    try {
      while (!ended && !(queue.isEmpty() && overtaken.isEmpty())) {
        long now = System.nanoTime();
        Waiting first = queue.peekFirst();
        long untilFirst = first == null ? Long.MAX_VALUE : first.atNanos - now;
        if (first != null && untilFirst <= 0) {
          handing = first;
          return () -> handleFirst(first);
        }
        long untilAlone = overtaken.isEmpty() ? Long.MAX_VALUE : overtakenUntilNanos - now;
        if (untilAlone <= 0) {
          return this::handOverAlone;
        }
        awaitChange(Math.min(untilFirst, untilAlone));
      }
      hasThread = false; // under the same lock: what comes next finds that it needs another
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** An interrupt that a handler left behind is not meant for the next message (P5.4). */
  @SuppressWarnings("WaitNotInLoop") // the caller's loop
  private void awaitChange(long nanos) {
    try {
      var _ = changed.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // it is cleared by this; an instance that closes ends its lines first
    }
  }

  // The turn.

  /** Does {@code work} when nobody else hands over, and not at all once this has ended. */
  private void inTurn(Runnable work) {
    boolean nested;
    lock.lock();
    try {
      nested = hasTurn();
      while (!nested && !ended && turn != null) {
        changed.awaitUninterruptibly();
      }
      if (ended) {
        return;
      }
      turn = Thread.currentThread();
    } finally {
      lock.unlock();
    }
    try {
      work.run();
    } finally {
      if (!nested) {
        endTurn();
      }
    }
  }

  /** With the lock held. */
  private boolean hasTurn() {
    return Thread.currentThread().equals(turn);
  }

  private void endTurn() {
    lock.lock();
    try {
      turn = null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // Handing over; in turn.

  /** It stays in the queue meanwhile, so that nothing overtakes it. */
  private void handleFirst(Waiting first) {
    try {
      if (first.message == null) {
        tellGap();
      } else {
        handle(first.message, first.fate);
      }
    } finally {
      lock.lock();
      try {
        if (!ended) {
          var _ = queue.remove(first);
        }
        handing = null;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @SuppressWarnings("StatementSwitchToExpressionSwitch")
  private void handle(Message message, @Nullable Fault fate) {
    if (chaos.plan().isCut()) {
      chaos.count(Fault.DROP); // the gap comes when it heals
      return;
    }
    if (fate == null) {
      handOver(message);
      return;
    }
    switch (fate) {
      case DROP -> {
        chaos.count(Fault.DROP);
        tellGap();
      }
      case SILENT_DROP -> chaos.count(Fault.SILENT_DROP);
      case DUPLICATE -> {
        chaos.count(Fault.DUPLICATE);
        guarded(new Message(message.channel(), message.payload().clone()));
        handOver(message);
      }
      case REORDER -> letOvertake(message);
      case LATENCY, UNAVAILABLE, TIMEOUT, REFUSAL, PARTITION ->
          throw new AssertionError(fate + " is no fault of messages");
    }
  }

  /** And whatever waited to be overtaken by it. */
  private void handOver(Message message) {
    try {
      handToHandler(message);
    } finally {
      for (Message next = nextOvertaken(); next != null; next = nextOvertaken()) {
        chaos.count(Fault.REORDER);
        guarded(next);
      }
    }
  }

  private @Nullable Message nextOvertaken() {
    lock.lock();
    try {
      return overtaken.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  private void letOvertake(Message message) {
    boolean tooMany;
    lock.lock();
    try {
      if (overtaken.isEmpty()) {
        overtakenUntilNanos = System.nanoTime() + PATIENCE_NANOS;
      }
      overtaken.addFirst(message);
      tooMany = overtaken.size() >= MOST_HELD;
      requireThread();
    } finally {
      lock.unlock();
    }
    if (tooMany) {
      handOverAlone();
    }
  }

  /** No next one came: the newest was overtaken by none, the others by that. */
  private void handOverAlone() {
    Message newest = nextOvertaken();
    if (newest != null) {
      handle(newest, null);
    }
  }

  /** A handler that throws does not keep the next from being handed over. */
  private void guarded(Message message) {
    try {
      handToHandler(message);
    } catch (Throwable e) { // counted, as the backend does (P5.1)
      failed();
    }
  }

  private void handToHandler(Message message) {
    lock.lock();
    try {
      if (ended) {
        return;
      }
      handedOver++;
    } finally {
      lock.unlock();
    }
    ends.handler.accept(message);
  }

  private void tellGap() {
    lock.lock();
    try {
      gaps++;
    } finally {
      lock.unlock();
    }
    try {
      ends.options.onGap().run();
    } catch (Throwable e) { // as a handler's
      failed();
    }
  }

  private void failed() {
    lock.lock();
    try {
      failed++;
    } finally {
      lock.unlock();
    }
  }

  // The end.

  @Override
  public void end() {
    lock.lock();
    try {
      ended = true;
      queue.clear();
      overtaken.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void awaitHandler(long fromNanos) {
    long limitNanos = ends.options.closeTimeout().toNanos();
    lock.lock();
    try {
      long left = limitNanos;
      while (turn != null && !hasTurn() && left > 0) {
        left = limitNanos - (System.nanoTime() - fromNanos);
        var _ = changed.awaitNanos(left);
      }
      if (turn != null && !hasTurn()) {
        turn.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription of(Subscription real) {
    return new Subscribed(real);
  }

  private final class Subscribed implements Subscription {

    private final Subscription real;

    Subscribed(Subscription real) {
      this.real = real;
    }

    @Override
    public boolean isActive() {
      return real.isActive() && !chaos.plan().isCut();
    }

    /** The backend's, with what happened behind it. */
    @Override
    public Map<String, Long> numbers() {
      Map<String, Long> numbers = new HashMap<>(real.numbers());
      lock.lock();
      try {
        numbers.computeIfPresent("received", (_, count) -> count + handedOver - arrived);
        numbers.computeIfPresent("failed", (_, count) -> count + failed);
        numbers.computeIfPresent("gaps", (_, count) -> count + gaps);
      } finally {
        lock.unlock();
      }
      return numbers;
    }

    @Override
    public void close() {
      long from = System.nanoTime();
      end();
      real.close();
      awaitHandler(from);
      lines.leave(MessageLine.this);
    }
  }
}
