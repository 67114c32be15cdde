package io.zeal.selftest;

import static io.zeal.selftest.Breakage.breakingReliable;
import static io.zeal.selftest.MessageCalls.count;
import static io.zeal.selftest.MessageCalls.counted;
import static io.zeal.selftest.MessageCalls.made;
import static io.zeal.selftest.MessageCalls.notes;
import static io.zeal.selftest.StreamCalls.counting;
import static io.zeal.selftest.StreamCalls.handling;
import static io.zeal.selftest.StreamCalls.isFor;
import static io.zeal.selftest.StreamCalls.letter;
import static io.zeal.selftest.StreamCalls.letters;
import static io.zeal.selftest.StreamCalls.numbers;
import static io.zeal.selftest.StreamCalls.options;
import static io.zeal.selftest.StreamCalls.payload;
import static io.zeal.selftest.StreamCalls.publishOptions;
import static io.zeal.selftest.StreamCalls.with;

import io.zeal.Ack;
import io.zeal.CapacityException;
import io.zeal.CodecException;
import io.zeal.ConsumeOptions;
import io.zeal.ConsumeOptions.Order;
import io.zeal.ConsumeOptions.Start;
import io.zeal.DeadLetter;
import io.zeal.Delivery;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.Message;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.ZealClosedException;
import io.zeal.pubsub.spi.Endable;
import io.zeal.selftest.StreamCalls.Changed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A breakage for each test of reliable messages, in their order. */
final class ReliableBreakages {

  /** The kit's time to live where the clock is its own. */
  private static final Duration TTL = Duration.ofSeconds(10);

  private ReliableBreakages() {}

  static List<Breakage> all() {
    List<Breakage> all = new ArrayList<>();
    all.addAll(publishing());
    all.addAll(publisherIds());
    all.addAll(trimming());
    all.addAll(groups());
    all.addAll(answers());
    all.addAll(counts());
    all.addAll(claims());
    all.addAll(handlers());
    all.addAll(ends());
    all.addAll(deadLetters());
    all.addAll(stats());
    return all;
  }

  private static Breakage onPublish(String what, String test, Breakage.OnCall hook) {
    return breakingReliable(what, test).onCall("ReliablePubSub.publish", hook);
  }

  /** A group whose handler never sees messages of one text. */
  private static Breakage losing(String what, String test, String group, String text) {
    return handling(
        breakingReliable(what, test),
        (call, handler, one) ->
            call.text(1).equals(group) && one.message().text().startsWith(text)
                ? Ack.done()
                : handler.apply(one));
  }

  private static Breakage altering(
      String what, String test, UnaryOperator<ConsumeOptions> alteration) {
    return options(breakingReliable(what, test), alteration);
  }

