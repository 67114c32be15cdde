package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Start;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Publishing and groups: {@code docs/contract/reliable.md} R1 and R2. The rest of that contract is
 * in {@link ReliableAnswersTck}, {@link ReliableClaimsTck} and {@link ReliableLifeTck}.
 */
public abstract class ReliablePubSubTck extends ReliableKit {

  /** For a subclass in the backend's tests. */
  protected ReliablePubSubTck() {}

  @Test
  void r1_1_whatWasPublishedIsDeliveredToEachGroup() {
    String stream = freshName();
    publish(stream, "a", "b");
    Clerk first = clerk();
    consume(stream, first);
    publish(stream, "c");
    first.awaitTexts("R1.1 what a group hears", List.of("a", "b", "c"));
    Clerk later = clerk();
    messages().consume(stream, "later", OPTIONS, later);
    later.awaitTexts("R1.1 what a group hears that began later", List.of("a", "b", "c"));
  }

  @Test
  void r1_1_whatAClosedInstancePublishedIsDelivered() {
    requiresSharedState();
    String stream = freshName();
    try (Zeal other = openAnother()) {
      other.reliablePubSub().publish(stream, bytes("a"));
    }
    Clerk clerk = clerk();
    consume(stream, clerk);
    clerk.awaitTexts("R1.1 what another instance published before it closed", List.of("a"));
  }

  @Test
  void r1_2_payloadAndKeyArriveAsGiven() {
    byte[] large = new byte[Math.min(100_000, payloadLimit())];
    new Random(42).nextBytes(large);
    List<byte[]> payloads =
        List.of(new byte[0], new byte[1], new byte[] {-1}, bytes("\r\n"), large);
    List<String> keys = List.of("k", "*", "\u0000", "\ud83d\ude00\u00fc", "x".repeat(1_024));
    String stream = freshName();
    for (int i = 0; i < payloads.size(); i++) {
      messages().publish(stream, payloads.get(i), PLAIN.withKey(keys.get(i)));
    }
    messages().publish(stream, bytes("no key"));
    Clerk clerk = clerk();
    consume(stream, clerk);
    await("R1.2 all deliveries", () -> clerk.deliveries().size() > payloads.size());
    for (int i = 0; i < payloads.size(); i++) {
      Delivery delivery = clerk.deliveries().get(i);
      assertThat(delivery.message().payload()).as("R1.2 payload %s", i).isEqualTo(payloads.get(i));
      assertThat(delivery.key()).as("R1.2 the key of message %s", i).contains(keys.get(i));
      assertThat(delivery.message().channel()).as("R1.2 the channel").isEqualTo(stream);
    }
    assertThat(clerk.deliveries().getLast().key())
        .as("R1.2 the key of a message without one")
        .isEqualTo(Optional.empty());
  }

  @Test
  void r1_2_arraysAreCopied() {
    String stream = freshName();
    byte[] mine = {1, 2, 3};
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    messages().publish(stream, mine);
    messages().publishAll(stream, List.of(mine), PLAIN);
    Arrays.fill(mine, (byte) 7);
    for (String group : List.of("one", "two")) {
      messages()
          .consume(
              stream,
              group,
              OPTIONS,
              delivery -> {
                heard.add(delivery.message().payload().clone());
                Arrays.fill(delivery.message().payload(), (byte) 9);
                return delivery.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.done();
              });
    }
    Waiting.until(() -> heard.size() >= 8, patience());
    assertThat(heard)
        .as("R1.2 what is delivered twice to two groups that change it")
        .hasSize(8)
        .allSatisfy(payload -> assertThat(payload).containsExactly(1, 2, 3));
  }

  @Test
  void r1_3_thePayloadLimitIsMetToTheByte() {
    int limit = payloadLimit();
    String stream = freshName();
    refused(
        "R1.3 a payload of one byte more than the limit",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> messages().publish(stream, new byte[limit + 1]));
    refused(
        "R1.3 one of several that is too long",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> messages().publishAll(stream, List.of(new byte[1], new byte[limit + 1]), PLAIN));
    messages().publish(stream, new byte[limit]);
    Clerk clerk = clerk();
    consume(stream, clerk);
    await("R1.3 a payload as long as the limit", () -> !clerk.deliveries().isEmpty());
    assertThat(clerk.deliveries().stream().map(one -> one.message().payload().length))
        .as("R1.3 the lengths that arrive")
        .containsExactly(limit);
  }

