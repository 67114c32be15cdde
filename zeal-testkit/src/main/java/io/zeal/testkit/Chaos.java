package io.zeal.testkit;

import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.OperationTimeoutException.Stage;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException.Reason;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;

/**
 * Faults between an application and its backend, switched on and off while it runs. Hand it in, and
 * switch:
 *
 * {@snippet lang="java" :
 * Chaos chaos = Chaos.seeded(42);
 * Zeal zeal = Zeal.open(ZealConfig.builder().instance(Chaos.class, chaos).build());
 * chaos.errors(0.1); // one call in ten cannot reach the backend
 * chaos.partition(); // none can
 * chaos.heal(); // one in ten again
 * chaos.calm(); // nothing is injected any more
 * }
 *
 * <p>At first nothing is switched on. What is switched on holds for all that begins afterwards, a
 * call that is under way keeps its fate. Faults are honest: a call that fails with the outcome
 * {@code NOT_SENT} did not reach the backend, and of those that fail with {@code UNKNOWN} the seed
 * decides which did. At most one error happens to a call, and one fault to a message: their rates
 * add up, to 1 at most.
 *
 * <p>Which calls fail is decided by the seed, the operation, the key, and how many calls like it
 * there were since something was switched on; not by the order in which threads come. So a run with
 * the same seed and the same calls has the same faults. Two calls at the same time with the same
 * operation and key may change places; and of the messages of several publishers, it is those in
 * the same place that meet the same fate.
 *
 * <p>One may be handed to several {@code Zeal} instances: a fault is then switched on for all. Who
 * cuts off one of two gives each its own. Safe for concurrent use.
 */
public final class Chaos {

  private static final List<Stage> STAGES =
      List.of(Stage.QUEUE, Stage.CONNECT, Stage.WRITE, Stage.SERVER);

  private final Draws draws;
  private final AtomicReference<Plan> plan = new AtomicReference<>(Plan.CALM);
  private final Map<Fault, LongAdder> injected = new EnumMap<>(Fault.class);
  private final LongAdder repliesLost = new LongAdder();
  private final AtomicLong places = new AtomicLong();

  /** Who wants to know that a partition ended, or may wait for that. */
  private final Set<Line> lines = ConcurrentHashMap.newKeySet();

  private Chaos(long seed) {
    this.draws = new Draws(seed);
    for (Fault fault : Fault.values()) {
      injected.put(fault, new LongAdder());
    }
  }

  /** Whose faults are decided by {@code seed}. */
  public static Chaos seeded(long seed) {
    return new Chaos(seed);
  }

  /** With a seed nobody knows before; {@link #seed} tells, and so does each injected error. */
  public static Chaos random() {
    return new Chaos(ThreadLocalRandom.current().nextLong());
  }

  /** The seed. */
  public long seed() {
    return draws.seed();
  }

  /**
   * Lets each call take {@code latency} longer: half of it on the way there, half on the way back.
   */
  public Chaos latency(Duration latency) {
    return latency(latency, Duration.ZERO);
  }

  /**
   * Lets each call take {@code latency} longer and up to {@code jitter} more, spread evenly. No
   * deadline ends such a call: {@link #timeouts} do what a deadline does.
   */
  public Chaos latency(Duration latency, Duration jitter) {
    Span span = Span.of(latency, jitter);
    return change(now -> now.withLatency(span));
  }

  /**
   * Lets a share of the calls end in {@code BackendUnavailableException}: half of them with {@code
   * NOT_SENT}, half with {@code UNKNOWN}.
   *
   * @param rate from 0 for none to 1 for all
   */
  public Chaos errors(double rate) {
    return calls(
        Fault.UNAVAILABLE,
        rate,
        List.of(
            new CallFault.Unavailable(Outcome.NOT_SENT),
            new CallFault.Unavailable(Outcome.UNKNOWN)));
  }

  /**
   * Lets a share of the calls end in {@code BackendUnavailableException} with that outcome. With
   * {@code UNKNOWN} the seed decides which of them reached the backend.
   */
  public Chaos errors(double rate, Outcome outcome) {
    return calls(
        Fault.UNAVAILABLE,
        rate,
        List.of(new CallFault.Unavailable(Objects.requireNonNull(outcome, "outcome"))));
  }

  /**
   * Lets a share of the calls end in {@code OperationTimeoutException}, of the stages {@code
   * QUEUE}, {@code CONNECT}, {@code WRITE} and {@code SERVER} alike. They fail at once: add {@link
   * #latency} for the time that a deadline takes.
   */
  public Chaos timeouts(double rate) {
    return calls(
        Fault.TIMEOUT, rate, STAGES.stream().<CallFault>map(CallFault.TimedOut::new).toList());
  }

  /**
   * Lets a share of the calls end in {@code OperationTimeoutException} of that stage. The outcome
   * is {@code UNKNOWN} for {@code SERVER}, else {@code NOT_SENT}.
   */
  public Chaos timeouts(double rate, Stage stage) {
    if (Objects.requireNonNull(stage, "stage") == Stage.LOADER) {
      throw new InvalidArgumentException(
          ErrorCode.INVALID_ARGUMENT,
          "The stage LOADER is the application's own loader, which no backend times out. Let the"
              + " loader take its time, or use one of "
              + STAGES
              + ".");
    }
    return calls(Fault.TIMEOUT, rate, List.of(new CallFault.TimedOut(stage)));
  }

