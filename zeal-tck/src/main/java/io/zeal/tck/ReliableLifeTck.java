package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.InvalidArgumentException;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The end, dead letters and numbers: {@code docs/contract/reliable.md} R7 and R8. */
public abstract class ReliableLifeTck extends ReliableKit {

  private static final Duration A_MOMENT = Duration.ofMillis(50);

  /** For a subclass in the backend's tests. */
  protected ReliableLifeTck() {}

  private Duration patient() {
    return patience().multipliedBy(2);
  }

  @Test
  void r7_1_whatWasAnsweredIsRecordedWhenCloseReturns() {
    String stream = freshName();
    Gate gate = gate();
    Clerk first =
        clerk(delivery -> {
          gate.pass();
          Waiting.forAtLeast(A_MOMENT);
          return Ack.done();
        });
    Subscription subscription =
        consume(stream, OPTIONS.withConcurrency(2, 5).withCloseTimeout(patient()), first);
    messages().publishAll(stream, payloads(numbered(1, 5)), PLAIN);
    gate.awaitArrived("R7.1", 2);
    awaitStat("R7.1", stream, "lag", 0);
    Beside<Long> closing =
        Beside.call(() -> {
          subscription.close();
          return stat("R7.1", stream, "pending");
        });
    await("R7.1 close has begun", () -> !subscription.isActive());
    gate.open();
    assertThat(closing.value("R7.1"))
        .as("R7.1 what is not settled when close returned, of five of which two were handled")
        .isEqualTo(3);
    assertThat(first.texts()).as("R7.1 what was handled").hasSize(2);
    Clerk second = clerk();
    consume(stream, second);
    Waiting.until(() -> second.texts().size() >= 3, patience());
    awaitSettled("R7.1", stream);
    assertThat(first.texts()).as("R7.1 what one hears after its close").hasSize(2);
    assertThat(second.texts())
        .as("R7.1 what another hears")
        .hasSize(3)
        .doesNotContainAnyElementsOf(first.texts());
  }

  @Test
  void r7_2_whatWasNotBegunGoesToOthersAtOnce() {
    String stream = freshName();
    Gate gate = gate();
    Subscription subscription = consume(stream, OPTIONS.withCloseTimeout(patient()), clerk(gate));
    messages().publishAll(stream, payloads(numbered(1, 20)), PLAIN);
    gate.awaitArrived("R7.2", 1);
    awaitStat("R7.2", stream, "lag", 0);
    Beside<Boolean> closing =
        Beside.call(() -> {
          subscription.close();
          return true;
        });
    await("R7.2 close has begun", () -> !subscription.isActive());
    Clerk other = clerk();
    consume(stream, other);
    other.awaitAnyOrder("R7.2 what another hears while close waits", numbered(2, 20));
    gate.open();
    closing.value("R7.2");
    awaitSettled("R7.2", stream);
  }

  @Test
  void r7_3_whoTakesTooLongIsCutOff() {
    String stream = freshName();
    publish(stream, "a");
    Clerk first = cutOff("R7.3", stream, mortal(), 1);
    assertThat(stat("R7.3", stream, "pending"))
        .as("R7.3 what is not settled after a handler was cut off")
        .isEqualTo(1);
    Clerk second = clerk();
    consume(stream, survivor(), second);
    time().pass(silence().plusMillis(1));
    second.awaitTexts("R7.3 what another hears", List.of("a"));
    assertThat(second.deliveries().getFirst().deliveryCount())
        .as("R7.3 the count after a handler was cut off")
        .isGreaterThan(first.deliveries().getFirst().deliveryCount());
    awaitSettled("R7.3", stream);
  }

  @Test
  void r7_4_aHandlerMayCloseItsOwnConsumer() {
    String stream = freshName();
    AtomicReference<Subscription> own = new AtomicReference<>();
    Gate set = gate();
    List<String> closed = new CopyOnWriteArrayList<>();
    Clerk first =
        clerk(delivery -> {
          set.pass();
          own.get().close();
          own.get().close();
          closed.add(delivery.message().text());
          return Ack.done();
        });
    own.set(consume(stream, OPTIONS.withCloseTimeout(patient()), first));
    set.open();
    publish(stream, "a", "b");
    await("R7.4 a handler that closes its own consumer", () -> closed.size() == 1);
    own.get().close();
    assertThat(own.get().isActive()).as("R7.4 isActive after close").isFalse();
    Clerk second = clerk();
    consume(stream, second);
    second.awaitTexts("R7.4 what another hears", List.of("b"));
    awaitSettled("R7.4", stream);
    assertThat(first.texts()).as("R7.4 what one hears that closed itself").containsExactly("a");
  }

