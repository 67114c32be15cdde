package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The queue, gaps, and how a subscription begins: {@code docs/contract/pubsub.md} P3 and P4. */
public abstract class PubSubQueueTck extends PubSubKit {

  private static final Duration A_MOMENT = Duration.ofMillis(2);

  /** For a subclass in the backend's tests. */
  protected PubSubQueueTck() {}

  @Test
  void p3_1_aHandlerRunsForOneMessageAtATime() {
    String channel = freshName();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger count = new AtomicInteger();
    pubSub()
        .subscribePattern(
            channel + "*",
            message -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Waiting.forAtLeast(A_MOMENT);
              running.decrementAndGet();
              count.incrementAndGet();
            });
    new Race("P3.1")
        .run(
            4,
            thread -> {
              for (int i = 0; i < 10; i++) {
                publish(channel + thread, "x");
              }
            })
        .start();
    await("P3.1 all messages", () -> count.get() == 40);
    assertThat(most).as("P3.1 how often the handler ran at once").hasValue(1);
  }

  @Test
  void p3_1_handlersOfSubscriptionsDoNotWaitForEachOther() {
    String channel = freshName();
    Gate gate = gate();
    Ear other = ear();
    pubSub().subscribe(channel, ear(gate));
    pubSub().subscribe(channel, other);
    publish(channel, "a");
    gate.awaitArrived("P3.1", 1);
    publish(channel, "b");
    other.awaitExactly("P3.1 what one subscription hears while another's handler runs", "a", "b");
  }

  /** Subscribes with a handler that stands at {@code gate} with its first message, "0". */
  private Subscription busy(
      String rule, String channel, SubscribeOptions options, Ear ear, Gate gate) {
    Subscription subscription = pubSub().subscribe(channel, options, ear);
    publish(channel, "0");
    gate.awaitArrived(rule, 1);
    return subscription;
  }

  @Test
  void p3_2_asManyMessagesWaitAsTheQueueHolds() {
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    Subscription subscription = busy("P3.2", channel, queue(3, WhenFull.DROP_NEWEST), ear, gate);
    publish(channel, "1", "2", "3", "4");
    awaitNumber("P3.2", subscription, "dropped", 1);
    gate.open();
    ear.awaitExactly(
        "P3.2 of five messages, one being handled and three that may wait", "0", "1", "2", "3");
    awaitNumber("P3.2", subscription, "received", 4);
  }

  @Test
  void p3_3_theOldestIsDropped() {
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    Subscription subscription = busy("P3.3", channel, queue(2, WhenFull.DROP_OLDEST), ear, gate);
    publish(channel, "1", "2", "3", "4", "5");
    awaitNumber("P3.3", subscription, "dropped", 3);
    gate.open();
    ear.awaitExactly("P3.3 what a queue of two keeps of five", "0", "4", "5");
  }

  @Test
  void p3_4_theNewestIsDropped() {
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    Subscription subscription = busy("P3.4", channel, queue(2, WhenFull.DROP_NEWEST), ear, gate);
    publish(channel, "1", "2", "3", "4", "5");
    awaitNumber("P3.4", subscription, "dropped", 3);
    gate.open();
    ear.awaitExactly("P3.4 what a queue of two keeps of five", "0", "1", "2");
  }

  @Test
  void p3_5_whoBlocksDropsNothing() {
    String channel = freshName();
    Ear ear = ear();
    PubSub messages = patientMessages();
    Subscription subscription =
        messages.subscribe(
            channel,
            queue(1, WhenFull.BLOCK).withOnGap(ear::gap),
            message -> {
              Waiting.forAtLeast(A_MOMENT);
              ear.accept(message);
            });
    List<String> all = numbered(1, 50);
    all.forEach(text -> messages.publish(channel, text));
    ear.awaitExactly("P3.5 what a slow handler hears", all.toArray(String[]::new));
    assertThat(number("P3.5", subscription, "dropped")).as("P3.5 dropped").isZero();
  }

  @Test
  void p3_6_whoWaitedTooLongIsToldAndOthersHaveTheMessage() {
    requiresOneProcess();
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    List<Ear> others = List.of(ear(), ear());
    pubSub().subscribe(channel, others.getFirst());
    busy("P3.6", channel, queue(1, WhenFull.BLOCK), ear, gate);
    pubSub().subscribePattern(channel + "*", others.getLast());
    publish(channel, "1");
    OperationTimeoutException error =
        refused(
            "P3.6 publishing where there is no room",
            OperationTimeoutException.class,
            () -> publish(channel, "2"));
    assertThat(error.stage())
        .as("P3.6 the stage of %s", error)
        .isEqualTo(OperationTimeoutException.Stage.QUEUE);
    assertThat(error.outcome()).as("P3.6 the outcome of %s", error).contains(Outcome.UNKNOWN);
    others.getFirst().awaitExactly("P3.6 what one of the others hears", "0", "1", "2");
    others.getLast().awaitExactly("P3.6 what one of the others hears", "1", "2");
    gate.open();
    ear.awaitExactly("P3.6 what who had no room hears", "0", "1");
  }

  @Test
  void p3_6_whoIsInterruptedIsToldAndOthersHaveTheMessage() {
    requiresOneProcess();
    PubSub patient = patientMessages();
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    List<Ear> others = List.of(ear(), ear());
    patient.subscribe(channel, others.getFirst());
    patient.subscribe(channel, queue(1, WhenFull.BLOCK), ear);
    patient.subscribePattern(channel + "*", others.getLast());
    patient.publish(channel, "0");
    gate.awaitArrived("P3.6", 1);
    patient.publish(channel, "1");
    Beside<Long> held = Beside.call(() -> patient.publish(channel, "2"));
    held.interrupt();
    OperationInterruptedException error =
        held.error("P3.6 an interrupted publisher", OperationInterruptedException.class);
    assertThat(error.outcome()).as("P3.6 the outcome of %s", error).contains(Outcome.UNKNOWN);
    assertThat(held.leftInterrupted("P3.6"))
        .as("P3.6 whether the thread is still interrupted")
        .isTrue();
    for (Ear other : others) {
      other.awaitExactly("P3.6 what one of the others hears", "0", "1", "2");
    }
    gate.open();
    ear.awaitExactly("P3.6 what who had no room hears", "0", "1");
  }

  /** Of an instance whose publishers wait for room for longer than any test takes. */
  private PubSub patientMessages() {
    return openAnother(config -> config.set("zeal.pubsub.timeout", "1h")).pubSub();
  }

  @Test
  void p3_7_aHandlerDoesNotWaitForItsOwnRoom() {
    requiresOneProcess();
    PubSub patient = patientMessages();
    String channel = freshName();
    List<ZealException> errors = new CopyOnWriteArrayList<>();
    Ear ear = ear();
    patient.subscribe(
        channel,
        queue(1, WhenFull.BLOCK),
        message -> {
          if (message.text().equals("0")) {
            try {
              patient.publish(channel, "1");
              patient.publish(channel, "2");
            } catch (ZealException e) {
              errors.add(e);
            }
          }
          ear.accept(message);
        });
    patient.publish(channel, "0");
    ear.awaitExactly("P3.7 what a handler hears that publishes to itself", "0", "1");
    assertThat(errors)
        .as("P3.7 the error of a handler without room for its own message")
        .singleElement()
        .isInstanceOf(OperationTimeoutException.class)
        .extracting(ZealException::outcome)
        .isEqualTo(java.util.Optional.of(Outcome.UNKNOWN));
  }

  @Test
  void p3_8_whatWasDroppedIsCountedAndAGapFollows() {
    for (WhenFull policy : List.of(WhenFull.DROP_OLDEST, WhenFull.DROP_NEWEST)) {
      String channel = freshName();
      Gate gate = gate();
      Ear ear = ear(gate);
      Subscription subscription =
          busy("P3.8", channel, queue(4, policy).withOnGap(ear::gap), ear, gate);
      publish(channel, numbered(1, 20).toArray(String[]::new));
      awaitNumber("P3.8", subscription, "dropped", 16);
      assertThat(ear.heard()).as("P3.8 what is heard while the handler runs").containsExactly("0");
      gate.open();
      Waiting.until(() -> ear.heard().size() >= 6, patience());
      assertThat(ear.heard().subList(0, 2))
          .as("P3.8 what is heard first after messages were dropped (%s)", policy)
          .containsExactly("0", Ear.GAP);
      awaitNumber("P3.8", subscription, "received", 5);
      assertThat(number("P3.8", subscription, "dropped")).as("P3.8 dropped").isEqualTo(16);
    }
  }

  @Test
  void p4_1_theGapComesBeforeWhatWasPublishedLater() {
    String channel = freshName();
    Gate gate = gate();
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Ear ear = ear();
    SubscribeOptions options =
        queue(1, WhenFull.DROP_NEWEST)
            .withOnGap(() -> {
              most.accumulateAndGet(running.incrementAndGet(), Math::max);
              Waiting.forAtLeast(A_MOMENT);
              ear.gap();
              running.decrementAndGet();
            });
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                options,
                message -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  gate.pass();
                  Waiting.forAtLeast(A_MOMENT);
                  ear.accept(message);
                  running.decrementAndGet();
                });
    publish(channel, "0");
    gate.awaitArrived("P4.1", 1);
    publish(channel, "1", "missed");
    awaitNumber("P4.1", subscription, "dropped", 1);
    gate.open();
    await("P4.1 the queue is empty", () -> number("P4.1", subscription, "received") >= 2);
    publish(channel, "2");
    await("P4.1 what was published later", () -> ear.heard().contains("2"));
    assertThat(ear.heard())
        .as("P4.1 the gap and what was published after what was missed")
        .containsOnlyOnce(Ear.GAP)
        .containsSubsequence(Ear.GAP, "2");
    assertThat(most).as("P4.1 how many of handler and callback ran at once").hasValue(1);
  }

  @Test
  void p4_2_severalReasonsAreOneGapAndOneDuringItIsAnother() {
    String channel = freshName();
    Gate handling = gate();
    Gate inGap = gate();
    Ear ear = ear(handling);
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                queue(1, WhenFull.DROP_OLDEST)
                    .withOnGap(() -> {
                      ear.gap();
                      inGap.pass();
                    }),
                ear);
    publish(channel, "0");
    handling.awaitArrived("P4.2", 1);
    publish(channel, numbered(1, 5).toArray(String[]::new));
    awaitNumber("P4.2", subscription, "dropped", 4);
    handling.open();
    inGap.awaitArrived("P4.2", 1);
    publish(channel, "6");
    awaitNumber("P4.2", subscription, "dropped", 5);
    inGap.open();
    ear.awaitExactly("P4.2 four drops, and one during the callback", "0", Ear.GAP, Ear.GAP, "6");
    assertThat(number("P4.2", subscription, "gaps")).as("P4.2 gaps").isEqualTo(2);
  }

  @Test
  void p4_3_withoutAReasonThereIsNoGap() {
    String channel = freshName();
    Ear ear = ear();
    Subscription subscription = listen(channel, queue(100, WhenFull.DROP_OLDEST), ear);
    List<String> all = numbered(1, 100);
    publish(channel, all.toArray(String[]::new));
    ear.awaitExactly("P4.3 a queue that holds everything", all.toArray(String[]::new));
    assertThat(number("P4.3", subscription, "gaps")).as("P4.3 gaps").isZero();
  }

  @Test
  void p4_5_aSubscriptionIsActiveUntilCloseIsCalled() {
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    Subscription subscription =
        pubSub().subscribe(channel, PLAIN.withCloseTimeout(patience().multipliedBy(2)), ear);
    assertThat(subscription.isActive()).as("P4.5 isActive after subscribe").isTrue();
    publish(channel, "0");
    gate.awaitArrived("P4.5", 1);
    assertThat(subscription.isActive()).as("P4.5 isActive while a handler runs").isTrue();
    Beside<Boolean> closing =
        Beside.call(() -> {
          subscription.close();
          return true;
        });
    await("P4.5 not active while close waits", () -> !subscription.isActive());
    gate.open();
    closing.value("P4.5");
    assertThat(subscription.isActive()).as("P4.5 isActive after close").isFalse();
  }

  @Test
  void p4_7_whatIsPublishedAfterSubscribeReturnedArrives() {
    List<Ear> ears = new ArrayList<>();
    String base = freshName();
    for (int i = 0; i < 30; i++) {
      String channel = base + "-" + i + "-";
      Ear ear = ear();
      ears.add(ear);
      if (i % 2 == 0) {
        pubSub().subscribe(channel, ear);
      } else {
        pubSub().subscribePattern(channel + "*", ear);
      }
      publish(channel, "" + i);
    }
    for (int i = 0; i < ears.size(); i++) {
      ears.get(i).awaitExactly("P4.7 what was published right after subscribing", "" + i);
    }
  }
}