  @Test
  void r1_4_noTwoMessagesHaveOneId() {
    String stream = freshName();
    Map<String, String> ids = new ConcurrentHashMap<>();
    new Race("R1.4")
        .run(
            4,
            thread -> {
              for (int i = 0; i < 25; i++) {
                String text = thread + ":" + i;
                ids.put(messages().publish(stream, bytes(text)), text);
              }
            })
        .start();
    assertThat(ids).as("R1.4 ids of 100 messages").hasSize(100);
    Clerk clerk = clerk();
    consume(stream, clerk);
    clerk.awaitAnyOrder("R1.4 what is delivered", List.copyOf(ids.values()));
    for (Delivery delivery : clerk.deliveries()) {
      assertThat(ids.get(delivery.id()))
          .as("R1.4 what was published under the id of a delivery")
          .isEqualTo(delivery.message().text());
    }
  }

  @Test
  void r1_5_aPublisherIdMakesOneEntryWithinItsWindow() {
    String stream = freshName();
    Duration window = time().ttl();
    PublishOptions once = PLAIN.withPublisherId("p").withDuplicateWindow(window);
    String first = messages().publish(stream, bytes("a"), once);
    time().pass(time().isExact() ? window : window.dividedBy(2));
    assertThat(messages().publish(stream, bytes("b"), once))
        .as("R1.5 the id of a second publication within the window")
        .isEqualTo(first);
    time().pass((time().isExact() ? Duration.ZERO : window).plusMillis(1));
    if (!time().isExact()) {
      time().pass(window.dividedBy(4));
    }
    assertThat(messages().publish(stream, bytes("c"), once))
        .as("R1.5 the id of a publication after the window")
        .isNotEqualTo(first);
    Clerk clerk = clerk();
    consume(stream, clerk);
    publish(stream, "end");
    clerk.awaitTexts("R1.5 what is delivered", List.of("a", "c", "end"));
  }

  @Test
  void r1_5_publishersAtTheSameTimeMakeOneEntry() {
    String stream = freshName();
    Set<String> ids = ConcurrentHashMap.newKeySet();
    PublishOptions once = PLAIN.withPublisherId("p".repeat(1_024));
    new Race("R1.5")
        .run(8, thread -> ids.add(messages().publish(stream, bytes("a"), once)))
        .start();
    assertThat(ids).as("R1.5 ids of publications at the same time").hasSize(1);
    Clerk clerk = clerk();
    consume(stream, clerk);
    publish(stream, "end");
    clerk.awaitTexts("R1.5 what is delivered", List.of("a", "end"));
  }

  @Test
  void r1_5_publisherIdsOfStreamsDoNotMeet() {
    String first = freshName();
    String second = freshName();
    PublishOptions once = PLAIN.withPublisherId("p");
    messages().publish(first, bytes("a"), once);
    messages().publish(second, bytes("b"), once);
    messages().publish(first, bytes("c"), once.withPublisherId("q"));
    publish(first, "end");
    publish(second, "end");
    Clerk ofFirst = clerk();
    Clerk ofSecond = clerk();
    consume(first, ofFirst);
    consume(second, ofSecond);
    ofFirst.awaitTexts("R1.5 what one stream delivers", List.of("a", "c", "end"));
    ofSecond.awaitTexts("R1.5 what another stream delivers", List.of("b", "end"));
  }

  @Test
  void r1_6_manyArePublishedInTheirOrder() {
    String stream = freshName();
    List<String> texts = numbered(1, 150);
    assertThat(messages().publishAll(stream, List.of(), PLAIN)).as("R1.6 ids of none").isEmpty();
    List<String> ids = messages().publishAll(stream, payloads(texts), PLAIN.withKey("k"));
    assertThat(ids).as("R1.6 ids of many").hasSize(150).doesNotHaveDuplicates();
    Clerk clerk = clerk();
    consume(stream, clerk);
    clerk.awaitTexts("R1.6 what is delivered of many", texts);
    assertThat(clerk.deliveries().stream().map(Delivery::id))
        .as("R1.6 the ids of deliveries")
        .containsExactlyElementsOf(ids);
    assertThat(clerk.deliveries())
        .as("R1.6 the keys of deliveries")
        .allMatch(one -> one.key().equals(Optional.of("k")));
  }