  /** Lets a share of the calls end in {@code ServerRefusedException} for no reason of its own. */
  public Chaos refusals(double rate) {
    return refusals(rate, Reason.OTHER);
  }

  /** Lets a share of the calls end in {@code ServerRefusedException}; they change nothing. */
  public Chaos refusals(double rate, Reason reason) {
    return calls(
        Fault.REFUSAL,
        rate,
        List.of(new CallFault.Refused(Objects.requireNonNull(reason, "reason"))));
  }

  /**
   * Cuts the way to the backend: every call ends in {@code BackendUnavailableException} with {@code
   * NOT_SENT}, no message arrives, subscriptions are inactive. Until {@link #heal}.
   */
  public Chaos partition() {
    return change(now -> now.withPartition(Partition.BOTH_WAYS));
  }

  /**
   * Cuts the way back: every call reaches the backend and ends in {@code
   * BackendUnavailableException} with {@code UNKNOWN}, no message arrives, subscriptions are
   * inactive. Until {@link #heal}.
   */
  public Chaos partitionOneWay() {
    return change(now -> now.withPartition(Partition.ONE_WAY));
  }

  /**
   * Ends a partition. Each subscription that was there is told of a gap; reliable messages that
   * waited are handed over. All else that is switched on stays.
   */
  public Chaos heal() {
    Plan before = plan.getAndUpdate(now -> now.withPartition(Partition.NONE));
    if (before.isCut()) {
      lines.forEach(Line::healed);
    }
    return this;
  }

  /**
   * Lets each message take {@code latency} longer and up to {@code jitter} more; in their order.
   */
  public Chaos messageLatency(Duration latency, Duration jitter) {
    Span span = Span.of(latency, jitter);
    return change(now -> now.withMessageLatency(span));
  }

  /**
   * Loses a share of the messages. A subscriber is told of a gap in place of the message (P4.1). A
   * reliable message is not lost but delivered again, with a higher count.
   */
  public Chaos drops(double rate) {
    return messages(Fault.DROP, rate);
  }

  /**
   * Loses a share of the messages and tells nobody; reliable ones are delivered again. Backends do
   * not do that: it is for code that numbers its messages itself.
   */
  public Chaos silentDrops(double rate) {
    return messages(Fault.SILENT_DROP, rate);
  }

  /**
   * Hands a share of the messages over twice. A reliable message that was handled and acknowledged
   * is delivered again with a higher count, as if the acknowledgement had not been recorded.
   */
  public Chaos duplicates(double rate) {
    return messages(Fault.DUPLICATE, rate);
  }

  /**
   * Hands a share of the messages over behind the one that was published next. Without a next one
   * they come after 100 ms, in their place. A reliable message is delivered again a little later.
   */
  public Chaos reorders(double rate) {
    return messages(Fault.REORDER, rate);
  }

  /** Switches everything off, a partition too. */
  public Chaos calm() {
    Plan before = plan.getAndSet(Plan.CALM);
    if (before.isCut()) {
      lines.forEach(Line::healed);
    }
    return this;
  }

  /** How often that fault was injected so far. */
  public long injected(Fault fault) {
    return counter(fault).sum();
  }

  /**
   * How many changes happened though their caller was told of an error, those of calls on many
   * counted one by one: what was acknowledged, and this, is what happened. Reads, openings and
   * subscriptions are not changes, and neither is what changed nothing: a condition that did not
   * hold, or an error of the backend's own.
   */
  public long repliesLost() {
    return repliesLost.sum();
  }

  private Chaos calls(Fault kind, double rate, List<CallFault> faults) {
    return change(
        now -> now.withCalls(now.calls().with(fault -> fault.fault() == kind, rate, faults)));
  }

  private Chaos messages(Fault kind, double rate) {
    return change(
        now -> now.withMessages(now.messages().with(fault -> fault == kind, rate, List.of(kind))));
  }

  private Chaos change(UnaryOperator<Plan> change) {
    plan.updateAndGet(change);
    return this;
  }

  Plan plan() {
    return plan.get();
  }

  Draws draws() {
    return draws;
  }

  void count(Fault fault) {
    counter(fault).increment();
  }

  void countLostReplies(int changes) {
    repliesLost.add(changes);
  }

  private LongAdder counter(Fault fault) {
    return Objects.requireNonNull(injected.get(Objects.requireNonNull(fault, "fault")));
  }

  /** The stream of what is decorated next: several backends do not draw each other's numbers. */
  long nextPlace() {
    return Draws.stream(places.getAndIncrement(), "place");
  }

  void join(Line line) {
    lines.add(line);
  }

  void leave(Line line) {
    lines.remove(line);
  }

  /** The seed, and what is switched on. */
  @Override
  public String toString() {
    return "Chaos[seed=" + seed() + ", " + plan.get() + "]";
  }
}