  @Test
  void r7_5_afterCloseEveryMethodThrows() {
    Zeal zeal = openAnother();
    ReliablePubSub closed = zeal.reliablePubSub();
    String stream = freshName();
    Subscription subscription = closed.consume(stream, GROUP, clerk());
    zeal.close();
    assertThat(subscription.isActive()).as("R7.5 isActive after the instance closed").isFalse();
    subscription.close();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("reliablePubSub", zeal::reliablePubSub);
    calls.put("publish", () -> closed.publish(stream, new byte[1]));
    calls.put("publishAll", () -> closed.publishAll(stream, List.of(new byte[1]), PLAIN));
    calls.put("consume", () -> closed.consume(stream, GROUP, clerk()));
    calls.put("stats", () -> closed.stats(stream, GROUP));
    calls.put("deadLetters", () -> closed.deadLetters(stream, GROUP, "", 1));
    calls.put("removeDeadLetter", () -> closed.removeDeadLetter(stream, GROUP, "1"));
    calls.put("removeGroup", () -> closed.removeGroup(stream, GROUP));
    calls.forEach((call, action) ->
        refused("R7.5 " + call + " after the instance closed", ZealClosedException.class, action));
  }

  @Test
  void r7_5_allConsumersCloseAtTheSameTime() {
    Zeal zeal = openAnother();
    List<Subscription> all = new CopyOnWriteArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger alone = new AtomicInteger();
    int consumers = 4;
    for (int i = 0; i < consumers; i++) {
      String stream = freshName();
      zeal.reliablePubSub().publish(stream, bytes("a"));
      all.add(
          zeal.reliablePubSub()
              .consume(
                  stream,
                  GROUP,
                  OPTIONS.withCloseTimeout(patient()),
                  delivery -> {
                    begun.incrementAndGet();
                    if (!Waiting.until(
                        () ->
                            all.size() == consumers
                                && all.stream().noneMatch(Subscription::isActive),
                        patience())) {
                      alone.incrementAndGet();
                    }
                    return Ack.done();
                  }));
    }
    await("R7.5 all handlers run", () -> begun.get() == consumers);
    zeal.close();
    assertThat(alone)
        .as("R7.5 handlers that waited in vain for the others to be closed too")
        .hasValue(0);
  }

  @Test
  void r7_5_closingInAHandlerWaitsForAllOthers() {
    requiresSharedState();
    Zeal zeal = openAnother();
    String stream = freshName();
    Gate both = gate();
    AtomicReference<Subscription> own = new AtomicReference<>();
    List<String> closed = new CopyOnWriteArrayList<>();
    Function<Delivery, Ack> handler =
        delivery -> {
          both.pass();
          if (delivery.message().text().equals("1")) {
            closed.add(closing(zeal, stream));
          } else {
            Waiting.until(() -> !own.get().isActive(), patience());
            Waiting.forAtLeast(A_MOMENT);
          }
          return Ack.done();
        };
    own.set(
        zeal.reliablePubSub()
            .consume(
                stream,
                GROUP,
                OPTIONS.withConcurrency(2, 21).withCloseTimeout(patient()),
                handler));
    messages().publishAll(stream, payloads(numbered(1, 20)), PLAIN);
    both.awaitArrived("R7.5", 2);
    awaitStat("R7.5", stream, "lag", 0);
    both.open();
    await("R7.5 a handler that closes its instance", () -> closed.size() == 1);
    assertThat(closed)
        .as("R7.5 when close returned in one of two handlers, of twenty messages")
        .containsExactly("19 not settled");
    Clerk other = clerk();
    consume(stream, other);
    other.awaitAnyOrder("R7.5 what another hears at once", numbered(3, 20));
    awaitStat("R7.5", stream, "pending", 1);
  }

  private String closing(Zeal zeal, String stream) {
    try {
      zeal.close();
      var _ = Thread.interrupted(); // the end of its threads may interrupt this one
      return stat("R7.5", stream, "pending") + " not settled";
    } catch (RuntimeException | Error e) {
      return e.toString();
    }
  }

  @Test
  void r7_5_theMessageOfAHandlerThatClosesTheInstanceComesAgain() {
    requiresSharedState();
    Zeal zeal = openAnother();
    String stream = freshName();
    Clerk first =
        clerk(delivery -> {
          zeal.close();
          return Ack.done();
        });
    zeal.reliablePubSub()
        .consume(
            stream,
            GROUP,
            OPTIONS.withClaimAfter(silence()).withCloseTimeout(patient()).withConcurrency(1, 3),
            first);
    publish(stream, "a");
    await("R7.5 a handler that closes its instance", () -> first.texts().size() == 1);
    Clerk second = clerk();
    consume(stream, survivor(), second);
    awaitStat("R7.5", stream, "pending", 1);
    time().pass(silence().plusMillis(1));
    second.awaitTexts("R7.5 what another hears", List.of("a"));
    assertThat(second.deliveries().getFirst().deliveryCount())
        .as("R7.5 the count after a handler closed its instance")
        .isGreaterThan(first.deliveries().getFirst().deliveryCount());
    awaitSettled("R7.5", stream);
  }

