package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.DeadLetter;
import io.zeal.ErrorCode;
import io.zeal.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * Answers, and the count of deliveries: {@code docs/contract/reliable.md} R3 and R4.
 *
 * <p>Over a backend with an injected clock delays are met to the millisecond; over any other the
 * tests wait, as {@link StoreExpiryTck} does.
 */
public abstract class ReliableAnswersTck extends ReliableKit {

  /** What a server's clock may differ from ours between two looks at both. */
  private static final Duration TICK = Duration.ofMillis(20);

  /** For a subclass in the backend's tests. */
  protected ReliableAnswersTck() {}

  @Test
  void r3_1_whatIsDoneIsNotDeliveredAgain() {
    String stream = freshName();
    Clerk first = clerk();
    Subscription subscription = consume(stream, mortal(), first);
    publish(stream, "a", "b");
    first.awaitCounted("R3.1 what is handled", "a/1", "b/1");
    awaitSettled("R3.1", stream);
    subscription.close();
    time().pass(silence().multipliedBy(2));
    Clerk second = clerk();
    consume(stream, second);
    publish(stream, "c");
    second.awaitCounted("R3.1 what is delivered after others were done", "c/1");
    assertThat(deadLetters(stream)).as("R3.1 dead letters of what was done").isEmpty();
  }

  @Test
  void r3_2_aRetryIsDeliveredAgainAfterItsDelay() {
    Duration delay = time().ttl();
    assertDelayed(
        "R3.2",
        OPTIONS,
        delay,
        clerk(one -> one.deliveryCount() == 1 ? Ack.retry(delay) : Ack.done()));
  }

  /** Expects "a" to be delivered again after {@code delay}, and not before. */
  private void assertDelayed(String rule, ConsumeOptions options, Duration delay, Clerk clerk) {
    String stream = freshName();
    List<Long> nanos = new CopyOnWriteArrayList<>();
    Clerk timed =
        clerk(delivery -> {
          nanos.add(System.nanoTime());
          return delivery.message().text().equals("a") ? clerk.apply(delivery) : Ack.done();
        });
    consume(stream, options, timed);
    publish(stream, "a");
    awaitStat(rule, stream, "lag", 0);
    await(rule + " the first delivery", () -> nanos.size() == 1);
    if (time().isExact()) {
      publish(stream, "b");
      timed.awaitCounted(rule + " what is delivered before the delay", "a/1", "b/1");
      awaitStat(rule, stream, "pending", 1);
      time().pass(delay.minusMillis(1));
      publish(stream, "c");
      timed.awaitCounted(rule + " what is delivered a millisecond before", "a/1", "b/1", "c/1");
      time().pass(Duration.ofMillis(1));
      timed.awaitCounted(rule + " what is delivered after the delay", "a/1", "b/1", "c/1", "a/2");
    } else {
      timed.awaitCounted(rule + " what is delivered after the delay", "a/1", "a/2");
      assertThat(Duration.ofNanos(nanos.getLast() - nanos.getFirst()))
          .as("%s how long after its first delivery it was delivered again", rule)
          .isGreaterThanOrEqualTo(delay.minus(TICK));
    }
    awaitSettled(rule, stream);
  }

  @Test
  void r3_2_anotherMemberMayHaveIt() {
    String stream = freshName();
    Clerk first = clerk(one -> Ack.retry(Duration.ZERO));
    ConsumeOptions often = OPTIONS.withMaxDeliveries(Integer.MAX_VALUE);
    Subscription subscription = consume(stream, often, first);
    publish(stream, "a");
    await("R3.2 a few deliveries", () -> first.texts().size() >= 3);
    subscription.close();
    Clerk second = clerk();
    consume(stream, often, second);
    await("R3.2 a delivery to another member", () -> !second.texts().isEmpty());
    assertThat(second.deliveries().getFirst().deliveryCount())
        .as("R3.2 the count of a delivery to another member")
        .isEqualTo(first.deliveries().getLast().deliveryCount() + 1);
    awaitSettled("R3.2", stream);
  }

  @Test
  @SuppressWarnings("NullAway") // a null answer is one of those
  void r3_3_whatAHandlerFailedOnIsDeliveredAgain() {
    String stream = freshName();
    Clerk clerk =
        clerk(one ->
            switch ((int) one.deliveryCount()) {
              case 1 -> throw new IllegalStateException("expected by the test");
              case 2 -> throw new AssertionError("expected by the test");
              case 3 -> null;
              default -> Ack.done();
            });
    Subscription subscription = consume(stream, clerk);
    publish(stream, "a");
    clerk.awaitCounted(
        "R3.3 what is delivered after an exception, an Error and null", "a/1", "a/2", "a/3", "a/4");
    awaitSettled("R3.3", stream);
    assertThat(subscription.isActive()).as("R3.3 isActive after errors").isTrue();
  }