  private static List<Breakage> publishing() {
    return List.of(
        losing(
            "a later group does not hear the oldest message",
            "r1_1_whatWasPublishedIsDeliveredToEachGroup",
            "later",
            "a"),
        breakingReliable(
                "each instance has streams of its own",
                "r1_1_whatAClosedInstancePublishedIsDelivered",
                "r7_5_closingInAHandlerWaitsForAllOthers",
                "r7_5_theMessageOfAHandlerThatClosesTheInstanceComesAgain")
            .separatingInstances(),
        StreamCalls.publishing(
            breakingReliable("long keys are cut", "r1_2_payloadAndKeyArriveAsGiven"),
            options ->
                options.key().filter(key -> key.length() == 1_024).isPresent()
                    ? options.withKey("x".repeat(1_023))
                    : options),
        handling(
            breakingReliable("groups share an array", "r1_2_arraysAreCopied"),
            (call, handler, one) -> {
              if (!one.message().text().equals("\u0001\u0002\u0003")
                  && !notes(call, "arrays").containsKey(one.id())) {
                return handler.apply(one);
              }
              Object shared =
                  notes(call, "arrays").computeIfAbsent(one.id(), id -> one.message().payload());
              return handler.apply(
                  new Changed(one) {
                    @Override
                    public Message message() {
                      return new Message(call.text(0), (byte[]) shared);
                    }
                  });
            }),
        onPublish(
            "the longest payload is one byte shorter",
            "r1_3_thePayloadLimitIsMetToTheByte",
            call -> {
              if (((byte[]) call.args[1]).length == SharedMessages.LIMITS.get("payloadBytes")) {
                throw new CapacityException(ErrorCode.VALUE_TOO_LONG, "too long");
              }
              return call.proceed();
            }),
        onPublish(
            "messages have one id",
            "r1_4_noTwoMessagesHaveOneId",
            call -> {
              Object id = call.proceed();
              return payload(call).startsWith("3:") ? "same" : id;
            }),
        breakingReliable("ids are answered backwards", "r1_6_manyArePublishedInTheirOrder")
            .onCall(
                "ReliablePubSub.publishAll",
                call -> {
                  List<?> ids = (List<?>) call.proceed();
                  return publishOptions(call).key().isPresent() ? ids.reversed() : ids;
                }),
        breakingReliable("a publisher id is ignored", "r1_6_aPublisherIdIsForOneMessage")
            .onCall(
                "ReliablePubSub.publishAll",
                call ->
                    publishOptions(call).publisherId().isPresent()
                        ? call.proceed(call.args[0], call.args[1], PublishOptions.defaults())
                        : call.proceed()),
        onPublish(
            "long names are cut",
            "r1_10_namesThatCannotBeUsedAreRefused",
            call ->
                call.text(0).equals("x".repeat(64))
                    ? ((ReliablePubSub) call.target)
                        .publish("x".repeat(63), (byte[]) call.args[1], publishOptions(call))
                    : call.proceed()),
        onPublish("blanks are cut off names", "r1_10_noTwoNamesMeet", ReliableBreakages::stripped)
            .onCall("ReliablePubSub.consume", ReliableBreakages::stripped));
  }

  private static Object stripped(Call call) throws Throwable {
    Object[] other = call.args.clone();
    other[0] = call.text(0).strip();
    return call.proceed(other);
  }

  private static List<Breakage> publisherIds() {
    return List.of(
        onPublish(
            "a second publication makes an entry",
            "r1_5_aPublisherIdMakesOneEntryWithinItsWindow",
            call ->
                payload(call).equals("b") && publishOptions(call).publisherId().isPresent()
                    ? call.proceed(call.args[0], call.args[1], PublishOptions.defaults())
                    : call.proceed()),
        onPublish(
            "of publications at the same time two make an entry",
            "r1_5_publishersAtTheSameTimeMakeOneEntry",
            call ->
                publishOptions(call).publisherId().isPresent()
                        && payload(call).equals("a")
                        && count(call, "a", call.args[0]) == 2
                    ? call.proceed(call.args[0], call.args[1], PublishOptions.defaults())
                    : call.proceed()),
        onPublish(
            "a publisher id is of all streams",
            "r1_5_publisherIdsOfStreamsDoNotMeet",
            call -> {
              Optional<String> id = publishOptions(call).publisherId();
              Object[] stream = {call.args[0], ""};
              Object[] former =
                  (Object[]) notes(call, "ids").putIfAbsent(id.orElse("none"), stream);
              return id.isPresent() && former != null && !former[0].equals(call.args[0])
                  ? "1"
                  : call.proceed();
            }));
  }

  private static List<Breakage> trimming() {
    return List.of(
        StreamCalls.publishing(
            breakingReliable(
                "what nobody has settled is trimmed", "r1_8_whatAGroupHasNotSettledIsNotTrimmed"),
            options ->
                options.maxMessages().isPresent() && options.trim() == Trim.ACKNOWLEDGED
                    ? options.withMaxMessages(options.maxMessages().getAsLong(), Trim.ANY)
                    : options),
        StreamCalls.publishing(
            breakingReliable("nothing is trimmed", "r1_8_anyKeepsTheNewest"),
            options ->
                options.maxMessages().equals(OptionalLong.of(5))
                    ? PublishOptions.defaults()
                    : options));
  }

