package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Ack;
import io.zeal.Capability;
import io.zeal.ConsumeOptions.Order;
import io.zeal.Delivery;
import io.zeal.Outcome;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Claims, and how handlers run: {@code docs/contract/reliable.md} R5 and R6.
 *
 * <p>The kit makes a consumer silent by closing it while its handlers run, and lets time pass then.
 */
public abstract class ReliableClaimsTck extends ReliableKit {

  private static final Duration STEP = Duration.ofMillis(50);

  /** How long a consumer may be silent that is not. */
  private static final Duration SHORT_CLAIM = Duration.ofMillis(1_500);

  /** For a subclass in the backend's tests. */
  protected ReliableClaimsTck() {}

  @Test
  void r5_1_aMessageStaysClaimedHoweverLongItsHandlerRuns() {
    String stream = freshName();
    Gate gate = gate();
    Clerk slow = clerk(gate);
    Clerk other = clerk();
    consume(stream, OPTIONS.withClaimAfter(SHORT_CLAIM), slow);
    publish(stream, "a");
    gate.awaitArrived("R5.1", 1);
    consume(stream, OPTIONS.withClaimAfter(time().isExact() ? LONG : SHORT_CLAIM), other);
    for (Duration past = Duration.ZERO;
        past.compareTo(SHORT_CLAIM.multipliedBy(3).dividedBy(2)) < 0;
        past = past.plus(STEP)) {
      if (time().isExact()) {
        Waiting.forAtLeast(STEP);
      }
      time().pass(STEP);
    }
    assertThat(slow.deliveries().getFirst().isClaimed())
        .as("R5.1 isClaimed of a handler that runs longer than claimAfter")
        .isTrue();
    gate.open();
    awaitSettled("R5.1", stream);
    publish(stream, "b");
    await("R5.1 another message", () -> slow.texts().size() + other.texts().size() >= 2);
    assertThat(other.texts()).as("R5.1 what another member hears").doesNotContain("a");
  }

  @Test
  void r5_2_whatASilentConsumerHeldGoesToOthers() {
    String stream = freshName();
    List<String> texts = numbered(1, 12);
    messages().publishAll(stream, payloads(texts), PLAIN);
    cutOff("R5.2", stream, mortal(), texts.size());
    Clerk others = clerk();
    consume(stream, survivor().withConcurrency(2, 3), others);
    time().pass(silence().plusMillis(1));
    others.awaitAnyOrder("R5.2 what is delivered of a consumer that fell silent", texts);
    awaitSettled("R5.2", stream);
  }

  @Test
  void r5_3_nobodyTakesOverBeforeItsOwnerWasSilent() {
    String stream = freshName();
    publish(stream, "a");
    AtomicLong takenNanos = new AtomicLong();
    long startNanos = System.nanoTime();
    cutOff("R5.3", stream, mortal(), 1);
    Clerk other =
        clerk(delivery -> {
          if (delivery.message().text().equals("a")) {
            takenNanos.set(System.nanoTime());
          }
          return Ack.done();
        });
    consume(stream, survivor(), other);
    if (time().isExact()) {
      time().pass(silence().minusMillis(1));
      publish(stream, "b");
      other.awaitCounted("R5.3 what is delivered before the other was silent", "b/1");
      publish(stream, "c");
      other.awaitCounted("R5.3 what is delivered before the other was silent", "b/1", "c/1");
      time().pass(Duration.ofMillis(2));
      await("R5.3 what the silent one held", () -> other.texts().contains("a"));
    } else {
      time().pass(silence());
      await("R5.3 what the silent one held", () -> takenNanos.get() != 0);
      assertThat(Duration.ofNanos(takenNanos.get() - startNanos))
          .as("R5.3 when others took over from one that was silent for %s", silence())
          .isGreaterThan(silence().dividedBy(2));
    }
  }

  @Test
  void r5_4_whoLostItsClaimLearnsOfItForGood() {
    String stream = freshName();
    Gate end = gate();
    List<Boolean> claimed = new CopyOnWriteArrayList<>();
    Gate begun = gate();
    Clerk first =
        clerk(delivery -> {
          claimed.add(delivery.isClaimed());
          begun.pass();
          Waiting.until(() -> !delivery.isClaimed(), patience());
          claimed.add(delivery.isClaimed());
          end.pass();
          claimed.add(delivery.isClaimed());
          return Ack.done();
        });
    Subscription subscription = consume(stream, mortal(), first);
    publish(stream, "a");
    begun.awaitArrived("R5.4", 1);
    subscription.close();
    end.awaitArrived("R5.4", 1);
    Clerk second = clerk();
    consume(stream, survivor(), second);
    time().pass(silence().plusMillis(1));
    await("R5.4 a delivery to another", () -> !second.texts().isEmpty());
    end.open();
    await("R5.4 the first handler is over", () -> claimed.size() == 3);
    assertThat(claimed)
        .as("R5.4 isClaimed before it is cut off, afterwards, and when another has handled it")
        .containsExactly(true, false, false);
    assertThat(first.deliveries().getFirst().isClaimed()).as("R5.4 isClaimed later").isFalse();
    awaitSettled("R5.4", stream);
  }