  @Test
  void r3_3_itIsDeliveredAgainAfterTheRetryDelay() {
    Duration delay = time().ttl();
    assertDelayed(
        "R3.3",
        OPTIONS.withRetryDelay(delay),
        delay,
        clerk(one -> {
          if (one.deliveryCount() == 1) {
            throw new IllegalStateException("expected by the test");
          }
          return Ack.done();
        }));
  }

  @Test
  void r3_4_whatIsRejectedIsADeadLetter() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> one.message().text().equals("a") ? Ack.reject("no use") : Ack.done());
    consume(stream, clerk);
    publish(stream, "a", "b");
    DeadLetter letter = awaitDeadLetters("R3.4", stream, 1).getFirst();
    assertThat(letter.message().text()).as("R3.4 what was rejected").isEqualTo("a");
    assertThat(letter.reason()).as("R3.4 the reason").isEqualTo("no use");
    awaitSettled("R3.4", stream);
    clerk.awaitCounted("R3.4 what is delivered", "a/1", "b/1");
  }

  @Test
  void r3_5_whatCannotBeDecodedIsADeadLetterAtOnce() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> {
          throw new CodecException(ErrorCode.CODEC, "expected by the test");
        });
    consume(stream, clerk);
    publish(stream, "a");
    awaitDeadLetters("R3.5", stream, 1);
    awaitSettled("R3.5", stream);
    clerk.awaitCounted("R3.5 deliveries of what cannot be decoded", "a/1");
  }

  @Test
  void r3_6_anAnswerWithoutAClaimChangesNothing() {
    String stream = freshName();
    Gate late = gate();
    Gate begun = gate();
    Clerk first =
        clerk(one -> {
          begun.pass();
          late.pass();
          return one.message().text().equals("a") ? Ack.reject("too late") : Ack.done();
        });
    Subscription subscription = consume(stream, mortal().withConcurrency(2, 1), first);
    publish(stream, "a", "b");
    begun.awaitArrived("R3.6", 2);
    subscription.close();
    await("R3.6 the handlers are cut off", () -> begun.interrupted() == 2);
    Gate holding = gate();
    Clerk second = clerk(holding);
    consume(stream, survivor().withConcurrency(2, 1), second);
    time().pass(silence().plusMillis(1));
    holding.awaitArrived("R3.6", 2);
    late.open();
    Waiting.forAtLeast(TICK);
    assertThat(stat("R3.6", stream, "pending"))
        .as("R3.6 what the second holds after the first answered")
        .isEqualTo(2);
    assertThat(deadLetters(stream)).as("R3.6 dead letters of an answer too late").isEmpty();
    holding.open();
    awaitSettled("R3.6", stream);
    assertThat(deadLetters(stream)).as("R3.6 dead letters in the end").isEmpty();
    second.awaitAnyOrder("R3.6 what the second hears", List.of("a", "b"));
  }

  @Test
  void r3_8_whatWaitsHoldsUpNoOther() {
    String stream = freshName();
    Clerk clerk = clerk(one -> one.message().text().equals("wait") ? Ack.retry(LONG) : Ack.done());
    consume(stream, OPTIONS.withConcurrency(1, 1), clerk);
    publish(stream, "wait", "wait", "wait", "wait", "a", "b");
    clerk.awaitCounted(
        "R3.8 what is delivered though four messages wait",
        "wait/1",
        "wait/1",
        "wait/1",
        "wait/1",
        "a/1",
        "b/1");
    awaitStat("R3.8", stream, "pending", 4);
  }

  @Test
  void r4_1_theFirstDeliveryCountsOne() {
    String stream = freshName();
    Clerk clerk = clerk();
    messages().publishAll(stream, payloads(numbered(1, 70)), PLAIN);
    consume(stream, OPTIONS.withConcurrency(2, 5), clerk);
    clerk.awaitAnyOrder("R4.1 what is delivered", numbered(1, 70));
    assertThat(clerk.deliveries())
        .as("R4.1 the counts of first deliveries")
        .allMatch(one -> one.deliveryCount() == 1);
  }

  @Test
  void r4_2_laterDeliveriesCountHigher() {
    String stream = freshName();
    publish(stream, "a");
    Clerk first = cutOff("R4.2", stream, mortal(), 1);
    Clerk second = clerk(one -> one.deliveryCount() < 5 ? Ack.retry(Duration.ZERO) : Ack.done());
    consume(stream, survivor().withMaxDeliveries(100), second);
    time().pass(silence().plusMillis(1));
    awaitSettled("R4.2", stream);
    assertThat(second.deliveries()).as("R4.2 deliveries after one was cut off").isNotEmpty();
    long former = first.deliveries().getLast().deliveryCount();
    for (var delivery : second.deliveries()) {
      assertThat(delivery.deliveryCount())
          .as("R4.2 the count of a later delivery, of %s", second.counted())
          .isGreaterThan(former);
      former = delivery.deliveryCount();
    }
  }

  @Test
  void r4_3_theCountIsTheNumberOfDeliveries() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> {
          if (one.deliveryCount() == 2) {
            throw new IllegalStateException("expected by the test");
          }
          return one.deliveryCount() < 4 ? Ack.retry(Duration.ZERO) : Ack.done();
        });
    consume(stream, OPTIONS.withConcurrency(3, 3), clerk);
    publish(stream, "a", "b", "c");
    awaitSettled("R4.3", stream);
    for (String text : List.of("a", "b", "c")) {
      assertThat(clerk.counted().stream().filter(one -> one.startsWith(text)))
          .as("R4.3 the counts of deliveries without a death")
          .containsExactly(text + "/1", text + "/2", text + "/3", text + "/4");
    }
  }

  @Test
  void r4_4_whatWasReleasedHasTheCountItHad() {
    String stream = freshName();
    messages().publishAll(stream, payloads(numbered(1, 6)), PLAIN);
    List<String> heard = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      Gate gate = gate();
      Clerk clerk = clerk(gate);
      Subscription subscription = consume(stream, OPTIONS.withConcurrency(1, 20), clerk);
      gate.awaitArrived("R4.4", 1);
      awaitStat("R4.4", stream, "lag", 0);
      Beside<Boolean> closing =
          Beside.call(() -> {
            subscription.close();
            return true;
          });
      await("R4.4 close has begun", () -> !subscription.isActive());
      gate.open();
      closing.value("R4.4");
      heard.addAll(clerk.counted());
      assertThat(heard).as("R4.4 one delivery for each consumer").hasSize(round + 1);
    }
    Clerk last = clerk();
    consume(stream, last);
    Waiting.until(() -> last.texts().size() >= 3, patience());
    heard.addAll(last.counted());
    assertThat(heard)
        .as("R4.4 first deliveries of what was claimed and released several times")
        .containsExactlyInAnyOrderElementsOf(
            numbered(1, 6).stream().map(text -> text + "/1").toList());
  }

  @Test
  void r4_5_theLastDeliveryEndsInADeadLetter() {
    String stream = freshName();
    Clerk clerk =
        clerk(one -> {
          if (one.message().text().equals("throws")) {
            throw new IllegalStateException("expected by the test");
          }
          return one.message().text().equals("asks") || one.deliveryCount() < 3
              ? Ack.retry(Duration.ZERO)
              : Ack.done();
        });
    consume(stream, OPTIONS.withMaxDeliveries(3), clerk);
    publish(stream, "throws", "asks", "in time");
    List<DeadLetter> letters = awaitDeadLetters("R4.5", stream, 2);
    awaitSettled("R4.5", stream);
    assertThat(letters.stream().map(letter -> letter.message().text()))
        .as("R4.5 what is given up after three deliveries")
        .containsExactlyInAnyOrder("throws", "asks");
    assertThat(letters).as("R4.5 the counts").allMatch(letter -> letter.deliveryCount() == 3);
    assertThat(clerk.texts()).as("R4.5 deliveries of three messages").hasSize(9);
  }

  @Test
  void r4_5_whoIsCutOffInTheLastDeliveryEndsInADeadLetter() {
    String stream = freshName();
    publish(stream, "a");
    cutOff("R4.5", stream, mortal().withMaxDeliveries(1), 1);
    Clerk second = clerk();
    consume(stream, survivor().withMaxDeliveries(1), second);
    time().pass(silence().plusMillis(1));
    DeadLetter letter = awaitDeadLetters("R4.5", stream, 1).getFirst();
    assertThat(letter.message().text()).as("R4.5 what killed its consumer").isEqualTo("a");
    publish(stream, "b");
    second.awaitCounted("R4.5 what is delivered afterwards", "b/1");
  }
}