  private static List<Breakage> groups() {
    return List.of(
        breakingReliable("NOW is the beginning", "r2_1_aGroupBeginsWhereItIsToldTo")
            .onCall(
                "ReliablePubSub.consume",
                call ->
                    with(
                        call,
                        call.text(1).equals("newer")
                            ? options(call).startingAt(Start.BEGINNING)
                            : options(call),
                        (same, handler, one) -> handler.apply(one))),
        handling(
            breakingReliable("NOW lets a group jump", "r2_1_aGroupThatExistsGoesOnWhereItIs"),
            (call, handler, one) ->
                options(call).start() == Start.NOW && one.message().text().equals("b")
                    ? Ack.done()
                    : handler.apply(one)),
        breakingReliable("dead letters are of the stream", "r2_2_groupsDoNotNoticeEachOther")
            .onCall(
                "ReliablePubSub.deadLetters",
                call ->
                    call.args[1].equals("done")
                        ? call.proceed(call.args[0], "never", call.args[2], call.args[3])
                        : call.proceed()),
        handling(
            breakingReliable("a message is held twice", "r2_3_aMessageIsHeldByOneConsumerAtATime"),
            (call, handler, one) -> {
              Ack answer = handler.apply(one);
              return isFor(call, 2, 3) && one.message().text().equals("77")
                  ? handler.apply(one)
                  : answer;
            }),
        losing(
            "what comes while nobody is there is lost",
            "r2_4_aGroupStaysWhenItsLastMemberLeaves",
            "group",
            "without"),
        losing(
            "a consumer misses what comes at once",
            "r2_5_whatIsPublishedAfterConsumeReturnedArrives",
            "group",
            "at once"),
        swapping("r2_6_freshMessagesAreClaimedInTheirOrder", 2),
        breakingReliable("what was removed is removed again", "r2_7_aGroupThatIsRemovedIsGone")
            .onCall(
                "ReliablePubSub.removeGroup",
                call -> (Boolean) call.proceed() || count(call, "asked", call.text(0)) > 1),
        breakingReliable("numbers outlast their group", "r2_7_aGroupThatIsRemovedIsGone")
            .onCall(
                "ReliablePubSub.removeGroup",
                call -> {
                  Map<String, Long> numbers =
                      ((ReliablePubSub) call.target).stats(call.text(0), call.text(1)).numbers();
                  notes(call, "retries")
                      .merge(
                          call.text(0),
                          numbers.getOrDefault("retries", 0L),
                          (before, more) -> (Long) before + (Long) more);
                  return call.proceed();
                })
            .onCall(
                "ReliablePubSub.stats",
                call ->
                    numbers(
                        call.proceed(),
                        real -> {
                          Object before = notes(call, "retries").getOrDefault(call.text(0), 0L);
                          real.computeIfPresent("retries", (name, since) -> since + (Long) before);
                          return real;
                        })),
        handling(
                breakingReliable("an answer counts for a group of before", "r2_7_whoRunsJoinsAnew"),
                (call, handler, one) -> {
                  boolean isFirst = notes(call, "heard").putIfAbsent(call, one) == null;
                  return !isFirst
                          && one.message().text().equals("a")
                          && notes(call, "removed").containsKey(call.text(0))
                      ? Ack.done()
                      : handler.apply(one);
                })
            .onCall(
                "ReliablePubSub.removeGroup",
                call -> {
                  notes(call, "removed").put(call.text(0), true);
                  return call.proceed();
                }),
        swapping("r6_4_oneHandlerAtATimeHearsTheOrderOfPublication", 7));
  }

  private static Breakage swapping(String test, int prefetch) {
    return breakingReliable("a message is overtaken", test)
        .onCall(
            "ReliablePubSub.consume",
            call -> {
              AtomicReference<Delivery> kept = new AtomicReference<>();
              return with(
                  call,
                  options(call),
                  (same, handler, one) -> {
                    if (isFor(call, 1, prefetch) && one.message().text().equals("20")) {
                      kept.set(one);
                      return Ack.done();
                    }
                    Ack answer = handler.apply(one);
                    Delivery overtaken = kept.getAndSet(null);
                    return overtaken == null ? answer : handler.apply(overtaken);
                  });
            });
  }

