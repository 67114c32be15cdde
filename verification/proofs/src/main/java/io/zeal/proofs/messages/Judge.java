package io.zeal.proofs.messages;

import static java.util.stream.Collectors.groupingBy;

import io.zeal.CodecException;
import io.zeal.ConsumeOptions.Order;
import io.zeal.proofs.messages.Consumer.Answer;
import io.zeal.proofs.messages.Evidence.Burial;
import io.zeal.proofs.messages.Journal.Facts;
import io.zeal.proofs.messages.Journal.Handout;
import io.zeal.proofs.messages.Journal.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Says what must not be, of a round that is over.
 *
 * <p>Only what is certain is wrong, however slow the machine and whatever stood still. A delivery
 * <i>holds</i> at a time that was read from the clock before its claim was asked for and found
 * standing (R5.4): nobody else has had the message by then. That a group is through with a message
 * is known at a time that was read after the server had said so. So a delivery that holds behind
 * that, or behind the beginning of one with a higher count, is wrong without any tolerance.
 */
final class Judge {

  /** What clocks of different kinds, and milliseconds that were cut off, may differ by. */
  private static final Duration TOLERANCE = Duration.ofMillis(5);

  /** What a call may take from its beginning in one process to its execution in another. */
  private static final Duration BRIEFLY = Duration.ofMillis(200);

  static final String MESSAGES = "messages";
  static final String DELIVERIES = "deliveries";
  static final String CUT_OFF = "again because a handler was cut off";

  private final Evidence evidence;
  private final Journal journal;
  private final List<String> wrong = new ArrayList<>();
  private final Map<String, Long> figures = new LinkedHashMap<>();
  private long checks;

  private Judge(Evidence evidence) {
    this.evidence = evidence;
    this.journal = evidence.journal();
  }

  /**
   * A judgement.
   *
   * @param wrong what must not be; empty if all is well
   * @param checks how many there were
   * @param figures what happened how often
   */
  record Verdict(List<String> wrong, long checks, Map<String, Long> figures) {}

  static Verdict of(Evidence evidence) {
    Judge judge = new Judge(evidence);
    judge.wrong.addAll(evidence.journal().wrong);
    judge.count();
    judge.publications();
    judge.batches();
    judge.publisherIds();
    judge.deliveries();
    judge.ends();
    judge.orderOfKeys();
    return new Verdict(judge.wrong, judge.checks, judge.figures);
  }

  private void require(boolean holds, String otherwise) {
    checks++;
    if (!holds) {
      wrong.add(otherwise);
    }
  }

  private void count(String what, long number) {
    figures.merge(what, number, Long::sum);
  }

  // --- Publications ---

  /** Every message that is known to have been recorded, and its number. */
  private Map<StreamId, Long> recorded() {
    Map<StreamId, Long> recorded = new TreeMap<>(evidence.entries());
    for (Publication call : journal.publications) {
      if (call.publisherId.isEmpty()) {
        for (int i = 0; i < call.ids.size() && i < call.numbers.size(); i++) {
          recorded.putIfAbsent(call.ids.get(i), call.numbers.get(i));
        }
      }
    }
    if (evidence.plan().trimmed() > 0) { // some were gone before they were seen
      journal.handouts.forEach(it -> recorded.putIfAbsent(it.id, it.number));
    }
    return recorded;
  }

  /** R1.1, R1.4, R1.7: each happened as often as was said. */
  private void publications() {
    Map<Long, List<StreamId>> ids = idsByNumber();
    Map<Long, List<Publication>> calls = new HashMap<>();
    for (Publication call : journal.publications) {
      for (long number : call.numbers) {
        calls.computeIfAbsent(number, it -> new ArrayList<>()).add(call);
      }
    }
    ids.forEach((number, all) ->
        require(calls.containsKey(number), "Nobody published " + number + ", of id " + all));
    calls.forEach((number, all) -> {
      List<StreamId> found = ids.getOrDefault(number, List.of());
      boolean happened = all.stream().anyMatch(call -> !call.didNotHappen());
      require(
          found.size() <= 1,
          "There are " + found.size() + " messages " + number + ": " + found + ", of " + all);
      require(
          happened || found.isEmpty(),
          "There is " + found + ", and its publication said that nothing happened: " + all);
    });
    Set<StreamId> seen = new HashSet<>();
    for (Publication call : journal.publications) {
      if (call.publisherId.isEmpty() && call.isConfirmed()) {
        require(call.ids.size() == call.numbers.size(), "Not an id for each message of " + call);
        for (int i = 0; i < call.ids.size(); i++) {
          StreamId id = call.ids.get(i);
          require(seen.add(id), "The id " + id + " was answered twice, at last to " + call);
          require(
              evidence.plan().trimmed() > 0
                  || call.numbers.get(i).equals(evidence.entries().get(id)),
              "Lost: the stream has no message " + id + ", which was confirmed to " + call);
        }
      }
    }
  }