  @Test
  void r1_6_aPublisherIdIsForOneMessage() {
    refused(
        "R1.6 publishAll with a publisher id",
        InvalidArgumentException.class,
        () -> messages().publishAll(freshName(), List.of(bytes("a")), PLAIN.withPublisherId("p")));
  }

  @Test
  void r1_8_whatAGroupHasNotSettledIsNotTrimmed() {
    String stream = freshName();
    consume(stream, clerk()).close();
    List<String> texts = numbered(1, 250);
    messages().publishAll(stream, payloads(texts), PLAIN.withMaxMessages(1, Trim.ACKNOWLEDGED));
    PublishOptions one = PLAIN.withMaxMessages(1, Trim.ACKNOWLEDGED);
    messages().publish(stream, bytes("251"), one);
    Clerk clerk = clerk();
    consume(stream, clerk);
    clerk.awaitTexts("R1.8 what a group hears that had settled nothing", numbered(1, 251));
    awaitSettled("R1.8", stream);
    for (int i = 0; i < 10; i++) {
      messages().publish(stream, bytes("more"), one);
    }
    awaitSettled("R1.8", stream);
    messages().publish(stream, bytes("last"), one);
    Clerk later = clerk();
    messages().consume(stream, "later", OPTIONS, later);
    await("R1.8 the last message", () -> later.texts().contains("last"));
    assertThat(later.texts())
        .as("R1.8 what is there after all was settled and one was to be kept")
        .hasSizeLessThan(262)
        .endsWith("last");
  }

  @Test
  void r1_8_anyKeepsTheNewest() {
    String stream = freshName();
    consume(stream, clerk()).close();
    List<String> texts = new ArrayList<>(numbered(1, 300));
    messages().publishAll(stream, payloads(texts), PLAIN);
    for (int i = 301; i <= 320; i++) {
      messages().publish(stream, bytes("" + i), PLAIN.withMaxMessages(5, Trim.ANY));
      texts.add("" + i);
    }
    Clerk clerk = clerk();
    consume(stream, clerk);
    await("R1.8 the last message", () -> clerk.texts().contains("320"));
    List<String> heard = clerk.texts();
    assertThat(heard)
        .as("R1.8 what is there after at least five were to be kept")
        .hasSizeBetween(5, 319)
        .containsExactlyElementsOf(texts.subList(texts.size() - heard.size(), texts.size()));
  }

  @Test
  void r1_10_namesThatCannotBeUsedAreRefused() {
    String fine = freshName();
    for (String name : List.of("", "\ud800", "a\udc00", "x".repeat(64), "\u00fc".repeat(32))) {
      Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
      calls.put("publish", () -> messages().publish(name, new byte[1]));
      calls.put("publishAll", () -> messages().publishAll(name, List.of(new byte[1]), PLAIN));
      calls.put("consume", () -> messages().consume(name, "g", clerk()));
      calls.put("consume of group", () -> messages().consume(fine, name, clerk()));
      calls.put("stats", () -> messages().stats(name, "g"));
      calls.put("stats of group", () -> messages().stats(fine, name));
      calls.put("deadLetters", () -> messages().deadLetters(name, "g", "", 1));
      calls.put("deadLetters of group", () -> messages().deadLetters(fine, name, "", 1));
      calls.put("removeDeadLetter", () -> messages().removeDeadLetter(name, "g", "1"));
      calls.put("removeDeadLetter of group", () -> messages().removeDeadLetter(fine, name, "1"));
      calls.put("removeGroup", () -> messages().removeGroup(name, "g"));
      calls.put("removeGroup of group", () -> messages().removeGroup(fine, name));
      calls.forEach((call, action) ->
          refused(
              "R1.10 " + call + " of '" + Texts.show(name) + "'",
              InvalidArgumentException.class,
              ErrorCode.INVALID_NAME,
              action));
    }
  }

  @Test
  void r1_10_noTwoNamesMeet() {
    String base = freshName();
    List<String> names =
        Stream.of("", " ", "a", "A", ":", "\u0000", "\u00fc", "u\u0308", "*", "{x}")
            .map(end -> base + end)
            .toList();
    List<Clerk> ofStreams = Stream.generate(this::clerk).limit(names.size()).toList();
    List<Clerk> ofGroups = Stream.generate(this::clerk).limit(names.size()).toList();
    for (int i = 0; i < names.size(); i++) {
      messages().consume(names.get(i), GROUP, OPTIONS, ofStreams.get(i));
      messages().consume(names.getFirst(), names.get(i), OPTIONS, ofGroups.get(i));
      publish(names.get(i), names.get(i));
    }
    for (int i = 0; i < names.size(); i++) {
      ofStreams.get(i).awaitTexts("R1.10 what a stream delivers", List.of(names.get(i)));
      ofGroups.get(i).awaitTexts("R1.10 what a group hears", List.of(names.getFirst()));
    }
    if (can(Capability.COUNTERS)) {
      zeal().counter(base).add(1);
      assertThat(zeal().counter(base).get())
          .as("R1.10 a counter of the same name as a stream")
          .isEqualTo(1);
    }
  }