  private static List<Breakage> answers() {
    return List.of(
        handling(
            breakingReliable("what is done comes again", "r3_1_whatIsDoneIsNotDeliveredAgain"),
            (call, handler, one) -> {
              if (options(call).closeTimeout().isZero()
                  && options(call).concurrency() == 1
                  && one.message().text().equals("b")
                  && count(call, "b", one.message().channel()) == 1) {
                ((ReliablePubSub) call.target).publish(call.text(0), one.message().payload());
              }
              return handler.apply(one);
            }),
        handling(
            breakingReliable("a retry does not wait", "r3_2_aRetryIsDeliveredAgainAfterItsDelay"),
            (call, handler, one) ->
                instead(handler.apply(one), Ack.retry(TTL), Ack.retry(Duration.ZERO))),
        handling(
            breakingReliable("a retry is for the same member", "r3_2_anotherMemberMayHaveIt"),
            (call, handler, one) -> {
              Object first = notes(call, "first").putIfAbsent(call.text(0), call);
              return options(call).maxDeliveries() == Integer.MAX_VALUE
                      && first != null
                      && !first.equals(call)
                  ? Ack.retry(Duration.ofMillis(1))
                  : handler.apply(one);
            }),
        handling(
            breakingReliable("an Error is done", "r3_3_whatAHandlerFailedOnIsDeliveredAgain"),
            (call, handler, one) -> {
              try {
                return handler.apply(one);
              } catch (AssertionError e) {
                return Ack.done();
              }
            }),
        altering(
            "retryDelay is none",
            "r3_3_itIsDeliveredAgainAfterTheRetryDelay",
            options -> options.withRetryDelay(Duration.ZERO)),
        handling(
            breakingReliable("the reason is lost", "r3_4_whatIsRejectedIsADeadLetter"),
            (call, handler, one) ->
                instead(handler.apply(one), Ack.reject("no use"), Ack.reject("lost"))),
        handling(
            breakingReliable(
                "what cannot be decoded is tried again",
                "r3_5_whatCannotBeDecodedIsADeadLetterAtOnce"),
            (call, handler, one) -> {
              try {
                return handler.apply(one);
              } catch (CodecException e) {
                throw new IllegalStateException(e);
              }
            }),
        handling(
            breakingReliable(
                "what is answered too late is there twice",
                "r3_6_anAnswerWithoutAClaimChangesNothing"),
            (call, handler, one) -> {
              Ack answer = handler.apply(one);
              if (Objects.equals(answer, Ack.reject("too late"))) {
                ((ReliablePubSub) call.target).publish(call.text(0), one.message().payload());
              }
              return answer;
            }),
        handling(
            breakingReliable("a retry holds up others", "r3_8_whatWaitsHoldsUpNoOther"),
            (call, handler, one) -> {
              Ack answer = handler.apply(one);
              if (one.message().text().equals("wait")) {
                BrokenRows.pause(Duration.ofMillis(4_500));
              }
              return answer;
            }));
  }

  private static Ack instead(Ack answer, Ack one, Ack other) {
    return Objects.equals(answer, one) ? other : answer;
  }

  private static List<Breakage> counts() {
    return List.of(
        handling(
            breakingReliable("a count begins with two", "r4_1_theFirstDeliveryCountsOne"),
            (call, handler, one) ->
                handler.apply(
                    isFor(call, 2, 5) && one.message().text().equals("7")
                        ? counting(one, 2)
                        : one)),
        handling(
            breakingReliable(
                "a death is forgotten by the count", "r4_2_laterDeliveriesCountHigher"),
            (call, handler, one) ->
                handler.apply(
                    options(call).maxDeliveries() == 100 && one.deliveryCount() == 2
                        ? counting(one, 1)
                        : one)),
        handling(
            breakingReliable(
                "the count leaves out a number", "r4_3_theCountIsTheNumberOfDeliveries"),
            (call, handler, one) ->
                handler.apply(
                    isFor(call, 3, 3) && one.deliveryCount() > 2
                        ? counting(one, one.deliveryCount() + 1)
                        : one)),
        handling(
            breakingReliable(
                "what is released has been counted", "r4_4_whatWasReleasedHasTheCountItHad"),
            (call, handler, one) ->
                handler.apply(
                    isFor(call, 1, 20) && count(call, "delivered", call.text(0)) > 1
                        ? counting(one, 2)
                        : one)),
        altering(
            "one more delivery than allowed",
            "r4_5_theLastDeliveryEndsInADeadLetter",
            options -> options.maxDeliveries() == 3 ? options.withMaxDeliveries(4) : options),
        altering(
            "who was cut off has one more delivery",
            "r4_5_whoIsCutOffInTheLastDeliveryEndsInADeadLetter",
            options -> options.maxDeliveries() == 1 ? options.withMaxDeliveries(2) : options));
  }

