package io.zeal.proofs.messages;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.proofs.messages.Evidence.Burial;
import io.zeal.proofs.process.Lines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What is wrong is found, and what is right is not; times are in milliseconds. */
class JudgeTest {

  private static final int PUBLISHER = 1;
  private static final int FIRST = 2;
  private static final int SECOND = 3;

  private static final long DONE = number(Fate.DONE);
  private static final long RETRY = number(Fate.RETRY_ONCE);
  private static final long REJECT = number(Fate.REJECT);

  private final Map<Integer, List<String>> said = new HashMap<>();
  private final Map<Integer, Long> ended = new HashMap<>();
  private final Map<StreamId, Long> entries = new TreeMap<>();
  private final Map<StreamId, Long> settled = new HashMap<>();
  private final List<Burial> burials = new ArrayList<>();
  private boolean reachable = true;
  private int calls;
  private int deliveries;

  /** A message with that fate in the loose group, and with a key. */
  private static long number(Fate fate) {
    return LongStream.range(Content.BLOCK, 100_000)
        .filter(it -> Fate.of(it, Group.LOOSE, false) == fate && Content.key(it).isPresent())
        .findFirst()
        .orElseThrow();
  }

  private static StreamId id(long millis) {
    return new StreamId(millis, 0);
  }

  private void say(int process, Object... words) {
    StringBuilder line = new StringBuilder();
    for (Object word : words) {
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    said.computeIfAbsent(process, it -> new ArrayList<>()).add(line.toString());
  }

  private static long nanos(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  /** Published at that time, and recorded. */
  private StreamId published(long number, long millis) {
    call(number, millis, "-", 0);
    say(PUBLISHER, "C", calls, nanos(millis), id(millis));
    entries.put(id(millis), number);
    return id(millis);
  }

  private void call(long number, long millis, String publisherId, long window) {
    say(PUBLISHER, "B", ++calls, nanos(millis), millis, publisherId, window, number);
  }

  private int begun(int process, StreamId id, long count, long millis, boolean claimed) {
    int delivery = ++deliveries;
    say(process, "H", delivery, "loose", nanos(millis), id, entries.get(id), count, claimed);
    return delivery;
  }

  private void answered(
      int process, int delivery, long millis, Consumer.Answer answer, long delay) {
    say(process, "A", delivery, nanos(millis), true, answer, delay);
  }

  private void handled(int process, StreamId id, long count, long millis) {
    answered(process, begun(process, id, count, millis, true), millis, Consumer.Answer.DONE, 0);
  }

  private void settled(StreamId id, long millis) {
    settled.put(id, nanos(millis));
  }

  private List<String> wrong() {
    Journal journal = new Journal();
    said.forEach((process, lines) -> {
      List<String> all = new ArrayList<>(lines);
      if (!ended.containsKey(process)) {
        all.add(Lines.OVER);
      }
      journal.read(process, all, ended.getOrDefault(process, Long.MAX_VALUE));
    });
    // The other group takes part in nothing here; what it did not do is left out.
    Map<Group, Map<StreamId, Long>> ends = new EnumMap<>(Group.class);
    ends.put(Group.LOOSE, settled);
    Map<Group, List<Burial>> dead = new EnumMap<>(Group.class);
    dead.put(Group.LOOSE, burials);
    Plan plan =
        new Plan(
            0,
            Plan.Role.CONSUME,
            "jedis",
            "",
            "s",
            1,
            0,
            Duration.ofSeconds(1),
            Duration.ZERO,
            5,
            1,
            0,
            false,
            false,
            0);
    Evidence evidence = new Evidence(plan, journal, entries, ends, dead, reachable);
    return Judge.of(evidence).wrong().stream()
        .filter(it -> !it.contains(Group.ORDERED.title()))
        .toList();
  }

  @Test
  void aMessageThatWasHandledOnceIsRight() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    settled(id, 30);

    assertThat(wrong()).isEmpty();
  }

  @Test
  void aConfirmedMessageThatNobodyHandledIsLost() {
    StreamId id = published(DONE, 10);
    settled(id, 30);

    assertThat(wrong()).singleElement().asString().startsWith("Lost: 10-0 was not handled");
  }

  @Test
  void aConfirmedMessageThatIsNotThereIsLost() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    settled(id, 30);
    entries.clear();

    assertThat(wrong()).anySatisfy(it -> assertThat(it).startsWith("Lost: the stream has no"));
  }

  @Test
  void anAnswerThatFoundNoClaimHandlesNothing() {
    StreamId id = published(DONE, 10);
    int delivery = begun(FIRST, id, 1, 20, true);
    say(FIRST, "A", delivery, nanos(25), false, "DONE", 0);
    settled(id, 30);

    assertThat(wrong()).anySatisfy(it -> assertThat(it).startsWith("Lost: 10-0"));
  }

  @Test
  void whoLostAMessageToAnotherCannotEndIt() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    begun(SECOND, id, 2, 30, true);
    ended.put(FIRST, nanos(35));
    ended.put(SECOND, nanos(35));
    settled(id, 40);

