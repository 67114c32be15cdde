package io.zeal.pubsub.spi;

import io.zeal.Ack;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.ZealClosedException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The delivery of reliable messages to one handler: takes them from a {@link Membership}, runs the
 * handler, records its answers. Safe for concurrent use.
 *
 * <p><b>Threads.</b> The <i>taker</i> joins, takes messages while there is room for them, joins
 * anew when the membership was lost, and in the end closes everything. The <i>pulse</i> beats three
 * times per {@code claimAfter}. <i>Workers</i> run handlers: as many as there are messages ready,
 * up to {@code concurrency}; the <i>recorder</i> sends answers: all that have come together while
 * its last trip was under way. Both end when there is nothing to do.
 *
 * <p><b>Room.</b> Never are more than {@code prefetch + concurrency} messages claimed, counted
 * until their answer is recorded: what others may have to take over is bounded.
 *
 * <p><b>Claims.</b> A claim is bound to the membership it was taken under ({@link Tenure}). Once
 * that is lost (the backend said so, or no beat succeeded for {@code claimAfter} by the clock here)
 * no answer under it is sent any more, whatever the backend would say: so a handler that was told
 * that its claim is gone can rely on that.
 *
 * <p><b>The end.</b> What was not begun is released, handlers that run are waited for up to the
 * close timeout and interrupted then; what they answered before that is recorded, what they answer
 * afterwards is not. Behind the timeout each answer gets one more attempt.
 *
 * <p>The lock guards everything that changes, and is never held during a call of the membership or
 * the handler.
 */
public final class Consumption implements Endable {

  private static final Logger LOG = System.getLogger("io.zeal.pubsub");

  /** At most so long a {@code take} waits: it is asked for what is due again in between. */
  private static final Duration LONGEST_TAKE = Duration.ofSeconds(5);

  /** For what has a deadline of its own: the last trips of a consumption that is closed. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  /** Between two lines in the log about claims that were lost. */
  private static final Duration LOSSES_APART = Duration.ofMinutes(1);

  private final Consuming consuming;
  private final ConsumeOptions options;
  private final Supplier<Membership> join;
  private final Executor trips;
  private final Executor executor;
  private final Consumer<Consumption> leave;
  private final LongSupplier nanoClock;
  private final int limit;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition(); // for the taker and those who close
  private final Condition pulse = lock.newCondition();
  private final Condition retry = lock.newCondition(); // for those who wait to try again

  // All guarded by lock.
  private Tenure tenure;
  private final Lanes lanes;
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private final Set<Held> running = new LinkedHashSet<>();
  private final List<Start> starts = new ArrayList<>(); // what is begun behind the lock
  private int workers;
  private boolean recording;
  private boolean refused; // some answers, when answers were sent last
  private boolean partly; // the recorder waits with answers that failed
  private boolean beating;
  private boolean troubled;
  private boolean lossSaid;
  private long lossSaidNanos;
  private long lossesUnsaid;
  private boolean ending;
  private boolean interrupted; // by the end of the executor, or for want of a thread
  private @Nullable Throwable threadless; // why there was no thread, unless the executor has ended
  private boolean left;
  private boolean over;
  private long endNanos; // when handlers are given up
  private long received;
  private long failed;
  private long gaps;
  private long lost;

  /**
   * A thread that is to begin.
   *
   * @param otherwise what is done under the lock if there is none
   */
  private record Start(Executor executor, Runnable part, Runnable otherwise) {}

  /** What becomes of a message. */
  private record Answer(Held held, Settlement settlement) {}

  private Consumption(
      Consuming consuming,
      Supplier<Membership> join,
      Executor trips,
      Executor executor,
      Consumer<Consumption> leave,
      LongSupplier nanoClock) {
    this.consuming = consuming;
    this.options = consuming.options();
    this.join = join;
    this.trips = trips;
    this.executor = executor;
    this.leave = leave;
    this.nanoClock = nanoClock;
    this.limit =
        (int) Math.min(Integer.MAX_VALUE, (long) options.prefetch() + options.concurrency());
    this.lanes = new Lanes(options.order());
    this.tenure = joined();
  }

