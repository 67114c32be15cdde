package io.zeal.pubsub.spi;

import io.zeal.ConsumeOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The delivery of reliable messages to one handler: takes them from a {@link Membership}, runs the
 * handler, records its answers. Safe for concurrent use.
 *
 * <p><b>Threads.</b> The {@link Taker} joins, takes messages while there is room for them, joins
 * anew when the membership was lost, and in the end closes everything. The {@link Pulse} beats
 * three times per {@code claimAfter}. {@link Workers} run handlers: as many as there are messages
 * ready, up to {@code concurrency}; the {@link Recorder} sends answers: all that have come together
 * while its last trip was under way. Both end when there is nothing to do.
 *
 * <p><b>Claims.</b> What they work on together are the {@link Claims}, each bound to the membership
 * it was taken under. Once that is lost no answer under it is sent any more, whatever the backend
 * would say.
 *
 * <p><b>The end.</b> What was not begun is released, handlers that run are waited for up to the
 * close timeout and interrupted then; what they answered before that is recorded, what they answer
 * afterwards is not. Behind the timeout each answer gets one more attempt.
 *
 * <p>One {@linkplain ConsumptionLock lock} guards everything that changes, here and in all of these
 * classes, and is never held during a call of the membership or the handler.
 */
public final class Consumption implements Endable {

  /** For what has a deadline of its own: the last trips of a consumption that is closed. */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final ConsumeOptions options;
  private final Executor trips;
  private final Executor executor;
  private final Consumer<Consumption> leave;

  private final ConsumptionLock lock;
  private final ConsumptionLog log;
  private final Claims claims;
  private final Recorder recorder;
  private final Handling handling;
  private final Workers workers;
  private final Pulse pulse;
  private final Taker taker;

  private boolean over; // guarded by lock

  private Consumption(
      Consuming consuming,
      Supplier<Membership> join,
      Executor trips,
      Executor executor,
      Consumer<Consumption> leave,
      LongSupplier nanoClock) {
    this.options = consuming.options();
    this.trips = trips;
    this.executor = executor;
    this.leave = leave;
    this.lock = new ConsumptionLock(nanoClock);
    this.log = new ConsumptionLog(consuming, lock);
    this.claims = new Claims(consuming, lock, log, Tenure.join(join, nanoClock), this::hire);
    this.recorder = new Recorder(trips, lock, log, claims);
    this.handling = new Handling(consuming, lock, log, claims);
    this.workers = new Workers(options.concurrency(), executor, lock, claims, handling, recorder);
    this.pulse = new Pulse(options.claimAfter(), lock, log, claims);
    this.taker = new Taker(options, join, lock, log, claims);
  }

  /** The claims come before those who work on them. Holds the lock. */
  private void hire() {
    workers.hire();
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
      executor.execute(pulse::beatAll);
    } catch (RuntimeException | Error e) {
      if (taking) {
        end();
      } else {
        claims.tenure().closeQuietly();
      }
      throw e;
    }
  }

  /** Lets everybody who waits look at the clock again. */
  void look() {
    lock.look();
  }

  /** The taker's thread, which closes everything in the end. */
  private void takeAll() {
    try {
      taker.takeAll();
    } catch (RuntimeException | Error e) { // nothing that is foreseen
      claims.endByItself("taking messages failed for good", e);
    } finally {
      finish();
    }
  }

  // The end

  @Override
  public void end() {
    var _ = claims.end();
  }

  @Override
  public void endAndGiveUpCaller() {
    end();
    workers.giveUp(Thread.currentThread());
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
      if (workers.isHandler(Thread.currentThread())) {
        return;
      }
      long leftNanos = Nanos.of(options.closeTimeout());
      leftNanos += Math.min(GRACE.toNanos(), Long.MAX_VALUE - leftNanos);
      while (!over && leftNanos > 0) {
        leftNanos = lock.changed.awaitNanos(leftNanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // whoever closes does not want to wait any longer
    } finally {
      lock.unlock();
    }
  }

  /** Runs in the taker's thread, so that nothing is taken any more. */
  private void finish() {
    try {
      end();
      recorder.release();
      if (!workers.awaitHandlers()) {
        workers.cutOff();
      }
      recorder.awaitAnswers();
      pulse.stop(); // a beat behind the farewell would be a consumer that came back
      claims.tenure().membership.close();
    } catch (RuntimeException | Error e) {
      log.couldNotLeave(e);
    } finally {
      over();
    }
  }

  private void over() {
    pulse.stop(); // if something failed before it was done
    try {
      leave.accept(this);
    } catch (RuntimeException | Error e) {
      log.endCouldNotBeTold(e);
    } finally {
      lock.lock();
      try {
        over = true;
        lock.changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  @Override
  public boolean isActive() {
    return claims.isActive();
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
          "received", handling.received(),
          "failed", handling.failed(),
          "dropped", 0L,
          "gaps", claims.gaps(),
          "lost", claims.lost());
    } finally {
      lock.unlock();
    }
  }

  /** Group and stream. */
  @Override
  public String toString() {
    return log.title();
  }
}