  private static List<Breakage> claims() {
    return List.of(
        handling(
            breakingReliable(
                "a claim ends though its consumer lives",
                "r5_1_aMessageStaysClaimedHoweverLongItsHandlerRuns"),
            (call, handler, one) ->
                handler.apply(
                    new Changed(one) {
                      @Override
                      public boolean isClaimed() {
                        return real.isClaimed() && options(call).claimAfter().toSeconds() != 1;
                      }
                    })),
        handling(
            breakingReliable("not all is taken over", "r5_2_whatASilentConsumerHeldGoesToOthers"),
            (call, handler, one) ->
                one.message().text().equals("12") && one.deliveryCount() > 1
                    ? Ack.done()
                    : handler.apply(one)),
        altering(
            "silence is half as long",
            "r5_3_nobodyTakesOverBeforeItsOwnerWasSilent",
            options ->
                options.claimAfter().equals(TTL)
                    ? options.withClaimAfter(TTL.dividedBy(2))
                    : options),
        handling(
            breakingReliable(
                "a claim that was lost is found", "r5_4_whoLostItsClaimLearnsOfItForGood"),
            (call, handler, one) -> {
              AtomicInteger denied = new AtomicInteger();
              return handler.apply(
                  new Changed(one) {
                    @Override
                    public boolean isClaimed() {
                      return real.isClaimed() || denied.incrementAndGet() > 2;
                    }
                  });
            }),
        breakingReliable(
                "gaps are not counted",
                "r2_7_whoRunsJoinsAnew",
                "r5_6_whoLostItsClaimsGoesOnAndCountsAGap")
            .onCall("Subscription.numbers", call -> changed(call.proceed(), "gaps", 0)));
  }

  private static Map<String, Long> changed(Object numbers, String name, long value) {
    @SuppressWarnings("unchecked") // it is what numbers answers
    Map<String, Long> other = new HashMap<>((Map<String, Long>) numbers);
    other.put(name, value);
    return other;
  }

  private static Breakage fewer(
      String what, String test, int handlers, int prefetch, int otherHandlers, int otherPrefetch) {
    return altering(
        what,
        test,
        options ->
            options.concurrency() == handlers && options.prefetch() == prefetch
                ? options.withConcurrency(otherHandlers, otherPrefetch)
                : options);
  }

  private static List<Breakage> handlers() {
    return List.of(
        fewer("a handler less", "r6_1_asManyHandlersRunAsAskedFor", 4, 10, 3, 10),
        fewer("more ahead than allowed", "r6_2_aConsumerHoldsNoMoreThanItMay", 2, 3, 2, 10),
        altering(
            "keys are ignored",
            "r6_3_messagesOfAKeyAreHandledOneAfterAnother",
            options -> options.concurrency() == 4 ? options.withOrder(Order.NONE) : options),
        fewer("keys wait for each other", "r6_3_otherKeysDoNotWait", 2, 20, 1, 20),
        breakingReliable("a handler must not consume", "r6_5_aHandlerMayCallEverything")
            .onCall(
                "ReliablePubSub.consume",
                call -> {
                  if (isInHandler(call)) {
                    throw new IllegalStateException("consuming within a handler");
                  }
                  return with(call, options(call), ReliableBreakages::entered);
                }),
        handling(
                breakingReliable(
                    "a handler must not close its instance", "r6_5_aHandlerMayCloseTheInstance"),
                (call, handler, one) ->
                    isFor(call, 1, 64) ? entered(call, handler, one) : handler.apply(one))
            .onCall(
                "Zeal.close",
                call -> {
                  if (isInHandler(call)) {
                    throw new IllegalStateException("closing within a handler");
                  }
                  return call.proceed();
                }),
        breakingReliable("failures are not received", "r6_6_theNumbersSayWhatHappened")
            .onCall(
                "Subscription.numbers",
                call -> {
                  Object numbers = call.proceed();
                  long received =
                      (Long) ((Map<?, ?>) numbers).get("received")
                          - (Long) ((Map<?, ?>) numbers).get("failed");
                  return changed(numbers, "received", received);
                }));
  }