  /**
   * Joins the group, and begins. Returns once the membership is in force.
   *
   * @param join makes a membership of another consumer each time: called here, and again whenever
   *     one was lost
   * @param trips runs what takes messages and what records answers: both wait for the backend. They
   *     end with it
   * @param executor runs everything else, handlers too, which end with it
   * @param leave called once when it has ended, after the membership was closed
   */
  public static Consumption start(
      Consuming consuming,
      Supplier<Membership> join,
      Executor trips,
      Executor executor,
      Consumer<Consumption> leave) {
    return begin(new Consumption(consuming, join, trips, executor, leave, System::nanoTime));
  }

  /** For a membership that waits for nobody outside of this process. */
  public static Consumption start(
      Consuming consuming,
      Supplier<Membership> join,
      Executor executor,
      Consumer<Consumption> leave) {
    return start(consuming, join, executor, executor, leave);
  }

  /** With a clock that a test moves, which then has to call {@link #look}. */
  static Consumption start(
      Consuming consuming,
      Supplier<Membership> join,
      Executor executor,
      Consumer<Consumption> leave,
      LongSupplier nanoClock) {
    return begin(new Consumption(consuming, join, executor, executor, leave, nanoClock));
  }

  private static Consumption begin(Consumption consumption) {
    consumption.startThreads();
    return consumption;
  }

  /** Where a thread cannot be had nothing is left of it. */
  private void startThreads() {
    boolean taking = false;
    try {
      trips.execute(this::takeAll);
      taking = true;
      executor.execute(this::beatAll);
    } catch (RuntimeException | Error e) {
      if (taking) {
        end();
      } else {
        quietly(tenure.membership::close);
      }
      throw e;
    }
  }

  /** Lets everybody who waits look at the clock again. */
  void look() {
    lock.lock();
    try {
      changed.signalAll();
      pulse.signalAll();
      retry.signalAll();
    } finally {
      lock.unlock();
    }
  }

  // The taker

  private Tenure joined() {
    long beganNanos = nanoClock.getAsLong();
    return new Tenure(join.get(), beganNanos);
  }

  private void takeAll() {
    Backoff backoff = backoff();
    try {
      while (!isEnding()) {
        try {
          takeSome();
          backoff.reset();
        } catch (LostMembershipException e) {
          lose(tenure, e.getMessage());
        } catch (ZealClosedException e) {
          endByItself("its backend is closed", e);
        } catch (RuntimeException | Error e) {
          trouble("taking messages", e);
          awaitRetryOrInterrupt(backoff.nextNanos());
        }
      }
      endInterrupted();
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      endByItself("taking messages failed for good", e);
    } finally {
      finish();
    }
  }

  private void takeSome() {
    if (tenure.lost) {
      rejoin();
    }
    Tenure now = tenure; // only this thread changes it
    int room = awaitRoom(now);
    if (room == 0) {
      return; // lost or ending
    }
    List<Claimed> taken = now.membership.take(room, longestWait());
    lock.lock();
    try {
      troubled = false;
      now.held += taken.size();
      for (Claimed claimed : taken) {
        add(new Held(claimed, now, consuming.stream(), this::stands));
      }
      hire();
    } finally {
      unlock();
    }
  }

  /** After trouble none, so that it is soon seen to be over. */
  private Duration longestWait() {
    Duration third = options.claimAfter().dividedBy(3);
    return !isActive() ? Duration.ZERO : third.compareTo(LONGEST_TAKE) < 0 ? third : LONGEST_TAKE;
  }

  /** Holds the lock. */
  private void add(Held held) {
    if (held.tenure.lost) {
      lost++;
    } else {
      lanes.add(held);
    }
  }