  private Map<Long, List<StreamId>> idsByNumber() {
    Map<Long, List<StreamId>> ids = new HashMap<>();
    recorded()
        .forEach((id, number) -> ids.computeIfAbsent(number, it -> new ArrayList<>()).add(id));
    return ids;
  }

  /** R1.6: in their order, with nothing of the same call missing in between. */
  private void batches() {
    Map<Long, List<StreamId>> ids = idsByNumber();
    for (Publication call : journal.publications) {
      if (call.numbers.size() < 2 || evidence.plan().trimmed() > 0) {
        continue;
      }
      StreamId last = new StreamId(0, 0);
      boolean ended = false;
      for (long number : call.numbers) {
        List<StreamId> found = ids.getOrDefault(number, List.of());
        ended |= found.isEmpty();
        require(
            !(ended && !found.isEmpty()),
            "One before " + number + " is missing in the stream: " + call);
        if (!found.isEmpty()) {
          require(last.compareTo(found.getFirst()) < 0, "Out of order at " + number + ": " + call);
          last = found.getFirst();
        }
      }
    }
  }

  /** R1.5: one message within the window, and another behind it. */
  private void publisherIds() {
    Map<String, List<Publication>> byId =
        journal.publications.stream()
            .filter(call -> !call.publisherId.isEmpty())
            .collect(groupingBy(call -> call.publisherId));
    Map<Long, List<StreamId>> ids = idsByNumber();
    byId.forEach((publisherId, calls) -> publisherId(calls, ids));
  }

  private void publisherId(List<Publication> calls, Map<Long, List<StreamId>> ids) {
    TreeSet<StreamId> made = new TreeSet<>();
    for (Publication call : calls) {
      made.addAll(ids.getOrDefault(call.numbers.getFirst(), List.of()));
    }
    long windowMillis = calls.getFirst().windowMillis;
    @Nullable StreamId former = null;
    for (StreamId id : made) {
      require(
          former == null || id.millis() - former.millis() >= windowMillis - TOLERANCE.toMillis(),
          "Two messages within the window of %d ms, %s and %s: %s"
              .formatted(windowMillis, former, id, calls.getFirst()));
      former = id;
    }
    for (Publication call : calls) {
      if (!call.isConfirmed()) {
        continue;
      }
      StreamId answered = call.ids.getFirst();
      count("publications with an id", 1);
      if (!ids.getOrDefault(call.numbers.getFirst(), List.of()).contains(answered)) {
        count("answered with an earlier one", 1);
      }
      require(
          made.contains(answered) || evidence.plan().trimmed() > 0,
          "Answered " + answered + ", which is none of " + made + ": " + call);
      require(
          answered.millis() + windowMillis + BRIEFLY.toMillis() >= call.beganMillis,
          "Answered %s, whose window of %d ms was over since %d ms: %s"
              .formatted(
                  answered,
                  windowMillis,
                  call.beganMillis - answered.millis() - windowMillis,
                  call));
    }
  }

  // --- Deliveries ---

  private void deliveries() {
    for (Group group : Group.values()) {
      Map<StreamId, List<Handout>> handouts =
          journal.handouts.stream()
              .filter(it -> it.group == group)
              .sorted(Comparator.comparingLong(it -> it.count))
              .collect(groupingBy(it -> it.id));
      Map<StreamId, List<Burial>> burials =
          evidence.burials().getOrDefault(group, List.of()).stream()
              .collect(groupingBy(Burial::message));
      Map<StreamId, Long> recorded = recorded();
      Set<StreamId> all = new TreeSet<>(recorded.keySet());
      all.addAll(handouts.keySet());
      all.addAll(burials.keySet());
      List<Long> cutOffs = cutOffs(group);
      for (StreamId id : all) {
        List<Handout> mine = handouts.getOrDefault(id, List.of());
        List<Burial> buried = burials.getOrDefault(id, List.of());
        handled(group, id, mine, buried);
        numbers(recorded.get(id), mine, buried);
        counts(mine, buried, cutOffs);
        holders(mine);
        recordedEnd(group, id, mine);
        delays(mine);
        buried.forEach(burial -> burial(group, burial, mine));
      }
      lateOnes(group);
    }
  }