  @Test
  void r2_1_aGroupBeginsWhereItIsToldTo() {
    String stream = freshName();
    consume(stream, clerk());
    assertThat(messages().stats(stream, GROUP).numbers())
        .as("R2.1 numbers of the group that consume has made")
        .isNotEmpty();
    publish(stream, "a", "b");
    Clerk all = clerk();
    Clerk newer = clerk();
    messages().consume(stream, "all", OPTIONS.startingAt(Start.BEGINNING), all);
    messages().consume(stream, "newer", OPTIONS.startingAt(Start.NOW), newer);
    publish(stream, "c");
    all.awaitTexts("R2.1 what a group hears from the beginning", List.of("a", "b", "c"));
    newer.awaitTexts("R2.1 what a group hears from now on", List.of("c"));
  }

  @Test
  void r2_1_aGroupThatExistsGoesOnWhereItIs() {
    String stream = freshName();
    Clerk first = clerk();
    Subscription subscription = consume(stream, first);
    publish(stream, "a");
    first.awaitTexts("R2.1 what the first member hears", List.of("a"));
    subscription.close();
    publish(stream, "b");
    Clerk second = clerk();
    consume(stream, OPTIONS.startingAt(Start.NOW), second);
    publish(stream, "c");
    second.awaitTexts("R2.1 what one hears who asks for NOW later", List.of("b", "c"));
  }

  @Test
  void r2_2_groupsDoNotNoticeEachOther() {
    String stream = freshName();
    Clerk done = clerk();
    Clerk again = clerk(one -> one.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.done());
    Clerk never = clerk(one -> Ack.reject("no use"));
    messages().consume(stream, "done", OPTIONS, done);
    messages().consume(stream, "again", OPTIONS, again);
    messages().consume(stream, "never", OPTIONS, never);
    publish(stream, "a", "b");
    again.awaitAnyOrder("R2.2 what is delivered twice", List.of("a", "a", "b", "b"));
    done.awaitCounted("R2.2 what a group hears that is done", "a/1", "b/1");
    never.awaitCounted("R2.2 what a group hears that rejects", "a/1", "b/1");
    await(
        "R2.2 two dead letters", () -> messages().deadLetters(stream, "never", "", 9).size() == 2);
    assertThat(messages().deadLetters(stream, "done", "", 9))
        .as("R2.2 dead letters of a group that rejects nothing")
        .isEmpty();
  }

  @Test
  void r2_3_aMessageIsHeldByOneConsumerAtATime() {
    String stream = freshName();
    List<ReliablePubSub> members = new ArrayList<>(List.of(messages(), messages()));
    if (zeal().info().scope() != BackendInfo.Scope.PROCESS) {
      members.add(openAnother().reliablePubSub());
    }
    List<String> heard = new CopyOnWriteArrayList<>();
    ConsumeOptions shared = OPTIONS.withConcurrency(2, 3);
    members.forEach(member ->
        member.consume(
            stream,
            GROUP,
            shared,
            delivery -> {
              heard.add(delivery.message().text() + "/" + delivery.deliveryCount());
              return Ack.done();
            }));
    messages().publishAll(stream, payloads(numbered(1, 120)), PLAIN);
    Waiting.until(() -> heard.size() >= 120, patience());
    awaitSettled("R2.3", stream);
    assertThat(heard)
        .as("R2.3 what several consumers of a group hear together")
        .containsExactlyInAnyOrderElementsOf(
            numbered(1, 120).stream().map(text -> text + "/1").toList());
  }