  @Test
  void r5_6_whoLostItsClaimsGoesOnAndCountsAGap() {
    requires(Capability.INJECTED_CLOCK);
    String stream = freshName();
    Gate gate = gate();
    Clerk first = clerk(gate);
    Subscription stalled = consume(stream, OPTIONS.withConcurrency(1, 1), first);
    publish(stream, "a");
    gate.awaitArrived("R5.6", 1);
    Gate busy = gate();
    Clerk second = clerk(busy);
    consume(stream, OPTIONS.withClaimAfter(LONG.multipliedBy(50)).withConcurrency(1, 1), second);
    time().pass(LONG.plusMillis(1));
    busy.awaitArrived("R5.6", 1);
    second.awaitTexts("R5.6 what another took over", List.of("a"));
    gate.open();
    awaitNumber("R5.6", stalled, "gaps", 1);
    publish(stream, "b", "c", "d", "e");
    await("R5.6 what it hears afterwards", () -> first.texts().size() > 1);
    await("R5.6 active again", stalled::isActive);
    busy.open();
    awaitSettled("R5.6", stream);
  }

  @Test
  void r6_1_asManyHandlersRunAsAskedFor() {
    String stream = freshName();
    Gate gate = gate();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Clerk clerk =
        clerk(delivery -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          gate.pass();
          running.decrementAndGet();
          return Ack.done();
        });
    consume(stream, OPTIONS.withConcurrency(4, 10), clerk);
    messages().publishAll(stream, payloads(numbered(1, 40)), PLAIN);
    gate.awaitArrived("R6.1", 4);
    gate.open();
    clerk.awaitAnyOrder("R6.1 what is delivered", numbered(1, 40));
    assertThat(most).as("R6.1 how many handlers ran at once, of four").hasValue(4);
  }

  @Test
  void r6_2_aConsumerHoldsNoMoreThanItMay() {
    String stream = freshName();
    Gate gate = gate();
    consume(stream, OPTIONS.withConcurrency(2, 3), clerk(gate));
    messages().publishAll(stream, payloads(numbered(1, 30)), PLAIN);
    gate.awaitArrived("R6.2", 2);
    Clerk other = clerk();
    consume(stream, other);
    await("R6.2 what one member leaves to another", () -> other.texts().size() >= 25);
    await(
        "R6.2 what one holds that runs two handlers and fetches three ahead is five at most",
        () -> stat("R6.2", stream, "lag") == 0 && stat("R6.2", stream, "pending") <= 5);
  }

  @Test
  void r6_3_messagesOfAKeyAreHandledOneAfterAnother() {
    String stream = freshName();
    Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
    AtomicInteger together = new AtomicInteger();
    Clerk clerk =
        clerk(delivery -> {
          AtomicInteger mine =
              running.computeIfAbsent(delivery.key().orElseThrow(), key -> new AtomicInteger());
          if (mine.incrementAndGet() > 1) {
            together.incrementAndGet();
          }
          Waiting.forAtLeast(Duration.ofMillis(1));
          mine.decrementAndGet();
          return Ack.done();
        });
    for (int i = 1; i <= 60; i++) {
      messages().publish(stream, bytes("" + i), PLAIN.withKey("k" + i % 3));
    }
    consume(stream, OPTIONS.withConcurrency(4, 60).withOrder(Order.BY_KEY), clerk);
    clerk.awaitAnyOrder("R6.3 what is delivered", numbered(1, 60));
    assertThat(together).as("R6.3 handlers of one key that ran together").hasValue(0);
    for (int key = 0; key < 3; key++) {
      String of = "k" + key;
      assertThat(
              clerk.deliveries().stream()
                  .filter(one -> one.key().orElseThrow().equals(of))
                  .map(one -> Integer.valueOf(one.message().text())))
          .as("R6.3 messages of one key")
          .isSorted();
    }
  }

  @Test
  void r6_3_otherKeysDoNotWait() {
    String stream = freshName();
    Gate gate = gate();
    Clerk clerk =
        clerk(delivery -> {
          if (delivery.message().text().equals("held")) {
            gate.pass();
          }
          return Ack.done();
        });
    consume(stream, OPTIONS.withConcurrency(2, 20).withOrder(Order.BY_KEY), clerk);
    messages().publish(stream, bytes("held"), PLAIN.withKey("k"));
    messages().publish(stream, bytes("next"), PLAIN.withKey("k"));
    gate.awaitArrived("R6.3", 1);
    messages().publish(stream, bytes("other"), PLAIN.withKey("o"));
    publish(stream, "none");
    clerk.awaitCounted(
        "R6.3 what is delivered while a message of a key is handled",
        "held/1",
        "other/1",
        "none/1");
    gate.open();
    clerk.awaitCounted("R6.3 what is delivered then", "held/1", "other/1", "none/1", "next/1");
  }

  @Test
  void r6_4_oneHandlerAtATimeHearsTheOrderOfPublication() {
    String stream = freshName();
    Clerk clerk = clerk();
    consume(stream, OPTIONS.withConcurrency(1, 7), clerk);
    List<String> texts = new ArrayList<>(numbered(1, 100));
    messages().publishAll(stream, payloads(texts.subList(0, 50)), PLAIN);
    publish(stream, texts.subList(50, 100).toArray(String[]::new));
    clerk.awaitTexts("R6.4 what one handler hears", texts);
  }

  @Test
  void r6_5_aHandlerMayCallEverything() {
    String stream = freshName();
    String other = freshName();
    Clerk second = clerk();
    Subscription closed = messages().consume(other, "closed", OPTIONS, clerk());
    List<String> done = new CopyOnWriteArrayList<>();
    Clerk clerk =
        clerk(delivery -> {
          if (delivery.message().text().equals("a")) {
            publish(stream, "b");
            messages().publish(other, bytes("c"));
            done.add("published");
            messages().consume(other, GROUP, OPTIONS, second);
            done.add("consumed");
            messages().stats(stream, GROUP);
            messages().deadLetters(stream, GROUP, "", 1);
            messages().removeDeadLetter(stream, GROUP, "1");
            done.add("asked");
            closed.close();
            done.add("closed");
          }
          return Ack.done();
        });
    consume(stream, clerk);
    publish(stream, "a");
    clerk.awaitCounted("R6.5 what a handler hears that publishes to itself", "a/1", "b/1");
    second.awaitTexts("R6.5 what a consumer hears that a handler made", List.of("c"));
    assertThat(done)
        .as("R6.5 what a handler did")
        .containsExactly("published", "consumed", "asked", "closed");
    assertThat(closed.isActive()).as("R6.5 isActive of what a handler closed").isFalse();
  }

  @Test
  void r6_5_aHandlerMayCloseTheInstance() {
    Zeal zeal = openAnother();
    String stream = freshName();
    CompletableFuture<String> ended = new CompletableFuture<>();
    zeal.reliablePubSub()
        .consume(
            stream,
            GROUP,
            OPTIONS,
            delivery -> {
              try {
                zeal.close();
                ended.complete("closed");
              } catch (Throwable e) {
                ended.complete(e.toString());
              }
              return Ack.done();
            });
    try {
      zeal.reliablePubSub().publish(stream, bytes("a"));
    } catch (ZealException e) {
      // Where the handler is reached before the publisher's answer, it closes that call as well.
      assertThat(e.outcome()).as("R1.7 the outcome").contains(Outcome.UNKNOWN);
    }
    await("R6.5 a handler that closes its instance", ended::isDone);
    assertThat(ended.join()).as("R6.5 a handler that closes its instance").isEqualTo("closed");
  }

  @Test
  void r6_6_theNumbersSayWhatHappened() {
    String stream = freshName();
    Clerk clerk =
        clerk((Delivery delivery) -> {
          if (delivery.deliveryCount() == 1 && delivery.message().text().equals("b")) {
            throw new IllegalStateException("expected by the test");
          }
          return Ack.done();
        });
    Subscription subscription = consume(stream, clerk);
    publish(stream, "a", "b", "c");
    clerk.awaitAnyOrder("R6.6 what is delivered", List.of("a", "b", "b", "c"));
    awaitSettled("R6.6", stream);
    assertThat(subscription.numbers())
        .as("R6.6 the numbers of a consumer")
        .containsEntry("received", 4L)
        .containsEntry("failed", 1L)
        .containsEntry("gaps", 0L)
        .containsEntry("dropped", 0L);
    assertThat(subscription.numbers().getOrDefault("lost", 0L)).as("R6.6 lost").isZero();
  }
}