  /** R1.1, R3.6: at least once, and by its last holder; or among the dead letters, not twice. */
  private void handled(Group group, StreamId id, List<Handout> handouts, List<Burial> burials) {
    boolean handled = handouts.stream().anyMatch(Handout::mayHaveHandled);
    require(
        !burials.isEmpty() || handled,
        "Lost: %s was not handled by group %s, and is no dead letter: %s"
            .formatted(id, group.title(), handouts));
    require(
        !burials.isEmpty() || !handled || handouts.getLast().mayHaveHandled(),
        "Ended by one who had lost it to another: " + handouts);
    require(burials.size() <= 1, "Buried more than once: " + burials);
    require(
        evidence.settledNanos().getOrDefault(group, Map.of()).containsKey(id)
            || evidence.plan().trimmed() > 0,
        "Group " + group.title() + " is not through with " + id + ": " + handouts);
  }

  private void numbers(@Nullable Long number, List<Handout> handouts, List<Burial> burials) {
    for (Handout handout : handouts) {
      require(number != null && handout.number == number, "Not number " + number + ": " + handout);
    }
    for (Burial burial : burials) {
      require(number != null && burial.number() == number, "Not number " + number + ": " + burial);
    }
  }

  /** R4.2, R4.3, R4.5. */
  private void counts(List<Handout> handouts, List<Burial> burials, List<Long> cutOffs) {
    long seen = 0;
    long last = 0;
    long since = Long.MIN_VALUE; // the beginning of the delivery before
    for (Handout handout : handouts) {
      seen++;
      require(handout.count != last, "The same count twice: " + handouts);
      require(handout.count >= seen, "A count below the number of deliveries: " + handouts);
      requireExplained(handout.count - seen, Long.MIN_VALUE, cutOffs, handouts);
      if (seen > 1) {
        requireExplained(handout.count - last - 1, since, cutOffs, handouts);
      }
      require(
          handout.count <= evidence.plan().maxDeliveries(),
          "More than " + evidence.plan().maxDeliveries() + " deliveries: " + handouts);
      last = handout.count;
      since = handout.beganNanos;
    }
    for (Burial burial : burials) {
      require(
          burial.count() >= last,
          "The dead letter's count is not that of its last delivery: " + burial + ", " + handouts);
      requireExplained(burial.count() - seen, Long.MIN_VALUE, cutOffs, handouts);
      if (seen > 0) {
        requireExplained(burial.count() - last, since, cutOffs, handouts);
      }
    }
  }

  /**
   * Who held a message between two of its deliveries, and was cut off, was so behind the beginning
   * of the first.
   */
  private void requireExplained(long more, long since, List<Long> cutOffs, List<Handout> handouts) {
    long there = cutOffs.stream().filter(cutOff -> cutOff >= since).count();
    require(
        more <= there,
        "A count that no %d consumers that were cut off explain: %s".formatted(there, handouts));
  }

  /**
   * When consumers of a group had been cut off, by whatever: each time is one at which it had
   * happened already.
   */
  private List<Long> cutOffs(Group group) {
    List<Long> cutOffs = new ArrayList<>();
    for (Map.Entry<Integer, Facts> each : journal.facts.entrySet()) {
      Facts facts = each.getValue();
      long known = 0;
      for (Map.Entry<Long, Long> gaps :
          new TreeMap<>(facts.gaps.getOrDefault(group, Map.of())).entrySet()) {
        for (; known < gaps.getValue(); known++) {
          cutOffs.add(gaps.getKey());
        }
      }
      boolean interrupted =
          journal.handouts.stream()
              .anyMatch(
                  it -> it.process == each.getKey() && it.group == group && !it.claimedAtAnswer);
      if (!facts.inPeace || interrupted) {
        cutOffs.add(facts.endedNanos);
      }
    }
    return cutOffs;
  }

