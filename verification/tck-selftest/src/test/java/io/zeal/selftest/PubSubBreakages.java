package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingMessages;
import static io.zeal.selftest.MessageCalls.count;
import static io.zeal.selftest.MessageCalls.counted;
import static io.zeal.selftest.MessageCalls.handledHere;
import static io.zeal.selftest.MessageCalls.hearing;
import static io.zeal.selftest.MessageCalls.isPattern;
import static io.zeal.selftest.MessageCalls.made;
import static io.zeal.selftest.MessageCalls.message;
import static io.zeal.selftest.MessageCalls.notes;
import static io.zeal.selftest.MessageCalls.options;
import static io.zeal.selftest.MessageCalls.payload;
import static io.zeal.selftest.MessageCalls.subscribing;
import static io.zeal.selftest.MessageCalls.with;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Message;
import io.zeal.OperationInterruptedException;
import io.zeal.OperationTimeoutException;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.ZealClosedException;
import io.zeal.pubsub.spi.Endable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A breakage for each test of publish and subscribe, in their order. */
final class PubSubBreakages {

  /** How the kit makes handlers that close is not to wait for. */
  private static final Duration SHORT = Duration.ofMillis(50);

  private PubSubBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(publishing());
    all.addAll(payloads());
    all.addAll(channels());
    all.addAll(patterns());
    all.addAll(queues());
    all.addAll(blocking());
    all.addAll(gaps());
    all.addAll(handlers());
    all.addAll(ends());
    all.addAll(endsOfAll());
    return all;
  }

  private static Breakage publishing(String what, String test, Breakage.OnCall hook) {
    return breakingMessages(what, test).onCall("PubSub.publish", hook);
  }

  private static List<Breakage> publishing() {
    return List.of(
        hearing(
            breakingMessages(
                "the third subscription of a channel hears a message twice",
                "p1_1_everySubscriptionReceivesOnce"),
            (call, handler, message) -> {
              int place =
                  (int)
                      notes(call, "place " + message.channel())
                          .computeIfAbsent(handler, h -> count(call, "of", message.channel()));
              handler.accept(message);
              if (place == 3 && message.text().equals("b") && !isPattern(call)) {
                handler.accept(message);
              }
            }),
        breakingMessages(
                "each instance has messages of its own",
                "p1_1_whatAnotherInstancePublishesIsReceived")
            .separatingInstances(),
        publishing(
            "of more than three receivers one is not counted",
            "p1_5_publishAnswersHowManySubscriptionsItWasFor",
            call -> Math.min(3L, (Long) call.proceed())),
        publishing(
                "nobody is counted as one less",
                "p1_6_theAnswerIsNotNegative",
                call -> (Long) call.proceed() - 1)
            .without(Capability.EXACT_RECEIVERS),
        publishing(
            "a message is overtaken by the next",
            "p1_8_theOrderOfOneThreadOnOneChannelIsKept",
            call -> {
              if (payload(call).equals("1:50")) {
                return 1L;
              }
              Object answer = call.proceed();
              if (payload(call).equals("1:51")) {
                call.proceed(call.args[0], "1:50");
              }
              return answer;
            }),
        hearing(
            breakingMessages(
                "a subscription misses what comes at once",
                "p4_7_whatIsPublishedAfterSubscribeReturnedArrives"),
            (call, handler, message) -> {
              if (!message.channel().matches("tck-[^-]+-[^-]+-\\d+-")) {
                handler.accept(message);
              }
            }));
  }

  private static List<Breakage> payloads() {
    return List.of(
        publishing(
            "bytes are taken for text",
            "p1_2_aPayloadArrivesByteForByte",
            call ->
                call.args[1] instanceof byte[]
                    ? call.proceed(call.args[0], payload(call).getBytes(StandardCharsets.UTF_8))
                    : call.proceed()),
        publishing(
            "half a character is U+FFFD",
            "p1_2_textIsItsUtf8",
            call ->
                call.args[1] instanceof String text && isHalf(text)
                    ? call.proceed(call.args[0], text.replaceAll("\\p{Cs}", "\ufffd"))
                    : call.proceed()),
        hearing(
                breakingMessages(
                    "the publisher's array is handed over", "p1_3_everyHandlerHasAnArrayOfItsOwn"),
                (call, handler, message) -> {
                  Object array = notes(call, "arrays").get(message.channel());
                  handler.accept(
                      array == null ? message : new Message(message.channel(), (byte[]) array));
                })
            .onCall(
                "PubSub.publish",
                call -> {
                  if (call.args[1] instanceof byte[] bytes && bytes.length == 3) {
                    notes(call, "arrays").put(call.args[0], bytes);
                  }
                  return call.proceed();
                }),
        publishing(
            "the longest payload is one byte shorter",
            "p1_4_thePayloadLimitIsMetToTheByte",
            call -> {
              if (call.args[1] instanceof byte[] bytes
                  && bytes.length == SharedMessages.LIMITS.get("payloadBytes")) {
                throw new CapacityException(ErrorCode.VALUE_TOO_LONG, "too long");
              }
              return call.proceed();
            }));
  }

  private static boolean isHalf(String text) {
    return text.codePoints().anyMatch(c -> c >= 0xd800 && c < 0xe000);
  }

  private static List<Breakage> channels() {
    return List.of(
        subscribing(
                breakingMessages("blanks are cut off channels", "p2_1_aChannelIsTakenLiterally"),
                call -> withName(call, call.text(0).strip()))
            .onCall(
                "PubSub.publish",
                call ->
                    call.args[0] == null
                        ? call.proceed()
                        : call.proceed(call.text(0).strip(), call.args[1])),
        publishing(
            "half a character in a channel becomes another",
            "p2_2_whatIsNoTextIsRefused",
            call ->
                call.args[0] != null && isHalf(call.text(0))
                    ? call.proceed("?", call.args[1])
                    : call.proceed()),
        breakingMessages("null is an invalid pattern", "p2_2_nullIsRefused")
            .onCall(
                "PubSub.subscribePattern",
                call -> {
                  if (call.args[0] == null) {
                    throw new InvalidArgumentException(ErrorCode.INVALID_NAME, "null");
                  }
                  return call.proceed();
                }),
        breakingMessages("raw subscriptions have a prefix", "p2_6_rawNamesMeetRawNames")
            .onCall("PubSub.raw", call -> new Raw((PubSub) call.proceed(), "", "raw ")),
        breakingMessages("raw names have a prefix", "p2_6_withoutAPrefixRawIsTheSame")
            .onCall("PubSub.raw", call -> new Raw((PubSub) call.proceed(), "raw ", "raw "))
            .inOneProcess());
  }

  private static Object withName(Call call, String name) {
    Object[] other = call.args.clone();
    other[0] = name;
    try {
      return call.proceed(other);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Names that are not what they are said to be. */
  private record Raw(PubSub real, String forPublishing, String forSubscribing) implements PubSub {

    private static String named(String prefix, String name) {
      return name.isEmpty() ? name : prefix + name;
    }

    @Override
    public long publish(String channel, byte[] payload) {
      return real.publish(named(forPublishing, channel), payload);
    }

    @Override
    public Subscription subscribe(
        String channel, SubscribeOptions options, Consumer<? super Message> handler) {
      return real.subscribe(named(forSubscribing, channel), options, handler);
    }

    @Override
    public Subscription subscribePattern(
        String pattern, SubscribeOptions options, Consumer<? super Message> handler) {
      return real.subscribePattern(named(forSubscribing, pattern), options, handler);
    }

    @Override
    public PubSub raw() {
      return this;
    }
  }

  /** A pattern's handler does not hear what {@code missed} says. */
  private static Breakage missing(String what, String test, BiPredicate<String, String> missed) {
    return hearing(
        breakingMessages(what, test),
        (call, handler, message) -> {
          if (!isPattern(call) || !missed.test(call.text(0), message.channel())) {
            handler.accept(message);
          }
        });
  }

  private static List<Breakage> patterns() {
    return List.of(
        subscribing(
            breakingMessages(
                "a pattern matches the beginning of a channel",
                "p2_3_aPatternMatchesTheWholeChannel"),
            call ->
                isPattern(call) && !call.text(0).matches("(?s)|.*[*\\\\\ud800\udc00]")
                    ? withName(call, call.text(0) + "*")
                    : call.proceed()),
        missing(
            "a star is no line end",
            "p2_3_aStarIsAnyTextAndAllElseIsLiteral",
            (pattern, channel) -> pattern.contains("*") && channel.contains("\n")),
        subscribing(
            breakingMessages("a backslash is itself", "p2_3_aBackslashTakesTheNextLiterally"),
            call ->
                isPattern(call)
                    ? withName(call, call.text(0).replace("\\", "\\\\"))
                    : call.proceed()),
        missing(
            "a question mark is one of Java's chars",
            "p2_3_aQuestionMarkIsOneCodePoint",
            (pattern, channel) ->
                pattern.contains("?") && channel.codePoints().anyMatch(c -> c > 0xffff)),
        hearing(
            breakingMessages(
                "a pattern's handler sees the pattern", "p2_4_aPatternsHandlerSeesTheChannel"),
            (call, handler, message) ->
                handler.accept(new Message(call.text(0), message.payload()))),
        hearing(
            breakingMessages(
                "a handler hears a message once", "p2_5_aChannelAndPatternsReceiveEachForItself"),
            (call, handler, message) -> {
              Object first = notes(call, "heard by").putIfAbsent(handler, call);
              if (!isPattern(call) || first == null || first.equals(call)) {
                handler.accept(message);
              }
            }));
  }

  private static Breakage queue(
      String what, String test, int capacity, WhenFull policy, int otherCapacity, WhenFull other) {
    return options(
        breakingMessages(what, test),
        options ->
            options.queueCapacity() == capacity && options.whenFull() == policy
                ? options.withQueue(otherCapacity, other)
                : options);
  }

  private static List<Breakage> queues() {
    return List.of(
        hearing(
            breakingMessages(
                "a pattern's messages are handled at once",
                "p3_1_aHandlerRunsForOneMessageAtATime"),
            (call, handler, message) -> {
              if (isPattern(call) && message.text().equals("x")) {
                Thread.ofVirtual().start(() -> handler.accept(message));
              } else {
                handler.accept(message);
              }
            }),
        hearing(
            breakingMessages(
                "handlers wait for each other",
                "p3_1_handlersOfSubscriptionsDoNotWaitForEachOther"),
            (call, handler, message) -> {
              if (!List.of("a", "b").contains(message.text())) {
                handler.accept(message);
                return;
              }
              ReentrantLock lock =
                  (ReentrantLock)
                      notes(call, "locks").computeIfAbsent("lock", t -> new ReentrantLock());
              lock.lock();
              try {
                handler.accept(message);
              } finally {
                lock.unlock();
              }
            }),
        queue(
            "one less may wait",
            "p3_2_asManyMessagesWaitAsTheQueueHolds",
            3,
            WhenFull.DROP_NEWEST,
            2,
            WhenFull.DROP_NEWEST),
        queue(
            "the newest is dropped, not the oldest",
            "p3_3_theOldestIsDropped",
            2,
            WhenFull.DROP_OLDEST,
            2,
            WhenFull.DROP_NEWEST),
        queue(
            "the oldest is dropped, not the newest",
            "p3_4_theNewestIsDropped",
            2,
            WhenFull.DROP_NEWEST,
            2,
            WhenFull.DROP_OLDEST),
        queue(
            "who blocks drops the oldest",
            "p3_5_whoBlocksDropsNothing",
            1,
            WhenFull.BLOCK,
            1,
            WhenFull.DROP_OLDEST));
  }

  private static List<Breakage> blocking() {
    return List.of(
        publishing(
                "who waited too long is not told",
                "p3_6_whoWaitedTooLongIsToldAndOthersHaveTheMessage",
                call -> {
                  try {
                    return call.proceed();
                  } catch (OperationTimeoutException e) {
                    return Breaking.orThrow(e, !Thread.currentThread().isVirtual(), 0L);
                  }
                })
            .inOneProcess(),
        publishing(
                "the interrupt is lost",
                "p3_6_whoIsInterruptedIsToldAndOthersHaveTheMessage",
                call -> {
                  try {
                    return call.proceed();
                  } catch (OperationInterruptedException e) {
                    Thread.interrupted();
                    throw e;
                  }
                })
            .inOneProcess(),
        publishing(
                "a handler is not told that its queue is full",
                "p3_7_aHandlerDoesNotWaitForItsOwnRoom",
                call -> {
                  try {
                    return call.proceed();
                  } catch (OperationTimeoutException e) {
                    return Breaking.orThrow(e, Thread.currentThread().isVirtual(), 0L);
                  }
                })
            .inOneProcess(),
        publishing(
                "who is let go has reached somebody",
                "p6_4_whoWaitsForRoomIsLetGo",
                call -> {
                  Long answer = (Long) call.proceed();
                  return Thread.currentThread().isVirtual() ? Math.max(1L, answer) : answer;
                })
            .inOneProcess());
  }

  private static List<Breakage> gaps() {
    return List.of(
        options(
            breakingMessages("drops are no gap", "p3_8_whatWasDroppedIsCountedAndAGapFollows"),
            options -> options.queueCapacity() == 4 ? options.withOnGap(() -> {}) : options),
        subscribing(
            breakingMessages(
                "a gap comes when there is time for it",
                "p4_1_theGapComesBeforeWhatWasPublishedLater"),
            call -> {
              Runnable gap = options(call).onGap();
              boolean later = options(call).whenFull() == WhenFull.DROP_NEWEST;
              return with(
                  call,
                  later && options(call).queueCapacity() == 1
                      ? options(call).withOnGap(() -> {})
                      : options(call),
                  (same, handler, message) -> {
                    handler.accept(message);
                    if (later && message.text().equals("2")) {
                      gap.run();
                    }
                  });
            }),
        subscribing(
            breakingMessages(
                "a reason during the callback is overlooked",
                "p4_2_severalReasonsAreOneGapAndOneDuringItIsAnother"),
            call -> {
              Runnable gap = options(call).onGap();
              AtomicInteger gaps = new AtomicInteger();
              return with(
                  call,
                  options(call)
                      .withOnGap(() -> {
                        if (gaps.incrementAndGet() == 1) {
                          gap.run();
                        }
                      }),
                  (same, handler, message) -> handler.accept(message));
            }),
        hearing(
            breakingMessages("a beginning is a gap", "p4_3_withoutAReasonThereIsNoGap"),
            (call, handler, message) -> {
              if (options(call).queueCapacity() == 100 && message.text().equals("1")) {
                options(call).onGap().run();
              }
              handler.accept(message);
            }),
        hearing(
                breakingMessages(
                    "a subscription is active from its first message",
                    "p4_5_aSubscriptionIsActiveUntilCloseIsCalled"),
                (call, handler, message) -> {
                  notes(call, "heard").put(call, true);
                  handler.accept(message);
                })
            .onCall(
                "Subscription.isActive",
                call -> (Boolean) call.proceed() && notes(call, "heard").containsKey(made(call))));
  }

  private static List<Breakage> handlers() {
    return List.of(
        hearing(
            breakingMessages(
                "an Error ends the subscription", "p5_1_aHandlerThatThrowsGoesOnReceiving"),
            (call, handler, message) -> {
              if (counted(call, "errors", call) == 0) {
                try {
                  handler.accept(message);
                } catch (Error e) {
                  count(call, "errors", call);
                  throw e;
                }
              }
            }),
        subscribing(
            breakingMessages(
                "a callback that throws is not counted", "p5_1_aGapCallbackThatThrowsIsCounted"),
            call -> {
              Runnable gap = options(call).onGap();
              return with(
                  call,
                  options(call)
                      .withOnGap(() -> {
                        try {
                          gap.run();
                        } catch (Throwable e) {
                          count(call, "not counted", call);
                        }
                      }),
                  (same, handler, message) -> handler.accept(message));
            }),
        hearing(
                breakingMessages(
                    "what a handler publishes on its own channel is lost",
                    "p5_2_aHandlerMayPublishOnItsOwnChannel"),
                MessageCalls::handling)
            .onCall(
                "PubSub.publish",
                call ->
                    call.args[0] != null && call.args[0].equals(handledHere(call))
                        ? (Object) 0L
                        : call.proceed()),
        subscribing(
            breakingMessages(
                "a handler must not subscribe", "p5_2_aHandlerMaySubscribeAndCloseOthers"),
            call -> {
              if (handledHere(call) != null) {
                throw new IllegalStateException("subscribing within a handler");
              }
              return with(call, options(call), MessageCalls::handling);
            }),
        hearing(
                breakingMessages(
                    "a handler must not close its instance", "p5_2_aHandlerMayCloseTheInstance"),
                MessageCalls::handling)
            .onCall(
                "Zeal.close",
                call -> {
                  if (handledHere(call) != null) {
                    throw new IllegalStateException("closing within a handler");
                  }
                  return call.proceed();
                }),
        breakingMessages("what was dropped counts as received", "p5_3_theNumbersSayWhatHappened")
            .onCall(
                "Subscription.numbers",
                call -> {
                  @SuppressWarnings("unchecked") // it is what numbers answers
                  Map<String, Long> numbers = new HashMap<>((Map<String, Long>) call.proceed());
                  if (options(made(call)).queueCapacity() == 5) {
                    numbers.merge("received", numbers.getOrDefault("dropped", 0L), Long::sum);
                  }
                  return numbers;
                }),
        hearing(
            breakingMessages(
                "an interrupt stays", "p5_4_anInterruptThatAHandlerLeavesDisturbsNoOther"),
            (call, handler, message) -> {
              if (counted(call, "interrupts", call) > 0) {
                Thread.currentThread().interrupt();
              }
              handler.accept(message);
              if (Thread.currentThread().isInterrupted()) {
                count(call, "interrupts", call);
              }
            }));
  }

  private static Breakage closing(String what, String test, Breakage.OnCall hook) {
    return breakingMessages(what, test).onCall("Subscription.close", hook);
  }

  private static Duration closeTimeout(Call call) {
    return options(made(call)).closeTimeout();
  }

  private static @Nullable Object endOnly(Call call, boolean without) throws Throwable {
    if (without) {
      ((Endable) call.target).end();
      return null;
    }
    return call.proceed();
  }

  private static List<Breakage> ends() {
    return List.of(
        closing(
            "what waits is handled though it is closed",
            "p6_1_afterCloseNothingBegins",
            call -> {
              Object nothing = call.proceed();
              Call made = made(call);
              if (options(made).queueCapacity() == 3) {
                MessageCalls.handler(made).accept(message(made.text(0), "late"));
              }
              return nothing;
            }),
        closing(
            "close does not wait",
            "p6_2_closeWaitsForTheHandler",
            call -> endOnly(call, closeTimeout(call).toSeconds() > 6)),
        closing(
            "close interrupts nobody",
            "p6_2_closeInterruptsAHandlerThatTakesTooLong",
            call -> endOnly(call, closeTimeout(call).equals(SHORT))),
        hearing(
                breakingMessages(
                    "close waits for ever", "p6_2_closeDoesNotWaitForAHandlerThatIgnoresIt"),
                (call, handler, message) -> {
                  AtomicBoolean running = new AtomicBoolean(true);
                  notes(call, "running").put(call, running);
                  try {
                    handler.accept(message);
                  } finally {
                    running.set(false);
                  }
                })
            .onCall(
                "Subscription.close",
                call -> {
                  Object nothing = call.proceed();
                  AtomicBoolean running = (AtomicBoolean) notes(call, "running").get(made(call));
                  while (running != null && running.get() && closeTimeout(call).equals(SHORT)) {
                    BrokenRows.pause(Duration.ofMillis(1));
                  }
                  return nothing;
                }),
        hearing(
                breakingMessages(
                    "a handler must not close its subscription",
                    "p6_3_aHandlerMayCloseItsOwnSubscription"),
                MessageCalls::handling)
            .onCall(
                "Subscription.close",
                call -> {
                  if (made(call).text(0).equals(handledHere(call))) {
                    throw new IllegalStateException("closing within a handler");
                  }
                  return call.proceed();
                }),
        closing(
                "who closed is counted",
                "p6_4_aClosedSubscriptionIsNoReceiver",
                call -> {
                  count(call, "closed", made(call).text(0).replace("*", ""));
                  return call.proceed();
                })
            .onCall(
                "PubSub.publish",
                call -> {
                  Long answer = (Long) call.proceed();
                  return answer + counted(call, "closed", call.args[0]);
                }));
  }

  private static List<Breakage> endsOfAll() {
    return List.of(
        publishing(
            "nobody hears what is published after close",
            "p6_5_afterCloseEveryMethodThrows",
            call -> {
              try {
                return call.proceed();
              } catch (ZealClosedException e) {
                return 0L;
              }
            }),
        breakingMessages(
                "subscriptions are closed one after another",
                "p6_5_allSubscriptionsCloseAtTheSameTime")
            .onCall(
                "Zeal.close",
                call -> {
                  call.world.subscriptions.keySet().forEach(Subscription::close);
                  return call.proceed();
                }),
        hearing(
                breakingMessages(
                    "who leaves takes a message along", "p6_6_whoComesAndGoesDisturbsNobody"),
                (call, handler, message) -> {
                  if (message.text().equals("300")) {
                    long start = System.nanoTime();
                    while (counted(call, "closed", message.channel()) == 0
                        && System.nanoTime() - start < 1_000_000_000) {
                      BrokenRows.pause(Duration.ofMillis(1));
                    }
                  }
                  if (!message.text().equals("300")
                      || counted(call, "closed", message.channel()) == 0) {
                    handler.accept(message);
                  }
                })
            .onCall(
                "Subscription.close",
                call -> {
                  count(call, "closed", made(call).text(0).replace("*", ""));
                  return call.proceed();
                }));
  }
}