  private static Ack entered(Call call, Function<Delivery, Ack> handler, Delivery one) {
    notes(call, "handling").put(Thread.currentThread(), call.text(0));
    try {
      return handler.apply(one);
    } finally {
      notes(call, "handling").remove(Thread.currentThread());
    }
  }

  private static boolean isInHandler(Call call) {
    return MessageCalls.handledHere(call) != null;
  }

  private static List<Breakage> ends() {
    return List.of(
        breakingReliable("close does not wait", "r7_1_whatWasAnsweredIsRecordedWhenCloseReturns")
            .onCall(
                "Subscription.close",
                call -> {
                  if (isFor(made(call), 2, 5)) {
                    ((Endable) call.target).end();
                    return null;
                  }
                  return call.proceed();
                }),
        handling(
            breakingReliable(
                "what is released is not delivered soon", "r7_2_whatWasNotBegunGoesToOthersAtOnce"),
            (call, handler, one) ->
                one.message().text().equals("15") && isAfterPatient(call)
                    ? Ack.retry(Duration.ofHours(1))
                    : handler.apply(one)),
        breakingReliable("who is cut off is done", "r7_3_whoTakesTooLongIsCutOff")
            .onCall(
                "Subscription.close",
                call -> {
                  if (options(made(call)).closeTimeout().isZero()) {
                    count(call, "closed", made(call).text(0));
                  }
                  return call.proceed();
                })
            .onCall(
                "ReliablePubSub.stats",
                call ->
                    counted(call, "closed", call.args[0]) == 1
                            && call.world.subscriptions.values().stream()
                                    .filter(one -> one.text(0).equals(call.args[0]))
                                    .count()
                                == 1
                        ? numbers(
                            call.proceed(),
                            real -> {
                              real.replace("pending", 0L);
                              return real;
                            })
                        : call.proceed()),
        handling(
                breakingReliable(
                    "a handler must not close its consumer", "r7_4_aHandlerMayCloseItsOwnConsumer"),
                ReliableBreakages::entered)
            .onCall(
                "Subscription.close",
                call -> {
                  if (made(call).text(0).equals(MessageCalls.handledHere(call))) {
                    throw new IllegalStateException("closing within a handler");
                  }
                  return call.proceed();
                }),
        breakingReliable("nothing is published after close", "r7_5_afterCloseEveryMethodThrows")
            .onCall(
                "ReliablePubSub.publishAll",
                call -> {
                  try {
                    return call.proceed();
                  } catch (ZealClosedException e) {
                    return List.of();
                  }
                }),
        breakingReliable(
                "consumers are closed one after another", "r7_5_allConsumersCloseAtTheSameTime")
            .onCall(
                "Zeal.close",
                call -> {
                  call.world.subscriptions.keySet().forEach(Subscription::close);
                  return call.proceed();
                }),
        closingBeside(
            "a handler that closes its instance waits for nobody",
            "r7_5_closingInAHandlerWaitsForAllOthers",
            2,
            21),
        handling(
                breakingReliable(
                    "who closes its instance is done",
                    "r7_5_theMessageOfAHandlerThatClosesTheInstanceComesAgain"),
                (call, handler, one) ->
                    isFor(call, 1, 3) ? entered(call, handler, one) : handler.apply(one))
            // It goes on as if nothing were: closing beside it, its answer may come too late.
            .onCall("Zeal.close", call -> isInHandler(call) ? null : call.proceed()));
  }