  @Test
  void r2_4_aGroupStaysWhenItsLastMemberLeaves() {
    String stream = freshName();
    for (int i = 1; i <= 3; i++) {
      Clerk clerk = clerk();
      Subscription subscription = consume(stream, clerk);
      publish(stream, "with " + i);
      String own = "with " + i;
      await("R2.4 what a member hears", () -> clerk.texts().contains(own));
      subscription.close();
      assertThat(clerk.texts())
          .as("R2.4 what the members hear one after another")
          .containsExactlyElementsOf(
              i == 1 ? List.of("with 1") : List.of("without " + (i - 1), "with " + i));
      publish(stream, "without " + i);
    }
    assertThat(stat("R2.4", stream, "lag")).as("R2.4 lag without members").isEqualTo(1);
  }

  @Test
  void r2_5_whatIsPublishedAfterConsumeReturnedArrives() {
    for (int i = 0; i < 15; i++) {
      String stream = freshName();
      Clerk clerk = clerk();
      publish(stream, "before");
      consume(stream, OPTIONS.startingAt(Start.NOW), clerk);
      publish(stream, "at once");
      clerk.awaitTexts("R2.5 what was published right after consume", List.of("at once"));
    }
  }

  @Test
  void r2_6_freshMessagesAreClaimedInTheirOrder() {
    String stream = freshName();
    List<Clerk> clerks = List.of(clerk(), clerk(), clerk());
    clerks.forEach(clerk -> consume(stream, OPTIONS.withConcurrency(1, 2), clerk));
    messages().publishAll(stream, payloads(numbered(1, 150)), PLAIN);
    await(
        "R2.6 all deliveries",
        () -> clerks.stream().mapToInt(clerk -> clerk.texts().size()).sum() >= 150);
    for (Clerk clerk : clerks) {
      assertThat(clerk.texts().stream().map(Integer::valueOf))
          .as("R2.6 what one member hears of what the group shares")
          .isSorted();
    }
  }

  @Test
  void r2_7_aGroupThatIsRemovedIsGone() {
    String stream = freshName();
    assertThat(messages().removeGroup(stream, GROUP)).as("R2.7 no stream").isFalse();
    Clerk first =
        clerk(one ->
            one.message().text().equals("a")
                ? Ack.reject("no use")
                : Ack.retry(one.deliveryCount() == 1 ? Duration.ZERO : LONG));
    Subscription subscription = consume(stream, OPTIONS.withConcurrency(1, 2), first);
    Subscription other = messages().consume(stream, "other", OPTIONS, clerk());
    publish(stream, "a", "b");
    first.awaitTexts("R2.7 what is not settled", List.of("a", "b", "b"));
    awaitDeadLetters("R2.7", stream, 1);
    subscription.close();
    other.close();
    publish(stream, "c");

    assertThat(messages().removeGroup(stream, GROUP)).as("R2.7 remove").isTrue();
    assertThat(messages().removeGroup(stream, GROUP)).as("R2.7 remove again").isFalse();
    assertThat(messages().stats(stream, GROUP).numbers()).as("R2.7 numbers").isEmpty();
    assertThat(deadLetters(stream)).as("R2.7 dead letters").isEmpty();

    Clerk anew = clerk();
    consume(stream, anew);
    anew.awaitTexts("R2.7 what the group hears that is made anew", List.of("a", "b", "c"));
    assertThat(anew.deliveries())
        .as("R2.7 deliveries to it")
        .allSatisfy(one -> assertThat(one.deliveryCount()).isEqualTo(1));
    awaitSettled("R2.7", stream);
    assertThat(stat("R2.7", stream, "retries")).as("R2.7 retries of before").isZero();
    assertThat(deadLetters(stream)).as("R2.7 dead letters of before").isEmpty();
    Clerk later = clerk();
    messages().consume(stream, "other", OPTIONS, later);
    later.awaitTexts("R2.7 what another group hears, which was not removed", List.of("c"));
  }

  @Test
  void r2_7_whoRunsJoinsAnew() {
    String stream = freshName();
    Gate gate = gate();
    Clerk clerk = clerk(gate);
    Subscription subscription = consume(stream, clerk);
    publish(stream, "a");
    gate.awaitArrived("R2.7", 1);

    assertThat(messages().removeGroup(stream, GROUP)).as("R2.7 remove").isTrue();
    gate.open();
    clerk.awaitTexts(
        "R2.7 what a consumer hears whose group was removed before it answered", List.of("a", "a"));
    publish(stream, "b");
    clerk.awaitTexts("R2.7 what it hears then", List.of("a", "a", "b"));
    awaitSettled("R2.7", stream);
    assertThat(subscription.numbers().getOrDefault("gaps", 0L)).as("R2.7 gaps").isPositive();
  }
}
