package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Capability;
import io.zeal.Message;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Handlers, and the end of a subscription: {@code docs/contract/pubsub.md} P5 and P6. */
public abstract class PubSubLifeTck extends PubSubKit {

  /** For a close that does not wait for what a test holds. */
  private static final Duration SHORT = Duration.ofMillis(50);

  /** For a subclass in the backend's tests. */
  protected PubSubLifeTck() {}

  /** For a close that is to end by something else. */
  private SubscribeOptions patient() {
    return PLAIN.withCloseTimeout(patience().multipliedBy(2));
  }

  private static Beside<Boolean> closing(AutoCloseable closed) {
    return Beside.call(() -> {
      closed.close();
      return true;
    });
  }

  @Test
  void p5_1_aHandlerThatThrowsGoesOnReceiving() {
    String channel = freshName();
    Ear ear = ear();
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                message -> {
                  ear.accept(message);
                  switch (message.text()) {
                    case "1" -> throw new IllegalStateException("expected by the test");
                    case "2" -> throw new AssertionError("expected by the test");
                    case "3" -> throw new StackOverflowError("expected by the test");
                    default -> {}
                  }
                });
    publish(channel, "1", "2", "3", "4");
    ear.awaitExactly("P5.1 what a handler hears that throws", "1", "2", "3", "4");
    awaitNumber("P5.1", subscription, "failed", 3);
    assertThat(subscription.isActive()).as("P5.1 isActive after a handler threw").isTrue();
  }

  @Test
  void p5_1_aGapCallbackThatThrowsIsCounted() {
    String channel = freshName();
    Gate gate = gate();
    Ear ear = ear(gate);
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                queue(1, WhenFull.DROP_OLDEST)
                    .withOnGap(() -> {
                      ear.gap();
                      throw new AssertionError("expected by the test");
                    }),
                ear);
    publish(channel, "0");
    gate.awaitArrived("P5.1", 1);
    publish(channel, "1", "2");
    awaitNumber("P5.1", subscription, "dropped", 1);
    gate.open();
    ear.awaitExactly("P5.1 what is heard after a callback threw", "0", Ear.GAP, "2");
    awaitNumber("P5.1", subscription, "failed", 1);
  }

  @Test
  void p5_2_aHandlerMayPublishOnItsOwnChannel() {
    String channel = freshName();
    Ear ear = ear();
    pubSub()
        .subscribe(
            channel,
            message -> {
              ear.accept(message);
              int next = Integer.parseInt(message.text()) + 1;
              if (next <= 20) {
                publish(channel, "" + next);
              }
            });
    publish(channel, "1");
    ear.awaitExactly("P5.2 what a handler hears of itself", numbered(1, 20).toArray(String[]::new));
  }

  @Test
  void p5_2_aHandlerMaySubscribeAndCloseOthers() {
    String control = freshName();
    String channel = freshName();
    Ear ear = ear();
    Ear done = ear();
    AtomicReference<Subscription> other = new AtomicReference<>();
    pubSub()
        .subscribe(
            control,
            message -> {
              if (message.text().equals("on")) {
                other.set(pubSub().subscribe(channel, ear));
                publish(channel, "by the handler");
              } else {
                other.get().close();
              }
              done.accept(message);
            });
    publish(control, "on");
    done.awaitExactly("P5.2 a handler that subscribes", "on");
    ear.awaitExactly("P5.2 what is heard of a subscription that a handler made", "by the handler");
    publish(control, "off");
    done.awaitExactly("P5.2 a handler that closes another subscription", "on", "off");
    assertThat(other.get().isActive()).as("P5.2 isActive of what a handler closed").isFalse();
  }

  @Test
  void p5_2_aHandlerMayCloseTheInstance() {
    Zeal zeal = openAnother();
    String channel = freshName();
    CompletableFuture<String> ended = new CompletableFuture<>();
    Subscription subscription =
        zeal.pubSub()
            .subscribe(
                channel,
                patient(),
                message -> {
                  try {
                    zeal.close();
                    ended.complete("closed");
                  } catch (Throwable e) {
                    ended.complete(e.toString());
                  }
                });
    try {
      zeal.pubSub().publish(channel, "x");
    } catch (ZealException e) {
      // Where the handler is reached before the publisher's answer, it closes that call as well.
      assertThat(e.outcome()).as("P1.7 the outcome").contains(Outcome.UNKNOWN);
    }
    await("P5.2 a handler that closes its instance", ended::isDone);
    assertThat(ended.join()).as("P5.2 a handler that closes its instance").isEqualTo("closed");
    assertThat(subscription.isActive()).as("P5.2 isActive afterwards").isFalse();
  }

  @Test
  void p5_3_theNumbersSayWhatHappened() {
    String channel = freshName();
    Gate gate = gate();
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                queue(5, WhenFull.DROP_NEWEST),
                message -> {
                  gate.pass();
                  if (message.text().equals("2")) {
                    throw new IllegalStateException("expected by the test");
                  }
                });
    assertThat(subscription.numbers())
        .as("P5.3 the numbers of a new subscription")
        .containsEntry("received", 0L)
        .containsEntry("failed", 0L)
        .containsEntry("dropped", 0L)
        .containsEntry("gaps", 0L);
    publish(channel, "0");
    gate.awaitArrived("P5.3", 1);
    publish(channel, numbered(1, 12).toArray(String[]::new));
    awaitNumber("P5.3", subscription, "dropped", 7);
    assertThat(number("P5.3", subscription, "received"))
        .as("P5.3 received, while the first is handled")
        .isEqualTo(1);
    gate.open();
    awaitNumber("P5.3", subscription, "received", 6);
    awaitNumber("P5.3", subscription, "failed", 1);
    assertThat(subscription.numbers())
        .as("P5.3 the numbers of 13 messages")
        .containsEntry("received", 6L)
        .containsEntry("failed", 1L)
        .containsEntry("dropped", 7L)
        .containsEntry("gaps", 1L);
  }

  @Test
  void p5_4_anInterruptThatAHandlerLeavesDisturbsNoOther() {
    String channel = freshName();
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    Consumer<Message> handler =
        message -> {
          interrupted.add(Thread.currentThread().isInterrupted());
          Thread.currentThread().interrupt();
        };
    Subscription subscription = pubSub().subscribe(channel, handler);
    publish(channel, "1", "2", "3");
    Waiting.until(() -> interrupted.size() >= 3, patience());
    assertThat(interrupted)
        .as("P5.4 whether handlers find an interrupt that others left")
        .containsExactly(false, false, false);
    assertThat(subscription.isActive()).as("P5.4 isActive afterwards").isTrue();
  }

  @Test
  void p6_1_afterCloseNothingBegins() {
    String channel = freshName();
    Gate gate = gate();
    Ear closed = ear(gate);
    Ear other = ear();
    Subscription subscription =
        listen(
            channel,
            queue(3, WhenFull.DROP_OLDEST).withCloseTimeout(patience().multipliedBy(2)),
            closed);
    pubSub().subscribe(channel, other);
    publish(channel, "0");
    gate.awaitArrived("P6.1", 1);
    publish(channel, "1", "2", "3", "4");
    awaitNumber("P6.1", subscription, "dropped", 1);
    Beside<Boolean> closing = closing(subscription);
    await("P6.1 close has begun", () -> !subscription.isActive());
    gate.open();
    closing.value("P6.1");
    publish(channel, "5");
    other.awaitExactly("P6.1 what another hears", "0", "1", "2", "3", "4", "5");
    assertThat(closed.heard())
        .as("P6.1 what a subscription hears that was closed while four waited")
        .containsExactly("0");
  }

  @Test
  void p6_2_closeWaitsForTheHandler() {
    String channel = freshName();
    Gate gate = gate();
    AtomicBoolean ended = new AtomicBoolean();
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                patient(),
                message -> {
                  gate.pass();
                  Waiting.forAtLeast(SHORT);
                  ended.set(true);
                });
    publish(channel, "0");
    gate.awaitArrived("P6.2", 1);
    Beside<Boolean> closing =
        Beside.call(() -> {
          subscription.close();
          return ended.get();
        });
    await("P6.2 close has begun", () -> !subscription.isActive());
    gate.open();
    assertThat(closing.value("P6.2"))
        .as("P6.2 whether the handler had ended when close returned")
        .isTrue();
    assertThat(gate.interrupted()).as("P6.2 handlers that were interrupted").isZero();
  }

  @Test
  void p6_2_closeInterruptsAHandlerThatTakesTooLong() {
    String channel = freshName();
    Gate gate = gate();
    Subscription subscription =
        pubSub().subscribe(channel, PLAIN.withCloseTimeout(SHORT), ear(gate));
    publish(channel, "0");
    gate.awaitArrived("P6.2", 1);
    Beside<Boolean> closing = closing(subscription);
    await("P6.2 the handler is interrupted", () -> gate.interrupted() == 1);
    closing.value("P6.2");
  }

  @Test
  void p6_2_closeDoesNotWaitForAHandlerThatIgnoresIt() {
    String channel = freshName();
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean over = new AtomicBoolean();
    Subscription subscription =
        pubSub()
            .subscribe(
                channel,
                PLAIN.withCloseTimeout(SHORT),
                message -> {
                  begun.countDown();
                  Waiting.until(over::get, patience().multipliedBy(2));
                });
    publish(channel, "0");
    await("P6.2 the handler runs", () -> begun.getCount() == 0);
    Beside<Boolean> closing = closing(subscription);
    try {
      await("P6.2 close returns though the handler does not", closing::isOver);
    } finally {
      over.set(true);
    }
  }

  @Test
  void p6_3_aHandlerMayCloseItsOwnSubscription() {
    String channel = freshName();
    AtomicReference<Subscription> own = new AtomicReference<>();
    Gate set = gate();
    Ear ear = ear();
    Ear closed = ear();
    Ear other = ear();
    own.set(
        pubSub()
            .subscribe(
                channel,
                patient(),
                message -> {
                  set.pass();
                  ear.accept(message);
                  own.get().close();
                  own.get().close();
                  closed.accept(message);
                }));
    set.open();
    pubSub().subscribe(channel, other);
    publish(channel, "1", "2");
    closed.awaitExactly("P6.3 a handler that closes its own subscription", "1");
    other.awaitExactly("P6.3 what another hears", "1", "2");
    assertThat(ear.heard()).as("P6.3 what is heard of what closed itself").containsExactly("1");
    own.get().close();
    assertThat(own.get().isActive()).as("P6.3 isActive after close").isFalse();
  }

  @Test
  void p6_4_aClosedSubscriptionIsNoReceiver() {
    requires(Capability.EXACT_RECEIVERS);
    String channel = freshName();
    Subscription first = pubSub().subscribe(channel, ear());
    Subscription second = pubSub().subscribePattern(channel + "*", ear());
    pubSub().subscribe(channel, ear());
    first.close();
    assertThat(pubSub().publish(channel, "x"))
        .as("P6.4 receivers after one of three was closed")
        .isEqualTo(2);
    second.close();
    first.close();
    assertThat(pubSub().publish(channel, "x"))
        .as("P6.4 receivers after two of three were closed")
        .isEqualTo(1);
  }

  @Test
  void p6_4_whoWaitsForRoomIsLetGo() {
    requiresOneProcess();
    PubSub patient = openAnother(config -> config.set("zeal.pubsub.timeout", "1h")).pubSub();
    String channel = freshName();
    Gate gate = gate();
    Subscription subscription =
        patient.subscribe(channel, queue(1, WhenFull.BLOCK).withCloseTimeout(SHORT), ear(gate));
    patient.publish(channel, "0");
    gate.awaitArrived("P6.4", 1);
    patient.publish(channel, "1");
    CountDownLatch about = new CountDownLatch(1);
    Beside<Long> waiting =
        Beside.call(() -> {
          about.countDown();
          return patient.publish(channel, "2");
        });
    await("P6.4 a publisher", () -> about.getCount() == 0);
    Waiting.forAtLeast(SHORT);
    subscription.close();
    await("P6.4 who waits for room in what was closed", waiting::isOver);
    assertThat(waiting.value("P6.4")).as("P6.4 receivers of what was closed meanwhile").isZero();
  }

  @Test
  void p6_5_afterCloseEveryMethodThrows() {
    Zeal zeal = openAnother();
    PubSub messages = zeal.pubSub();
    PubSub raw = messages.raw();
    String channel = freshName();
    Subscription subscription = messages.subscribe(channel, ear());
    zeal.close();
    assertThat(subscription.isActive()).as("P6.5 isActive after the instance closed").isFalse();
    subscription.close();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("pubSub", zeal::pubSub);
    calls.put("publish", () -> messages.publish(channel, "x"));
    calls.put("publish of bytes", () -> messages.publish(channel, new byte[0]));
    calls.put("subscribe", () -> messages.subscribe(channel, ear()));
    calls.put("subscribePattern", () -> messages.subscribePattern(channel, ear()));
    calls.put("publish, raw", () -> raw.publish(channel, "x"));
    calls.put("subscribe, raw", () -> raw.subscribe(channel, ear()));
    calls.forEach((call, action) ->
        refused("P6.5 " + call + " after the instance closed", ZealClosedException.class, action));
  }

  @Test
  void p6_5_allSubscriptionsCloseAtTheSameTime() {
    Zeal zeal = openAnother();
    String channel = freshName();
    List<Subscription> all = new CopyOnWriteArrayList<>();
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger alone = new AtomicInteger();
    int subscriptions = 5;
    for (int i = 0; i < subscriptions; i++) {
      all.add(
          zeal.pubSub()
              .subscribe(
                  channel,
                  patient(),
                  message -> {
                    begun.incrementAndGet();
                    if (!Waiting.until(
                        () -> all.stream().noneMatch(Subscription::isActive), patience())) {
                      alone.incrementAndGet();
                    }
                  }));
    }
    zeal.pubSub().publish(channel, "x");
    await("P6.5 all handlers run", () -> begun.get() == subscriptions);
    zeal.close();
    assertThat(alone)
        .as("P6.5 handlers that waited in vain for the others to be closed too")
        .hasValue(0);
  }

  @Test
  void p6_6_whoComesAndGoesDisturbsNobody() {
    String channel = freshName();
    List<Ear> steady = new ArrayList<>();
    List<Subscription> subscriptions = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      Ear ear = ear();
      steady.add(ear);
      subscriptions.add(listen(channel, PLAIN, ear));
    }
    Ear byPattern = ear();
    steady.add(byPattern);
    subscriptions.add(
        pubSub().subscribePattern(channel + "*", PLAIN.withOnGap(byPattern::gap), byPattern));
    String[] all = numbered(1, 300).toArray(String[]::new);
    new Race("P6.6")
        .run(1, thread -> publish(channel, all))
        .meanwhile(2, () -> pubSub().subscribe(channel, message -> {}).close())
        .meanwhile(2, () -> pubSub().subscribePattern(channel + "*", message -> {}).close())
        .start();
    for (Ear ear : steady) {
      ear.awaitExactly("P6.6 what is heard while others come and go", all);
    }
    assertThat(subscriptions).as("P6.6 subscriptions that stay").allMatch(Subscription::isActive);
  }
}