  @Test
  void r8_1_aDeadLetterSaysWhatItWas() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> one.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.reject("no"));
    consume(stream, clerk);
    String id = messages().publish(stream, new byte[] {0, -1, 1}, PLAIN.withKey("k"));
    DeadLetter first = awaitDeadLetters("R8.1", stream, 1).getFirst();
    assertThat(first.messageId()).as("R8.1 the message's id").isEqualTo(id);
    assertThat(first.message().payload()).as("R8.1 the payload").containsExactly(0, -1, 1);
    assertThat(first.message().channel()).as("R8.1 the stream").isEqualTo(stream);
    assertThat(first.key()).as("R8.1 the key").contains("k");
    assertThat(first.deliveryCount()).as("R8.1 the count of the last delivery").isEqualTo(2);
    assertThat(first.id()).as("R8.1 its own id").isNotEmpty();
    Duration between = time().ttl().dividedBy(2);
    time().pass(between);
    publish(stream, "keyless");
    DeadLetter second = awaitDeadLetters("R8.1", stream, 2).getLast();
    assertThat(second.key()).as("R8.1 no key").isEqualTo(Optional.empty());
    Instant expected = first.buriedAt().plus(between);
    if (time().isExact()) {
      assertThat(second.buriedAt()).as("R8.1 when it was buried").isEqualTo(expected);
    } else {
      assertThat(second.buriedAt())
          .as("R8.1 when it was buried")
          .isAfterOrEqualTo(expected.minusMillis(20));
    }
  }

  @Test
  void r8_2_theReasonSaysWhyAndNoMore() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> {
          if (one.message().text().startsWith("secret throws")) {
            throw new IllegalStateException("the secret of a message");
          }
          return one.message().text().startsWith("secret asks")
              ? Ack.retry(Duration.ZERO)
              : Ack.reject("my secret reason");
        });
    consume(stream, OPTIONS.withMaxDeliveries(2), clerk);
    for (String text : List.of("secret throws", "secret asks", "secret is rejected")) {
      messages().publish(stream, bytes(text), PLAIN.withKey("secret"));
    }
    Map<String, String> reasons = new LinkedHashMap<>();
    awaitDeadLetters("R8.2", stream, 3)
        .forEach(letter -> reasons.put(letter.message().text(), letter.reason()));
    assertThat(reasons)
        .as("R8.2 reasons")
        .containsEntry("secret throws", "java.lang.IllegalStateException")
        .containsEntry("secret is rejected", "my secret reason");
    assertThat(reasons.get("secret asks"))
        .as("R8.2 the reason after another delivery was asked for")
        .isNotBlank()
        .doesNotContain("secret");
  }

  private static void fail(String message) {
    throw new IllegalStateException(message, new IllegalArgumentException("because of " + message));
  }

  @Test
  void r8_3_oneBugHasOneHash() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> {
          String text = one.message().text();
          if (text.startsWith("same")) {
            fail(text);
          }
          if (text.equals("other")) {
            throw new IllegalStateException(text);
          }
          return Ack.reject("none");
        });
    consume(stream, OPTIONS.withMaxDeliveries(1), clerk);
    publish(stream, "same 1", "same 2", "other", "rejected");
    Map<String, Optional<String>> hashes = new LinkedHashMap<>();
    awaitDeadLetters("R8.3", stream, 4)
        .forEach(letter -> hashes.put(letter.message().text(), letter.stackHash()));
    assertThat(hashes.get("same 1")).as("R8.3 the hash of an error").isPresent();
    assertThat(hashes.get("same 2"))
        .as("R8.3 the hash of the same error with another message")
        .isEqualTo(hashes.get("same 1"));
    assertThat(hashes.get("other"))
        .as("R8.3 the hash of an error from another line")
        .isPresent()
        .isNotEqualTo(hashes.get("same 1"));
    assertThat(hashes.get("rejected"))
        .as("R8.3 the hash where nothing was thrown")
        .isEqualTo(Optional.empty());
  }

  @Test
  void r8_4_deadLettersAreReadByPage() {
    String stream = freshName();
    consume(stream, clerk(one -> Ack.reject("no use")));
    List<String> texts = numbered(1, 23);
    messages().publishAll(stream, payloads(texts), PLAIN);
    awaitDeadLetters("R8.4", stream, 23);
    List<String> read = new ArrayList<>();
    String after = "";
    for (List<DeadLetter> page = messages().deadLetters(stream, GROUP, after, 5);
        !page.isEmpty() && read.size() < 50;
        page = messages().deadLetters(stream, GROUP, after, 5)) {
      assertThat(page.size()).as("R8.4 letters on a page of five").isBetween(1, 5);
      page.forEach(letter -> read.add(letter.message().text()));
      after = page.getLast().id();
    }
    assertThat(read).as("R8.4 all pages, oldest first").containsExactlyElementsOf(texts);
  }

  @Test
  void r8_4_whatIsNoPageIsRefused() {
    String stream = freshName();
    refused(
        "R8.4 a limit of zero",
        InvalidArgumentException.class,
        () -> messages().deadLetters(stream, GROUP, "", 0));
    refused(
        "R8.4 an after that is no id",
        InvalidArgumentException.class,
        () -> messages().deadLetters(stream, GROUP, "no id", 1));
    assertThat(messages().deadLetters(stream, GROUP, "", 1)).as("R8.4 no stream").isEmpty();
    publish(stream, "a");
    assertThat(messages().deadLetters(stream, GROUP, "", 1)).as("R8.4 no group").isEmpty();
  }

  @Test
  void r8_5_aDeadLetterStaysUntilItIsRemoved() {
    String stream = freshName();
    consume(
        stream, clerk(one -> one.message().text().equals("done") ? Ack.done() : Ack.reject("r")));
    publish(stream, "a", "b");
    List<DeadLetter> letters = awaitDeadLetters("R8.5", stream, 2);
    for (int i = 0; i < 10; i++) {
      messages().publish(stream, bytes("done"), PLAIN.withMaxMessages(1, Trim.ANY));
    }
    awaitSettled("R8.5", stream);
    assertThat(deadLetters(stream)).as("R8.5 dead letters of a stream that was cut").hasSize(2);
    String id = letters.getFirst().id();
    assertThat(messages().removeDeadLetter(stream, GROUP, id)).as("R8.5 remove").isTrue();
    assertThat(messages().removeDeadLetter(stream, GROUP, id)).as("R8.5 remove again").isFalse();
    assertThat(messages().removeDeadLetter(stream, "other", letters.getLast().id()))
        .as("R8.5 remove of another group")
        .isFalse();
    assertThat(deadLetters(stream).stream().map(letter -> letter.message().text()))
        .as("R8.5 what is left")
        .containsExactly("b");
  }

  @Test
  void r8_6_statsSayHowAGroupDoes() {
    String stream = freshName();
    Gate gate = gate();
    Clerk clerk =
        clerk(one ->
            switch (one.message().text()) {
              case "again" -> one.deliveryCount() < 3 ? Ack.retry(Duration.ZERO) : Ack.retry(LONG);
              case "bad" -> Ack.reject("no use");
              case "held" -> {
                gate.pass();
                yield Ack.done();
              }
              default -> Ack.done();
            });
    consume(stream, OPTIONS.withConcurrency(1, 1), clerk);
    publish(stream, "again");
    await("R8.6 three deliveries", () -> clerk.texts().size() == 3);
    publish(stream, "bad");
    awaitStat("R8.6", stream, "deadLetters", 1);
    Duration age = time().ttl().dividedBy(2);
    time().pass(age);
    publish(stream, "held");
    gate.awaitArrived("R8.6", 1);
    messages().publishAll(stream, payloads(numbered(1, 10)), PLAIN);
    await("R8.6 what may be claimed", () -> stat("R8.6", stream, "lag") == 9);
    awaitStat("R8.6", stream, "pending", 3);
    awaitStat("R8.6", stream, "retries", 2);
    if (time().isExact()) {
      assertThat(stat("R8.6", stream, "oldestMillis"))
          .as("R8.6 the age of the oldest")
          .isEqualTo(age.toMillis());
    } else {
      assertThat(stat("R8.6", stream, "oldestMillis"))
          .as("R8.6 the age of the oldest")
          .isGreaterThanOrEqualTo(age.toMillis() - 20);
    }
    gate.open();
    awaitStat("R8.6", stream, "lag", 0);
    awaitStat("R8.6", stream, "pending", 1);
  }

  @Test
  void r8_6_aGroupWithNothingToDoIsNotOld() {
    String stream = freshName();
    consume(stream, clerk());
    publish(stream, "a");
    time().pass(Duration.ofMillis(5));
    awaitStat("R8.6", stream, "oldestMillis", 0);
    awaitSettled("R8.6", stream);
  }

  @Test
  void r8_6_whatIsNotThereHasNoNumbers() {
    String stream = freshName();
    for (int i = 0; i < 2; i++) {
      assertThat(messages().stats(stream, GROUP).numbers())
          .as("R8.6 numbers of a group that is not there")
          .isEmpty();
      assertThat(messages().removeDeadLetter(stream, GROUP, "1")).isFalse();
      publish(stream, "a");
    }
    Clerk clerk = clerk();
    consume(stream, clerk);
    clerk.awaitTexts("R8.6 what a group hears that was asked for before", List.of("a", "a"));
  }
}