  /** A handler that closes its instance does so in a thread that it does not wait for. */
  private static Breakage closingBeside(String what, String test, int handlers, int prefetch) {
    return handling(
            breakingReliable(what, test),
            (call, handler, one) ->
                isFor(call, handlers, prefetch) ? entered(call, handler, one) : handler.apply(one))
        .onCall(
            "Zeal.close",
            call -> {
              if (!isInHandler(call)) {
                return call.proceed();
              }
              Thread.ofVirtual().start(() -> proceed(call));
              return null;
            });
  }

  private static void proceed(Call call) {
    try {
      call.proceed();
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether somebody else of the group closes with patience. */
  private static boolean isAfterPatient(Call call) {
    return call.world.subscriptions.values().stream()
        .anyMatch(one ->
            !one.equals(call)
                && one.text(0).equals(call.text(0))
                && options(one).closeTimeout().toSeconds() > 6);
  }

  private static Breakage letterOf(String what, String test, UnaryOperator<DeadLetter> other) {
    return breakingReliable(what, test)
        .onCall(
            "ReliablePubSub.deadLetters",
            call -> letters(call.proceed()).stream().map(other).toList());
  }

  private static List<Breakage> deadLetters() {
    return List.of(
        letterOf(
            "a letter has the count of the first delivery",
            "r8_1_aDeadLetterSaysWhatItWas",
            real -> real.deliveryCount() == 2 ? letter(real, "deliveryCount", 1L) : real),
        letterOf(
            "the reason holds the error's message",
            "r8_2_theReasonSaysWhyAndNoMore",
            real ->
                real.stackHash().isPresent()
                    ? letter(real, "reason", real.reason() + ": the secret")
                    : real),
        letterOf(
            "the hash holds the message",
            "r8_3_oneBugHasOneHash",
            real ->
                letter(
                    real, "stackHash", real.stackHash().map(hash -> hash + real.message().text()))),
        breakingReliable("a page leaves out its first", "r8_4_deadLettersAreReadByPage")
            .onCall(
                "ReliablePubSub.deadLetters",
                call -> {
                  List<DeadLetter> page = letters(call.proceed());
                  return call.args[2].equals("") || page.isEmpty()
                      ? page
                      : page.subList(1, page.size());
                }),
        breakingReliable("a limit of zero is an empty page", "r8_4_whatIsNoPageIsRefused")
            .onCall(
                "ReliablePubSub.deadLetters",
                call -> {
                  try {
                    return call.proceed();
                  } catch (InvalidArgumentException e) {
                    return Breaking.orThrow(e, call.args[3].equals(0), List.of());
                  }
                }),
        breakingReliable("what is removed is there", "r8_5_aDeadLetterStaysUntilItIsRemoved")
            .onCall(
                "ReliablePubSub.removeDeadLetter",
                call -> {
                  boolean removed = (Boolean) call.proceed();
                  String all = Arrays.toString(call.args);
                  return removed
                      ? count(call, "removed", all) > 0
                      : counted(call, "removed", all) > 0;
                }));
  }

  private static Breakage stat(String what, String test, UnaryOperator<Map<String, Long>> other) {
    return breakingReliable(what, test)
        .onCall("ReliablePubSub.stats", call -> numbers(call.proceed(), other));
  }

  private static List<Breakage> stats() {
    return List.of(
        stat(
            "retries are not counted",
            "r8_6_statsSayHowAGroupDoes",
            real -> {
              real.replace("retries", 0L);
              return real;
            }),
        stat(
            "what is settled is old",
            "r8_6_aGroupWithNothingToDoIsNotOld",
            real -> {
              real.replace("oldestMillis", 0L, 5L);
              return real;
            }),
        breakingReliable(
                "what is not there has numbers",
                "r2_7_aGroupThatIsRemovedIsGone",
                "r8_6_whatIsNotThereHasNoNumbers")
            .onCall(
                "ReliablePubSub.stats",
                call ->
                    numbers(call.proceed(), real -> real.isEmpty() ? Map.of("lag", 0L) : real)));
  }
}