  private void rejoin() {
    quietly(tenure.membership::close);
    Tenure next = joined();
    lock.lock();
    try {
      tenure = next;
      pulse.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Room for how many there is; 0 if there is something else to do. Waits until a good part of them
   * fits, or nobody has anything to do: many small trips would cost more than they bring.
   */
  private int awaitRoom(Tenure now) {
    lock.lock();
    try {
      while (!ending && !interrupted && !now.lost) {
        int room = limit - now.held;
        if (room > 0 && (room >= options.prefetch() / 2 || !lanes.isReady())) {
          return room;
        }
        changed.awaitUninterruptibly();
      }
      return 0;
    } finally {
      lock.unlock();
    }
  }

  // The workers

  /** Lets somebody handle what is ready. Holds the lock. */
  private void hire() {
    while (lanes.isReady() && workers < options.concurrency() && !ending && !interrupted) {
      Held held = Objects.requireNonNull(lanes.poll());
      workers++;
      running.add(held);
      starts.add(new Start(executor, () -> work(held), () -> notHired(held)));
    }
  }

  /** Holds the lock. */
  private void notHired(Held held) {
    workers--;
    running.remove(held);
    drop(held);
  }

  /**
   * Lets go of the lock, and then starts what was decided under it: a thread that begins at once
   * would find it held.
   */
  private void unlock() {
    List<Start> some = starts.isEmpty() ? List.of() : List.copyOf(starts);
    starts.clear();
    lock.unlock();
    some.forEach(this::start);
  }

  /** Without a thread everything ends. */
  private void start(Start start) {
    Throwable error = null;
    try {
      start.executor.execute(start.part);
      return;
    } catch (RejectedExecutionException e) {
      // The executor has ended.
    } catch (RuntimeException | Error e) {
      error = e;
    }
    lock.lock();
    try {
      interrupted = true;
      threadless = error;
      start.otherwise.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void work(Held first) {
    boolean through = false;
    try {
      for (Held held = first; held != null; held = next()) {
        workOn(held);
      }
      through = true;
    } finally {
      if (!through) {
        replaceWorker();
      }
    }
  }

  private void workOn(Held held) {
    Answer answer = null;
    try {
      answer = answerOrRetry(held);
    } finally {
      lock.lock();
      try {
        running.remove(held);
        held.thread = null;
        Thread.interrupted(); // closing alone interrupts, and its interrupt ends here
        give(held, answer);
      } finally {
        unlock();
      }
    }
  }

  private void replaceWorker() {
    lock.lock();
    try {
      workers--;
      hire();
      changed.signalAll();
    } finally {
      unlock();
    }
  }

  private @Nullable Held next() {
    lock.lock();
    try {
      Held next = ending ? null : lanes.poll();
      if (next == null) {
        workers--;
      } else {
        running.add(next);
      }
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  /** What becomes of a message; another delivery if anything but its handler went wrong. */
  private @Nullable Answer answerOrRetry(Held held) {
    try {
      return answer(held);
    } catch (RuntimeException | Error e) {
      trouble("delivering a message", e);
      return retry(held);
    }
  }

  /** What becomes of a message; null if its claim is lost. */
  private @Nullable Answer answer(Held held) {
    if (!mine(held)) {
      return null;
    }
    if (!held.claimed.fresh()) {
      if (held.claimed.count() >= options.maxDeliveries()) {
        return bury(
            held,
            "Its consumers ended again and again: "
                + held.claimed.count()
                + " deliveries, none of which was answered",
            null);
      }
      OptionalLong count = begin(held);
      if (count.isEmpty()) {
        return null;
      }
      held.begin(count.getAsLong());
    }
    return handle(held);
  }

  /**
   * Enters the thread that may be interrupted; false if there is nothing to run any more, by the
   * clock too: whoever beats may hang, or not have run yet, in a process that stood still.
   */
  private boolean mine(Held held) {
    boolean stands = stands(held);
    lock.lock();
    try {
      held.thread = Thread.currentThread();
      return stands && !held.tenure.lost && !held.cutOff;
    } finally {
      lock.unlock();
    }
  }

  private OptionalLong begin(Held held) {
    Backoff backoff = backoff();
    while (stands(held)) {
      try {
        return held.tenure.membership.begin(held.claimed);
      } catch (LostMembershipException e) {
        lose(held.tenure, e.getMessage());
      } catch (ZealClosedException e) {
        return OptionalLong.empty();
      } catch (RuntimeException e) {
        trouble("beginning a delivery", e);
        awaitRetry(backoff.nextNanos());
      }
    }
    return OptionalLong.empty();
  }

  private Answer handle(Held held) {
    count(() -> received++);
    try {
      Ack ack = consuming.handler().apply(held);
      return switch (Objects.requireNonNull(ack, "The handler's answer")) {
        case Ack.Done() -> new Answer(held, new Settlement.Done(held.claimed));
        case Ack.Retry(Duration delay) ->
            isLast(held)
                ? bury(held, "Asked for another delivery after the last one", null)
                : new Answer(held, new Settlement.Retry(held.claimed, delay));
        case Ack.Reject(String reason) -> bury(held, reason, null);
      };
    } catch (Throwable e) { // an Error too: the message is delivered again
      return failed(held, e);
    }
  }

  private Answer failed(Held held, Throwable error) {
    boolean first;
    lock.lock();
    try {
      first = ++failed == 1 && !held.cutOff;
    } finally {
      lock.unlock();
    }
    if (first) {
      warn(
          "The handler of " + name() + " failed. Later failures are counted only (failed).", error);
    }
    return isLast(held) || error instanceof CodecException
        ? bury(held, error.getClass().getName(), StackHash.of(error))
        : retry(held);
  }

  private Answer retry(Held held) {
    return new Answer(held, new Settlement.Retry(held.claimed, options.retryDelay()));
  }

  private boolean isLast(Held held) {
    return held.deliveryCount() >= options.maxDeliveries();
  }

  private static Answer bury(Held held, String reason, @Nullable String stackHash) {
    return new Answer(held, new Settlement.Bury(held.claimed, reason, stackHash));
  }

  /** Passes an answer on to be recorded, if it still counts. Holds the lock. */
  private void give(Held held, @Nullable Answer answer) {
    if (answer == null || held.tenure.lost || held.cutOff) {
      forget(held, false);
    } else {
      answers.add(answer);
      record();
    }
  }

  /** A message is out of the way. Holds the lock. */
  private void forget(Held held, boolean recorded) {
    if (recorded) {
      held.tenure.held--;
      lanes.done(held);
    } else {
      drop(held);
    }
    hire();
    changed.signalAll();
  }

  /** A message whose claim ends without a recorded answer. Holds the lock. */
  private void drop(Held held) {
    held.tenure.held--;
    lost++;
    lanes.done(held);
  }

  // The recorder

  /** Holds the lock. */
  private void record() {
    if (partly) {
      retry.signalAll();
    }
    if (!recording && !answers.isEmpty()) {
      recording = true;
      starts.add(new Start(trips, this::recordAll, this::notRecorded));
    }
  }

  /** A handler has outlived the instance it closed. Holds the lock. */
  private void notRecorded() {
    recording = false;
    List<Answer> unsent = List.copyOf(answers);
    answers.clear();
    unsent.forEach(answer -> drop(answer.held()));
  }

  private void recordAll() {
    Backoff backoff = backoff();
    try {
      for (List<Answer> some = nextAnswers(); !some.isEmpty(); some = nextAnswers()) {
        send(some, backoff);
      }
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      stopRecording();
      endByItself("recording answers failed for good", e);
    }
  }

  private void send(List<Answer> some, Backoff backoff) {
    Tenure under = some.getFirst().held().tenure;
    try {
      recorded(some, settle(under, some));
      backoff.reset();
    } catch (PartlySettledException e) {
      List<Answer> failed = recordedPartly(some, e);
      if (isPastTheEnd()) {
        abandon(failed);
      } else {
        putBack(failed);
        awaitMoreAnswers(failed.size(), backoff.nextNanos());
      }
    } catch (LostMembershipException e) {
      putBack(some);
      lose(under, e.getMessage());
    } catch (ZealClosedException e) {
      abandon(some);
    } catch (RuntimeException | Error e) {
      trouble("recording answers", e);
      if (isPastTheEnd()) {
        abandon(some);
      } else {
        putBack(some);
        awaitRetry(backoff.nextNanos());
      }
    }
  }

  /** Says of each answer whether it stood; nothing is noted yet. */
  private static List<Boolean> settle(Tenure under, List<Answer> some) {
    List<Boolean> stood = under.membership.settle(some.stream().map(Answer::settlement).toList());
    if (stood.size() != some.size()) {
      throw new IllegalStateException(
          some.size() + " answers were sent, and " + stood.size() + " are answered");
    }
    return stood;
  }

  /** The next answer that comes has another recorder. */
  private void stopRecording() {
    lock.lock();
    try {
      recording = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** All there are; none ends the recorder. They are of one tenure: those of others are lost. */
  private List<Answer> nextAnswers() {
    lock.lock();
    try {
      List<Answer> all = List.copyOf(answers);
      answers.clear();
      recording = !all.isEmpty();
      changed.signalAll();
      return all;
    } finally {
      lock.unlock();
    }
  }

  private void recorded(List<Answer> some, List<Boolean> stood) {
    lock.lock();
    try {
      refused = false;
      for (int i = 0; i < some.size(); i++) {
        forget(some.get(i).held(), stood.get(i));
      }
    } finally {
      unlock();
    }
  }

  /** Those that have to be tried again. */
  private List<Answer> recordedPartly(List<Answer> some, PartlySettledException error) {
    List<@Nullable Boolean> stood = error.stood();
    List<Answer> failed = new ArrayList<>();
    boolean first;
    lock.lock();
    try {
      first = !refused;
      refused = true;
      for (int i = 0; i < some.size(); i++) {
        Boolean one = stood.get(i);
        if (one == null) {
          failed.add(some.get(i));
        } else {
          forget(some.get(i).held(), one);
        }
      }
    } finally {
      unlock();
    }
    if (first) {
      warn(
          this + " cannot have some answers recorded, and tries them again beside the others",
          error.getCause());
    }
    return failed;
  }

  /** Waits before answers that failed are tried again; others that come do not wait with them. */
  private void awaitMoreAnswers(int failed, long nanos) {
    lock.lock();
    try {
      partly = answers.size() <= failed;
      if (partly) {
        var _ = await(retry, nanos);
      }
      partly = false;
    } finally {
      lock.unlock();
    }
  }

  private void putBack(List<Answer> some) {
    lock.lock();
    try {
      for (Answer answer : some.reversed()) {
        if (answer.held().tenure.lost) {
          forget(answer.held(), false);
        } else {
          answers.addFirst(answer);
        }
      }
    } finally {
      unlock();
    }
  }

  private void abandon(List<Answer> some) {
    lock.lock();
    try {
      some.forEach(answer -> forget(answer.held(), false));
    } finally {
      unlock();
    }
  }

  // The pulse

  private void beatAll() {
    Backoff backoff = backoff();
    try {
      long pauseNanos = 0;
      for (Tenure now = awaitPulse(0); now != null; now = awaitPulse(pauseNanos)) {
        pauseNanos = beat(now, backoff);
      }
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      endByItself("it cannot say any more that it lives", e);
    } finally {
      stopBeat();
    }
  }

  /** How long to wait at least before the next. */
  private long beat(Tenure now, Backoff backoff) {
    if (isSilent(now)) {
      lose(now, "no sign of life reached the backend for " + options.claimAfter());
      return 0;
    }
    long beganNanos = nanoClock.getAsLong();
    try {
      now.membership.beat();
      heard(now, beganNanos);
      backoff.reset();
    } catch (LostMembershipException e) {
      lose(now, e.getMessage());
    } catch (RuntimeException | Error e) {
      trouble("saying that this consumer lives", e);
      return backoff.nextNanos();
    }
    return 0;
  }

  private void stopBeat() {
    lock.lock();
    try {
      beating = false;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The membership to beat for, when that is due: a third of {@code claimAfter} after the last beat
   * that was heard, and not before a pause has passed; null in the end.
   */
  private @Nullable Tenure awaitPulse(long pauseNanos) {
    lock.lock();
    try {
      beating = false;
      changed.signalAll();
      long sinceNanos = nanoClock.getAsLong();
      long beatNanos = Nanos.of(options.claimAfter().dividedBy(3));
      while (!left) {
        if (tenure.lost) {
          pulse.awaitUninterruptibly(); // until the taker has joined anew
          continue;
        }
        long now = nanoClock.getAsLong();
        long leftNanos =
            Math.max(beatNanos - (now - tenure.heardNanos), pauseNanos - (now - sinceNanos));
        if (leftNanos <= 0) {
          beating = true;
          return tenure;
        }
        if (!await(pulse, leftNanos)) {
          interrupted = true; // nobody else interrupts the pulse
          changed.signalAll();
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private void heard(Tenure now, long beganNanos) {
    lock.lock();
    try {
      now.heardNanos = beganNanos;
      troubled = false;
    } finally {
      lock.unlock();
    }
  }

  private boolean isSilent(Tenure now) {
    lock.lock();
    try {
      return nanoClock.getAsLong() - now.heardNanos >= Nanos.of(options.claimAfter());
    } finally {
      lock.unlock();
    }
  }

  /** Whether a claim stands, as far as is known here; false for good. */
  private boolean stands(Held held) {
    if (!held.tenure.lost && isSilent(held.tenure)) {
      lose(held.tenure, "no sign of life reached the backend for " + options.claimAfter());
    }
    return !held.tenure.lost && !held.cutOff;
  }

  /** Drops everything that was claimed under a membership but handlers that run. */
  private void lose(Tenure gone, @Nullable String why) {
    lock.lock();
    try {
      if (gone.lost) {
        return;
      }
      gone.lost = true;
      gaps++;
      List<Held> waiting = lanes.drain();
      lost += waiting.size();
      List<Answer> unsent = List.copyOf(answers);
      answers.clear();
      unsent.forEach(answer -> forget(answer.held(), false));
      changed.signalAll();
      retry.signalAll();
    } finally {
      unlock();
    }
    quietly(gone.membership::stopTaking);
    warnOfLoss(why);
  }

  /** At most once a minute: each loss after a short while is the same trouble. */
  private void warnOfLoss(@Nullable String why) {
    long before;
    lock.lock();
    try {
      long now = nanoClock.getAsLong();
      before = lossesUnsaid;
      if (lossSaid && now - lossSaidNanos < LOSSES_APART.toNanos()) {
        lossesUnsaid++;
        return;
      }
      lossSaid = true;
      lossSaidNanos = now;
      lossesUnsaid = 0;
    } finally {
      lock.unlock();
    }
    warn(
        this
            + " lost its claims"
            + (before == 0 ? "" : " (and " + before + " times more since this was said last)")
            + " and joins the group anew; others deliver what it held: "
            + why,
        null);
  }

  // The end

  @Override
  public void end() {
    var _ = begunToEnd();
  }

  @Override
  public void endAndGiveUpCaller() {
    end();
    lock.lock();
    try {
      for (Held held : List.copyOf(running)) {
        if (Thread.currentThread().equals(held.thread)) {
          held.cutOff = true;
          running.remove(held); // whoever waits for the handlers does not wait for this one
          changed.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Nobody who uses it has closed it: says so in the log. */
  private void endByItself(String why, @Nullable Throwable error) {
    if (begunToEnd()) {
      warn(this + " ends by itself: " + why + ". Nothing more is delivered to its handler", error);
    }
  }

  private void endInterrupted() {
    Throwable error;
    lock.lock();
    try {
      error = threadless;
    } finally {
      lock.unlock();
    }
    endByItself("there are no threads for it any more", error);
  }

  /** False if somebody has ended it before. */
  private boolean begunToEnd() {
    Tenure now;
    lock.lock();
    try {
      if (ending) {
        return false;
      }
      ending = true;
      endNanos = nanoClock.getAsLong() + Nanos.of(options.closeTimeout()); // may run over
      changed.signalAll();
      retry.signalAll();
      now = tenure;
    } finally {
      lock.unlock();
    }
    quietly(now.membership::stopTaking);
    return true;
  }

  /**
   * Ends it. Waits until what was answered is recorded and the group is left; does not wait when a
   * handler closes its own subscription, which then ends behind it.
   */
  @Override
  public void close() {
    end();
    lock.lock();
    try {
      if (isHandler(Thread.currentThread())) {
        return;
      }
      long leftNanos = Nanos.of(options.closeTimeout());
      leftNanos += Math.min(GRACE.toNanos(), Long.MAX_VALUE - leftNanos);
      while (!over && leftNanos > 0) {
        leftNanos = changed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes does not want to wait any longer
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private boolean isHandler(Thread thread) {
    return running.stream().anyMatch(held -> thread.equals(held.thread));
  }

  /** Runs in the taker's thread, so that nothing is taken any more. */
  private void finish() {
    try {
      end();
      release();
      if (!awaitHandlers()) {
        cutOff();
      }
      awaitAnswers();
      stopBeating(); // a beat behind the farewell would be a consumer that came back
      tenure.membership.close();
    } catch (RuntimeException | Error e) {
      warn(this + " could not leave its group; others take over what it held", e);
    } finally {
      over();
    }
  }

  private void release() {
    lock.lock();
    try {
      for (Held held : lanes.drain()) {
        answers.add(new Answer(held, new Settlement.Release(held.claimed)));
      }
      record();
    } finally {
      unlock();
    }
  }

  private boolean awaitHandlers() {
    lock.lock();
    try {
      long leftNanos = endNanos - nanoClock.getAsLong();
      while (!running.isEmpty() && leftNanos > 0) {
        var _ = await(changed, leftNanos); // ends anyway
        leftNanos = endNanos - nanoClock.getAsLong();
      }
      return running.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void cutOff() {
    lock.lock();
    try {
      for (Held held : running) {
        held.cutOff = true;
        if (held.thread != null) {
          held.thread.interrupt();
        }
      }
      retry.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends: each attempt has a deadline of its own, and behind the timeout there is one more. */
  private void awaitAnswers() {
    boolean waiting = true;
    while (waiting) {
      lock.lock();
      try {
        record(); // also if a recorder failed
        if (starts.isEmpty()) {
          waiting = recording || !answers.isEmpty();
          if (waiting) {
            changed.awaitUninterruptibly();
          }
        }
      } finally {
        unlock();
      }
    }
  }

  private void stopBeating() {
    lock.lock();
    try {
      left = true;
      pulse.signalAll();
      while (beating) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void over() {
    stopBeating(); // if something failed before it was done
    try {
      leave.accept(this);
    } catch (RuntimeException | Error e) {
      warn(this + " has ended, which could not be told", e);
    } finally {
      lock.lock();
      try {
        over = true;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean isEnding() {
    lock.lock();
    try {
      interrupted |= Thread.interrupted(); // in a take
      return ending || interrupted;
    } finally {
      lock.unlock();
    }
  }

  private boolean isPastTheEnd() {
    lock.lock();
    try {
      return ending && nanoClock.getAsLong() - endNanos >= 0;
    } finally {
      lock.unlock();
    }
  }

  // Trouble

  private static Backoff backoff() {
    return new Backoff(Duration.ofMillis(10), Duration.ofSeconds(2));
  }

  private void trouble(String what, Throwable error) {
    boolean first;
    lock.lock();
    try {
      first = !troubled;
      troubled = true;
    } finally {
      lock.unlock();
    }
    if (first) {
      warn(this + " is held up at " + what + ", and tries again", error);
    }
  }

  /** Whatever comes of it: a logger that fails ends no thread of ours. */
  private static void warn(String text, @Nullable Throwable error) {
    quietly(() -> LOG.log(Level.WARNING, text, error));
  }

  /** For what is of use, and whose failure changes nothing. */
  private static void quietly(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      // Nobody can do anything about it, and who called has more to do.
    }
  }

  /**
   * Waits before the next attempt; less if everything ends, or the claims are lost. That a worker
   * is interrupted means nothing but an earlier attempt: somebody may have meant its last handler.
   */
  private void awaitRetry(long nanos) {
    lock.lock();
    try {
      var _ = await(retry, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** As {@link #awaitRetry} for the taker, whom the end of the executor alone interrupts. */
  private void awaitRetryOrInterrupt(long nanos) {
    lock.lock();
    try {
      interrupted |= !await(retry, nanos);
    } finally {
      lock.unlock();
    }
  }

  /** One wait, which may end early; false if the thread was interrupted. Holds the lock. */
  @SuppressWarnings("WaitNotInLoop") // each caller is, or means to try again whenever it wakes
  private static boolean await(Condition condition, long nanos) {
    try {
      long ignored = condition.awaitNanos(nanos);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private void count(Runnable change) {
    lock.lock();
    try {
      change.run();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public boolean isActive() {
    lock.lock();
    try {
      return !ending && !troubled && !tenure.lost;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Numbers: {@code received} (handlers that have begun), {@code failed} (the handler threw),
   * {@code dropped} (always 0), {@code gaps} (how often the membership was lost), {@code lost}
   * (claims that were lost: those messages are delivered again).
   */
  @Override
  public Map<String, Long> numbers() {
    lock.lock();
    try {
      return Map.of(
          "received", received, "failed", failed, "dropped", 0L, "gaps", gaps, "lost", lost);
    } finally {
      lock.unlock();
    }
  }

  /** Group and stream. */
  @Override
  public String toString() {
    return "G" + name().substring(1);
  }

  /** As {@link #toString}, within a sentence. */
  private String name() {
    return "group "
        + Names.quote(consuming.group())
        + " of stream "
        + Names.quote(consuming.stream());
  }
}