  /** R2.3, R4.2, R5.3: by the time the next one begins, nobody holds the message any more. */
  private void holders(List<Handout> handouts) {
    for (int i = 0; i < handouts.size(); i++) {
      Handout earlier = handouts.get(i);
      for (Handout later : handouts.subList(i + 1, handouts.size())) {
        require(
            later.beganNanos >= earlier.heldNanos,
            "Held by two at a time, for %d ms: %s, and %s"
                .formatted(millis(earlier.heldNanos - later.beganNanos), earlier, later));
      }
    }
  }

  /** R3.1, R3.4: nothing is handed out once the end was recorded. */
  private void recordedEnd(Group group, StreamId id, List<Handout> handouts) {
    Long settled = evidence.settledNanos().getOrDefault(group, Map.of()).get(id);
    if (settled == null) {
      return;
    }
    for (Handout handout : handouts) {
      require(
          handout.heldNanos <= settled,
          "%s %d ms after its end was recorded: %s"
              .formatted(
                  handout.beganNanos > settled && handout.claimedAtBegin
                      ? "Handed out"
                      : "Still held",
                  millis(handout.heldNanos - settled),
                  handouts));
    }
  }

  /**
   * R3.1, R5.5: deliveries that began without a claim after the end was recorded. That happens to
   * who stands still between the look at the claim and the handler, and to no more at a time than
   * there are handlers.
   */
  private void lateOnes(Group group) {
    Map<StreamId, Long> settled = evidence.settledNanos().getOrDefault(group, Map.of());
    Map<Integer, List<Handout>> late =
        journal.handouts.stream()
            .filter(it -> it.group == group && !it.claimedAtBegin)
            .filter(it -> it.beganNanos > settled.getOrDefault(it.id, Long.MAX_VALUE))
            .collect(groupingBy(it -> it.process));
    late.forEach((process, handouts) -> {
      count("begun late", handouts.size());
      Facts facts = journal.facts.getOrDefault(process, new Facts());
      long stalls = facts.stallMillis.values().stream().filter(it -> it > 100).count();
      require(
          handouts.size() <= stalls * group.concurrency(),
          "Handed out after their end was recorded, by a process that stood still %d times: %s"
              .formatted(stalls, handouts));
    });
  }

  /** R3.2, R3.3. */
  private void delays(List<Handout> handouts) {
    for (int i = 0; i + 1 < handouts.size(); i++) {
      Handout former = handouts.get(i);
      Handout next = handouts.get(i + 1);
      Facts facts = journal.facts.getOrDefault(former.process, new Facts());
      boolean asked =
          former.mayHaveBeenAnsweredBy(Answer.RETRY) || former.mayHaveBeenAnsweredBy(Answer.THROW);
      // Who did not live to record it, or lost its claim, did not delay anything.
      boolean lived = facts.endedNanos > next.beganNanos && facts.gaps(former.group) == 0;
      if (asked && lived) {
        long waited = next.beganNanos - former.answeredNanos;
        require(
            waited >= TimeUnit.MILLISECONDS.toNanos(former.delayMillis) - TOLERANCE.toNanos(),
            "Again after %d ms instead of %d: %s, and %s"
                .formatted(millis(waited), former.delayMillis, former, next));
      }
    }
  }

  /** R3.4, R3.5, R4.5, R8.1 to R8.3. */
  private void burial(Group group, Burial burial, List<Handout> handouts) {
    Fate fate = Fate.of(burial.number(), group, evidence.plan().killers());
    boolean worn = burial.count() >= evidence.plan().maxDeliveries();
    String reason = burial.reason();
    boolean right;
    if (reason.equals(Fate.reason(burial.number()))) {
      right =
          fate == Fate.REJECT && anyAnswered(handouts, Answer.REJECT) && burial.hash().isEmpty();
    } else if (reason.equals(CodecException.class.getName())) {
      right =
          fate == Fate.POISON && anyAnswered(handouts, Answer.CODEC) && burial.hash().isPresent();
    } else if (reason.equals(Consumer.ToldToFailException.class.getName())) {
      right = worn && anyAnswered(handouts, Answer.THROW) && burial.hash().isPresent();
    } else if (reason.startsWith("Asked for another delivery")) {
      right = worn && anyAnswered(handouts, Answer.RETRY) && burial.hash().isEmpty();
    } else {
      right = worn && reason.startsWith("Its consumers ended again and again");
      count("buried because consumers ended", 1);
    }
    require(right, "Should not be a dead letter, or not so: " + burial + ", " + handouts);
  }