    assertThat(wrong()).singleElement().asString().startsWith("Ended by one who had lost it");
  }

  @Test
  void aMessageThatNoGroupIsThroughWithIsNotHandled() {
    handled(FIRST, published(DONE, 10), 1, 20);

    assertThat(wrong()).singleElement().asString().contains("is not through with 10-0");
  }

  @Test
  void aDeliveryBehindTheRecordedEndIsWrong() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    settled(id, 30);
    ended.put(FIRST, nanos(25)); // killed, so that the count may be higher
    handled(SECOND, id, 2, 31);

    assertThat(wrong()).singleElement().asString().startsWith("Handed out 1 ms after its end");
  }

  @Test
  void aSecondDeliveryBeforeTheEndWasRecordedIsRight() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    ended.put(FIRST, nanos(25));
    handled(SECOND, id, 2, 31);
    settled(id, 40);

    assertThat(wrong()).isEmpty();
  }

  @Test
  void aDeliveryWithoutAClaimBehindTheEndIsWrongUnlessTheProcessStoodStill() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 2, 20);
    settled(id, 30);
    begun(SECOND, id, 1, 50, false);
    ended.put(SECOND, nanos(60));
    assertThat(wrong()).singleElement().asString().startsWith("Handed out after their end");

    say(SECOND, "L", nanos(45), 900);
    assertThat(wrong()).isEmpty();
  }

  @Test
  void twoCannotHoldAMessage() {
    StreamId id = published(DONE, 10);
    int delivery = begun(FIRST, id, 1, 20, true);
    say(FIRST, "K", delivery, nanos(45));
    ended.put(FIRST, nanos(60));
    handled(SECOND, id, 2, 40);
    settled(id, 50);

    assertThat(wrong()).singleElement().asString().startsWith("Held by two at a time, for 5 ms");
  }

  @Test
  void aCountIsGivenOnceAndIsNotLessThanTheDeliveries() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    ended.put(FIRST, nanos(25));
    handled(SECOND, id, 1, 30);
    settled(id, 40);

    assertThat(wrong())
        .anySatisfy(it -> assertThat(it).startsWith("The same count twice"))
        .anySatisfy(it -> assertThat(it).startsWith("A count below the number of deliveries"));
  }

  @Test
  void aCountThatIsTooHighNeedsAConsumerThatWasCutOff() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 2, 20);
    settled(id, 30);
    assertThat(wrong()).singleElement().asString().startsWith("A count that no 0 consumers");

    say(SECOND, "G", "loose", nanos(15), 1);
    assertThat(wrong()).isEmpty();
  }

  @Test
  void aCountThatIsTooHighIsNotExplainedByWhoWasCutOffBeforeTheDeliveryBefore() {
    StreamId id = published(RETRY, 10);
    answered(FIRST, begun(FIRST, id, 1, 20, true), 20, Consumer.Answer.RETRY, 0);
    say(SECOND, "G", "loose", nanos(15), 1);
    handled(FIRST, id, 3, 30);
    settled(id, 40);
    assertThat(wrong()).singleElement().asString().startsWith("A count that no 0 consumers");

    say(SECOND, "G", "loose", nanos(25), 2);
    assertThat(wrong()).isEmpty();
  }

  @Test
  void aRetryComesNotBeforeItsTime() {
    StreamId id = published(RETRY, 10);
    answered(FIRST, begun(FIRST, id, 1, 20, true), 20, Consumer.Answer.RETRY, 100);
    handled(SECOND, id, 2, 90);
    settled(id, 200);

    assertThat(wrong()).singleElement().asString().startsWith("Again after 70 ms instead of 100");
  }

  @Test
  void whatAConsumerAnsweredThatEndedInPeaceIsRecorded() {
    StreamId id = published(DONE, 10);
    handled(FIRST, id, 1, 20);
    handled(SECOND, id, 2, 30);
    settled(id, 40);
    assertThat(wrong())
        .singleElement()
        .asString()
        .startsWith("Handled by a consumer that ended in");

    reachable = false; // then it may not have been able to
    assertThat(wrong()).isEmpty();
  }

  @Test
  void nothingBeginsBehindAClose() {
    StreamId id = published(DONE, 10);
    say(FIRST, "Y", "loose", nanos(15));
    handled(FIRST, id, 1, 20);
    settled(id, 30);

    assertThat(wrong())
        .singleElement()
        .asString()
        .startsWith("Begun after the consumer was closed");
  }

  private Burial burial(StreamId id, long number, long count, String reason) {
    return new Burial("1-0", id, number, count, reason, Optional.empty());
  }

  @Test
  void aDeadLetterNeedsAReason() {
    StreamId id = published(REJECT, 10);
    answered(FIRST, begun(FIRST, id, 1, 20, true), 20, Consumer.Answer.REJECT, 0);
    settled(id, 30);
    burials.add(burial(id, REJECT, 1, Fate.reason(REJECT)));
    assertThat(wrong()).isEmpty();

    burials.clear();
    burials.add(burial(id, REJECT, 1, "Its consumers ended again and again"));
    assertThat(wrong()).singleElement().asString().startsWith("Should not be a dead letter");
  }

  @Test
  void aMessageIsBuriedOnce() {
    StreamId id = published(REJECT, 10);
    answered(FIRST, begun(FIRST, id, 1, 20, true), 20, Consumer.Answer.REJECT, 0);
    settled(id, 30);
    burials.add(burial(id, REJECT, 1, Fate.reason(REJECT)));
    burials.add(burial(id, REJECT, 1, Fate.reason(REJECT)));

    assertThat(wrong()).singleElement().asString().startsWith("Buried more than once");
  }

  @Test
  void anIdMakesOneMessageWithinItsWindow() {
    call(1, 10, "a", 250);
    say(PUBLISHER, "C", calls, nanos(11), id(10));
    call(2, 200, "a", 250);
    say(PUBLISHER, "C", calls, nanos(201), id(10));
    entries.put(id(10), 1L);
    settledByRejection(id(10), 1);
    assertThat(wrong()).isEmpty();

    entries.put(id(200), 2L);
    settledByRejection(id(200), 2);
    assertThat(wrong()).singleElement().asString().startsWith("Two messages within the window");
  }

  @Test
  void anIdMakesAnotherMessageOnceItsWindowIsOver() {
    call(1, 10, "a", 250);
    say(PUBLISHER, "C", calls, nanos(11), id(10));
    call(2, 900, "a", 250);
    say(PUBLISHER, "C", calls, nanos(901), id(10));
    entries.put(id(10), 1L);
    settledByRejection(id(10), 1);

    assertThat(wrong()).singleElement().asString().contains("whose window of 250 ms was over");
  }

  /** Handled in some way; not what these tests are about. */
  private void settledByRejection(StreamId id, long number) {
    handled(FIRST, id, 1, id.millis());
    settled(id, id.millis() + 1);
    assertThat(entries).containsEntry(id, number);
  }

  @Test
  void whatSaidThatNothingHappenedDidNotHappen() {
    call(DONE, 10, "-", 0);
    say(PUBLISHER, "U", calls, nanos(11), "NOTHING", "ZEAL-1", 1);
    entries.put(id(10), DONE);
    handled(FIRST, id(10), 1, 20);
    settled(id(10), 30);

    assertThat(wrong()).singleElement().asString().contains("said that nothing happened");
  }

  @Test
  void whatIsUnknownMayHaveHappenedOnce() {
    call(DONE, 10, "-", 0);
    say(PUBLISHER, "U", calls, nanos(11), "UNKNOWN", "ZEAL-1", 1);
    entries.put(id(10), DONE);
    handled(FIRST, id(10), 1, 20);
    settled(id(10), 30);
    assertThat(wrong()).isEmpty();

    entries.put(id(12), DONE);
    handled(FIRST, id(12), 1, 20);
    settled(id(12), 30);
    assertThat(wrong()).singleElement().asString().startsWith("There are 2 messages");
  }

  @Test
  void aBatchHasNothingMissingInBetween() {
    say(PUBLISHER, "B", ++calls, nanos(1), 1, "-", 0, "16,17,18");
    say(PUBLISHER, "U", calls, nanos(2), "UNKNOWN", "ZEAL-1", 1);
    entries.put(id(10), 16L);
    handled(FIRST, id(10), 1, 20);
    settled(id(10), 30);
    assertThat(wrong()).isEmpty();

    entries.put(id(12), 18L);
    handled(FIRST, id(12), 1, 20);
    settled(id(12), 30);
    assertThat(wrong()).singleElement().asString().startsWith("One before 18 is missing");
  }

  @Test
  void messagesOfAKeyAreHandledOneByOneInTheirOrder() {
    for (long number = 16; number < 18; number++) {
      entries.put(id(number), number);
      call(number, number, "-", 0);
    }
    ordered(id(16), 17, 20, 30);
    ordered(id(17), 16, 25, 35);

    List<String> wrong = wrongOfKeys();
    assertThat(wrong).anySatisfy(it -> assertThat(it).startsWith("Two of one key at a time"));

    said.remove(FIRST);
    ordered(id(17), 17, 20, 30);
    ordered(id(16), 16, 35, 40);
    assertThat(wrongOfKeys()).anySatisfy(it -> assertThat(it).startsWith("Out of the order"));
  }

  private void ordered(StreamId id, long number, long from, long to) {
    int delivery = ++deliveries;
    say(FIRST, "H", delivery, "ordered", nanos(from), id, number, 1, true);
    answered(FIRST, delivery, to, Consumer.Answer.DONE, 0);
  }

  private List<String> wrongOfKeys() {
    Journal journal = new Journal();
    said.forEach((process, lines) -> journal.read(process, lines, Long.MAX_VALUE));
    Plan plan =
        new Plan(
            0,
            Plan.Role.CONSUME,
            "jedis",
            "",
            "s",
            1,
            0,
            Duration.ofSeconds(1),
            Duration.ZERO,
            5,
            1,
            0,
            false,
            false,
            0);
    return Judge.of(new Evidence(plan, journal, entries, Map.of(), Map.of(), true)).wrong();
  }
}
