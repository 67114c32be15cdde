package io.zeal.tiered;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/** What happened in one store. */
final class StoreNumbers {

  /** For how long the findings tell of a frame that was refused. */
  static final Duration LATELY = Duration.ofMinutes(10);

  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder fills = new LongAdder();
  final LongAdder fillsRefused = new LongAdder();
  final LongAdder ownCopies = new LongAdder();
  final LongAdder ownCopiesRefused = new LongAdder();
  final LongAdder tooLong = new LongAdder();
  final LongAdder nearFailures = new LongAdder();
  final LongAdder gaps = new LongAdder();
  final LongAdder repeats = new LongAdder();
  final LongAdder leases = new LongAdder();
  final LongAdder listenFailures = new LongAdder();
  final LongAdder heartbeats = new LongAdder();
  final LongAdder heartbeatFailures = new LongAdder();
  final LongAdder foreignHeartbeats = new LongAdder();
  private final LongAdder missedSteps = new LongAdder();
  private final LongAdder otherEpochs = new LongAdder();
  private final LongAdder wentBack = new LongAdder();
  private final Refusals form = new Refusals();
  private final Refusals signature = new Refusals();

  /** Frames that were refused for one reason. */
  private static final class Refusals {
    final LongAdder count = new LongAdder();
    volatile long lastNanos; // by the receiver, before it counts
  }

  /**
   * Frames that were refused for one reason.
   *
   * @param count since the store was opened
   * @param age how long ago the last one came
   */
  record Refused(long count, Duration age) {}

  /** A frame was refused now. */
  void refused(Frame.Reason why, long nowNanos) {
    Refusals refusals = refusals(why);
    refusals.lastNanos = nowNanos;
    refusals.count.increment();
  }

  private Refusals refusals(Frame.Reason why) {
    return why == Frame.Reason.FORM ? form : signature;
  }

  /** A number that is not the next. */
  void missed(boolean sameEpoch, boolean higher) {
    (sameEpoch ? higher ? missedSteps : wentBack : otherEpochs).increment();
  }

  /**
   * What was refused for a reason, if some of it was a short time ago: whoever looks sees it, and
   * it goes away by itself when it is over.
   */
  Optional<Refused> refusedLately(Frame.Reason why, long nowNanos) {
    Refusals refusals = refusals(why);
    long count = refusals.count.sum();
    if (count == 0) {
      return Optional.empty();
    }
    Duration age = Duration.ofNanos(Math.max(0, nowNanos - refusals.lastNanos));
    return age.compareTo(LATELY) < 0 ? Optional.of(new Refused(count, age)) : Optional.empty();
  }

  Map<String, Long> all() {
    Map<String, Long> all = new HashMap<>();
    all.put("hits", hits.sum());
    all.put("misses", misses.sum());
    all.put("fills", fills.sum());
    all.put("fillsRefused", fillsRefused.sum());
    all.put("ownCopies", ownCopies.sum());
    all.put("ownCopiesRefused", ownCopiesRefused.sum());
    all.put("tooLong", tooLong.sum());
    all.put("nearFailures", nearFailures.sum());
    all.put("gaps", gaps.sum());
    all.put("missedSteps", missedSteps.sum());
    all.put("otherEpochs", otherEpochs.sum());
    all.put("wentBack", wentBack.sum());
    all.put("repeats", repeats.sum());
    all.put("refusedForm", form.count.sum());
    all.put("refusedSignature", signature.count.sum());
    all.put("leases", leases.sum());
    all.put("listenFailures", listenFailures.sum());
    all.put("heartbeats", heartbeats.sum());
    all.put("heartbeatFailures", heartbeatFailures.sum());
    all.put("foreignHeartbeats", foreignHeartbeats.sum());
    return all;
  }
}