  private static boolean anyAnswered(List<Handout> handouts, Answer answer) {
    return handouts.stream().anyMatch(it -> it.mayHaveBeenAnsweredBy(answer));
  }

  // --- Consumers ---

  /** R7.1: what a consumer that ended in peace answered is recorded, and nothing begins behind. */
  private void ends() {
    Map<String, Long> highest = new HashMap<>();
    for (Handout handout : journal.handouts) {
      highest.merge(handout.group + " " + handout.id, handout.count, Math::max);
    }
    for (Handout handout : journal.handouts) {
      Facts facts = journal.facts.getOrDefault(handout.process, new Facts());
      Long closed = facts.closed.get(handout.group);
      require(
          closed == null || handout.beganNanos <= closed,
          "Begun after the consumer was closed: " + handout);
      if (handout.mayHaveHandled()
          && evidence.reachable()
          && facts.inPeace
          && facts.gaps(handout.group) == 0) {
        require(
            highest.getOrDefault(handout.group + " " + handout.id, 0L) == handout.count,
            "Handled by a consumer that ended in peace, and delivered again: " + handout);
      }
    }
  }

  /** R6.3. */
  private void orderOfKeys() {
    OptionalLong firstClose =
        journal.facts.values().stream()
            .flatMap(it -> it.closeBegan.values().stream())
            .mapToLong(Long::longValue)
            .min();
    for (Group group : Group.values()) {
      if (group.order() != Order.BY_KEY) {
        continue;
      }
      Map<String, List<Handout>> lanes =
          journal.handouts.stream()
              .filter(it -> it.group == group && Content.key(it.number).isPresent())
              .sorted(Comparator.comparingLong(it -> it.beganNanos))
              .collect(groupingBy(it -> it.process + " " + Content.key(it.number).orElseThrow()));
      lanes.values().forEach(lane -> lane(lane, firstClose.orElse(Long.MAX_VALUE)));
    }
  }

  /** The messages of one key that one consumer had, in the order of their time. */
  private void lane(List<Handout> lane, long firstClose) {
    @Nullable Handout former = null;
    boolean inOrder = true;
    for (Handout handout : lane) {
      if (former != null) {
        require(
            former.answer != null && handout.beganNanos >= former.answeredNanos,
            "Two of one key at a time: " + former + ", and " + handout);
        Facts facts = journal.facts.getOrDefault(handout.process, new Facts());
        long gap = facts.firstGapNanos(handout.group).orElse(Long.MAX_VALUE);
        // What was released by another is later than its place, and so is what a lost claim let go.
        inOrder &=
            former.count == 1
                && handout.count == 1
                && handout.beganNanos < firstClose
                && handout.beganNanos < gap;
        require(
            !inOrder || former.id.compareTo(handout.id) < 0,
            "Out of the order of their key: " + former + ", and " + handout);
      }
      former = handout;
    }
  }

  // --- Figures ---

  private void count() {
    count(MESSAGES, recorded().size());
    count(DELIVERIES, journal.handouts.size());
    Map<String, List<Handout>> byMessage =
        journal.handouts.stream()
            .sorted(Comparator.comparingLong(it -> it.count))
            .collect(groupingBy(it -> it.group + " " + it.id));
    long again = 0;
    long cutOff = 0;
    long twice = 0;
    for (List<Handout> handouts : byMessage.values()) {
      for (int i = 1; i < handouts.size(); i++) {
        Handout former = handouts.get(i - 1);
        boolean asked =
            former.mayHaveBeenAnsweredBy(Answer.RETRY)
                || former.mayHaveBeenAnsweredBy(Answer.THROW);
        again += asked ? 1 : 0;
        cutOff += asked ? 0 : 1;
      }
      twice += handouts.stream().filter(it -> it.answer == Answer.DONE).count() > 1 ? 1 : 0;
    }
    count("again because they asked", again);
    count(CUT_OFF, cutOff);
    count("handled more than once", twice);
    count("dead letters", evidence.burials().values().stream().mapToLong(List::size).sum());
    count("publications unknown", journal.publications.stream().filter(it -> it.unknown).count());
    count(
        "publications refused",
        journal.publications.stream().filter(Publication::didNotHappen).count());
    long gaps = 0;
    for (Group group : Group.values()) {
      gaps += journal.facts.values().stream().mapToLong(it -> it.gaps(group)).sum();
    }
    count("memberships lost", gaps);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
