package io.zeal.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ErrorCode;
import io.zeal.InvalidArgumentException;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions.WhenFull;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/**
 * Publishing, channels and patterns: {@code docs/contract/pubsub.md} P1 and P2. The rest of that
 * contract is in {@link PubSubQueueTck} and {@link PubSubLifeTck}.
 */
public abstract class PubSubTck extends PubSubKit {

  /** For a subclass in the backend's tests. */
  protected PubSubTck() {}

  @Test
  void p1_1_everySubscriptionReceivesOnce() {
    String channel = freshName();
    String other = freshName();
    List<Ear> ears = Stream.generate(this::ear).limit(3).toList();
    ears.forEach(ear -> pubSub().subscribe(channel, ear));
    Ear elsewhere = ear();
    pubSub().subscribe(other, elsewhere);
    publish(channel, "a", "b", "c");
    publish(other, "x");
    for (Ear ear : ears) {
      ear.awaitExactly("P1.1 what a subscription of the channel receives", "a", "b", "c");
    }
    elsewhere.awaitExactly("P1.1 what a subscription of another channel receives", "x");
  }

  @Test
  void p1_1_whatAnotherInstancePublishesIsReceived() {
    requiresSharedState();
    String channel = freshName();
    Ear here = ear();
    Ear there = ear();
    PubSub other = openAnother().pubSub();
    pubSub().subscribe(channel, here);
    other.subscribePattern(channel + "*", there);
    other.publish(channel, "a");
    here.awaitExactly("P1.1 what is received from another instance", "a");
    there.awaitExactly("P1.1 what the instance that published receives", "a");
    pubSub().publish(channel, "b");
    here.awaitExactly("P1.1 what this instance receives of itself", "a", "b");
    there.awaitExactly("P1.1 what the other instance receives of this one", "a", "b");
  }

  @Test
  void p1_2_aPayloadArrivesByteForByte() {
    byte[] every = new byte[512];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] large = new byte[Math.min(100_000, payloadLimit())];
    new Random(42).nextBytes(large);
    List<byte[]> payloads =
        List.of(new byte[0], new byte[1], new byte[] {-1}, bytes("\r\n"), every, large);
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    String channel = freshName();
    pubSub().subscribe(channel, message -> heard.add(message.payload()));
    payloads.forEach(payload -> pubSub().publish(channel, payload));
    Waiting.until(() -> heard.size() >= payloads.size(), patience());
    assertThat(heard).as("P1.2 payloads that arrived").hasSameSizeAs(payloads);
    for (int i = 0; i < payloads.size(); i++) {
      assertThat(heard.get(i)).as("P1.2 payload %s", i).isEqualTo(payloads.get(i));
    }
  }

  @Test
  void p1_2_textIsItsUtf8() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("", "");
    texts.put("gr\u00fc\u00dfe \ud83d\ude00", "gr\u00fc\u00dfe \ud83d\ude00");
    texts.put("a\u0000b\n", "a\u0000b\n");
    texts.put("x\ud800y", "x?y");
    texts.put("\udc00", "?");
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    String channel = freshName();
    pubSub().subscribe(channel, message -> heard.add(message.payload()));
    texts.keySet().forEach(text -> pubSub().publish(channel, text));
    Waiting.until(() -> heard.size() >= texts.size(), patience());
    assertThat(heard)
        .as("P1.2 the bytes of texts")
        .containsExactlyElementsOf(texts.values().stream().map(MessageKit::bytes).toList());
  }

  @Test
  void p1_3_everyHandlerHasAnArrayOfItsOwn() {
    List<byte[]> heard = new CopyOnWriteArrayList<>();
    String channel = freshName();
    Gate gate = gate();
    for (int i = 0; i < 2; i++) {
      pubSub()
          .subscribe(
              channel,
              message -> {
                gate.pass();
                heard.add(message.payload().clone());
                Arrays.fill(message.payload(), (byte) 9);
              });
    }
    byte[] mine = {1, 2, 3};
    pubSub().publish(channel, mine);
    Arrays.fill(mine, (byte) 7);
    gate.open();
    await("P1.3 both handlers", () -> heard.size() == 2);
    assertThat(heard)
        .as("P1.3 what handlers receive though others change their arrays")
        .allSatisfy(payload -> assertThat(payload).containsExactly(1, 2, 3));
    assertThat(mine).as("P1.3 the publisher's array").containsExactly(7, 7, 7);
  }

  @Test
  void p1_4_thePayloadLimitIsMetToTheByte() {
    int limit = payloadLimit();
    List<Integer> heard = new CopyOnWriteArrayList<>();
    String channel = freshName();
    pubSub().subscribe(channel, message -> heard.add(message.payload().length));
    refused(
        "P1.4 a payload of one byte more than the limit",
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> pubSub().publish(channel, new byte[limit + 1]));
    pubSub().publish(channel, new byte[limit]);
    Waiting.until(() -> !heard.isEmpty(), patience());
    assertThat(heard).as("P1.4 the lengths that arrive").containsExactly(limit);
  }

  @Test
  void p1_5_publishAnswersHowManySubscriptionsItWasFor() {
    requires(Capability.EXACT_RECEIVERS);
    String channel = freshName();
    assertThat(pubSub().publish(channel, "none")).as("P1.5 receivers of nobody").isZero();
    Gate gate = gate();
    Ear busy = ear(gate);
    listen(channel, queue(1, WhenFull.DROP_NEWEST), busy);
    assertThat(pubSub().publish(channel, "1")).as("P1.5 receivers of one").isEqualTo(1);
    gate.awaitArrived("P1.5", 1);
    pubSub().subscribe(channel, ear());
    pubSub().subscribePattern(channel + "*", ear());
    pubSub().subscribePattern("*" + channel, ear());
    pubSub().subscribe(channel + "x", ear());
    assertThat(pubSub().publish(channel, "2"))
        .as("P1.5 receivers, two of the channel and two of patterns")
        .isEqualTo(4);
    assertThat(pubSub().publish(channel, "3"))
        .as("P1.5 receivers, one of which drops the message")
        .isEqualTo(4);
  }

  @Test
  void p1_6_theAnswerIsNotNegative() {
    String channel = freshName();
    assertThat(pubSub().publish(channel, "a"))
        .as("P1.6 the answer without a subscription")
        .isNotNegative();
    pubSub().subscribe(channel, ear());
    assertThat(pubSub().publish(channel, "b"))
        .as("P1.6 the answer with a subscription")
        .isNotNegative();
  }

  @Test
  void p1_8_theOrderOfOneThreadOnOneChannelIsKept() {
    int threads = 4;
    int messages = 200;
    String channel = freshName();
    List<Ear> ears = List.of(ear(), ear());
    pubSub().subscribe(channel, queue(2_000, WhenFull.DROP_OLDEST), ears.getFirst());
    pubSub().subscribePattern(channel + "*", queue(2_000, WhenFull.DROP_OLDEST), ears.getLast());
    new Race("P1.8")
        .run(
            threads,
            thread -> {
              for (int i = 0; i < messages; i++) {
                publish(channel, thread + ":" + i);
              }
            })
        .start();
    for (Ear ear : ears) {
      Waiting.until(() -> ear.heard().size() >= threads * messages, patience());
      for (int thread = 0; thread < threads; thread++) {
        String of = thread + ":";
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
          expected.add(of + i);
        }
        assertThat(ear.heard().stream().filter(text -> text.startsWith(of)))
            .as("P1.8 what one thread published, as a subscription hears it")
            .containsExactlyElementsOf(expected);
      }
    }
  }

  @Test
  void p2_1_aChannelIsTakenLiterally() {
    String base = freshName();
    List<String> odd = new ArrayList<>();
    for (String end :
        List.of(
            "*",
            "?",
            "[ab]",
            "[^x]",
            "\\",
            "\\*",
            "{a}",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "\u0000",
            "\u00fc",
            "\ud83d\ude00",
            ":",
            "'\"",
            "%s",
            "x".repeat(20_000))) {
      odd.add(base + end);
    }
    Map<String, Ear> ears = new LinkedHashMap<>();
    odd.forEach(channel -> ears.put(channel, ear()));
    ears.forEach((channel, ear) -> pubSub().subscribe(channel, ear));
    for (String near : List.of("", "a", "b", "xx", "*x", "\\x", "[a]", "\n\n", "u")) {
      publish(base + near, "of another channel");
    }
    odd.forEach(channel -> publish(channel, channel));
    ears.forEach((channel, ear) ->
        ear.awaitExactly(
            "P2.1 what the channel '" + channel.substring(base.length()) + "' hears", channel));
  }

  @Test
  void p2_2_whatIsNoTextIsRefused() {
    for (String name : List.of("", "\ud800", "a\udc00", "\ud800x")) {
      Map<String, ThrowingCallable> calls =
          Map.of(
              "publish", () -> pubSub().publish(name, "x"),
              "publish of bytes", () -> pubSub().publish(name, new byte[1]),
              "subscribe", () -> pubSub().subscribe(name, ear()),
              "subscribePattern", () -> pubSub().subscribePattern(name, ear()),
              "publish, raw", () -> pubSub().raw().publish(name, "x"),
              "subscribe, raw", () -> pubSub().raw().subscribe(name, ear()));
      calls.forEach((call, action) ->
          refused(
              "P2.2 " + call + " of '" + Texts.show(name) + "'",
              InvalidArgumentException.class,
              ErrorCode.INVALID_NAME,
              action));
    }
  }

  @Test
  @SuppressWarnings("NullAway") // null is what this is about
  void p2_2_nullIsRefused() {
    String channel = freshName();
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("publish on null", () -> pubSub().publish(null, "x"));
    calls.put("publish of null", () -> pubSub().publish(channel, (byte[]) null));
    calls.put("publish of a null text", () -> pubSub().publish(channel, (String) null));
    calls.put("subscribe to null", () -> pubSub().subscribe(null, ear()));
    calls.put("subscribe without options", () -> pubSub().subscribe(channel, null, ear()));
    calls.put("subscribe without a handler", () -> pubSub().subscribe(channel, null));
    calls.put("subscribePattern of null", () -> pubSub().subscribePattern(null, ear()));
    calls.put("subscribePattern without a handler", () -> pubSub().subscribePattern(channel, null));
    calls.forEach((call, action) -> refused("P2.2 " + call, NullPointerException.class, action));
    if (can(Capability.EXACT_RECEIVERS)) {
      assertThat(pubSub().publish(channel, "x"))
          .as("P2.2 receivers after subscriptions that were refused")
          .isZero();
    }
  }

  /** What a pattern is to match, and what it is not. */
  private record Matching(String pattern, List<String> matching, List<String> others) {}

  private void assertMatches(String what, List<Matching> all) {
    String base = freshName();
    String end = freshName();
    List<Ear> ears = new ArrayList<>();
    for (Matching one : all) {
      Ear ear = ear();
      ears.add(ear);
      pubSub().subscribePattern(base + one.pattern + end, ear);
    }
    publish(base, "of another");
    all.stream()
        .flatMap(one -> Stream.concat(one.others.stream(), one.matching.stream()))
        .distinct()
        .filter(between -> !between.equals("of another"))
        .forEach(between -> publish(base + between + end, between));
    for (int i = 0; i < all.size(); i++) {
      Matching one = all.get(i);
      Ear ear = ears.get(i);
      await(
          what + " '" + one.pattern + "' hears " + one.matching,
          () -> ear.heard().containsAll(one.matching));
      assertThat(ear.heard())
          .as("%s the channels that '%s' hears", what, one.pattern)
          .doesNotHaveDuplicates()
          .doesNotContainAnyElementsOf(one.others);
    }
  }

  @Test
  void p2_3_aPatternMatchesTheWholeChannel() {
    String channel = freshName();
    Ear ear = ear();
    pubSub().subscribePattern(channel + "?b", ear);
    publish("x" + channel + "ab", "longer in front");
    publish(channel + "abx", "longer at the end");
    publish(channel + "ab", "whole");
    ear.awaitExactly("P2.3 what a pattern hears that matches a part of other channels", "whole");
  }

  @Test
  void p2_3_aStarIsAnyTextAndAllElseIsLiteral() {
    assertMatches(
        "P2.3",
        List.of(
            new Matching("a*b", List.of("ab", "axb", "a**b", "ab\nb"), List.of("a", "axbc", "xab")),
            new Matching("a?c", List.of("abc", "a?c"), List.of("ac", "abbc", "abcd")),
            new Matching("*", List.of("", "x", "x\u0000y"), List.of("of another")),
            new Matching("a*b*c", List.of("abc", "axbxbxc"), List.of("acb", "ab")),
            new Matching("x", List.of("x"), List.of("xx", "")),
            new Matching("[ab]", List.of("[ab]"), List.of("a", "b")),
            new Matching("{a}", List.of("{a}"), List.of("a"))));
  }

  @Test
  void p2_3_aBackslashTakesTheNextLiterally() {
    assertMatches(
        "P2.3",
        List.of(
            new Matching("\\*", List.of("*"), List.of("\\*", "x", "")),
            new Matching("a\\?", List.of("a?"), List.of("ab", "a\\?")),
            new Matching("\\\\", List.of("\\"), List.of("\\\\")),
            new Matching("\\x", List.of("x"), List.of("\\x")),
            new Matching("\\[a]", List.of("[a]"), List.of("a"))));
    String channel = freshName() + "\\";
    Ear ear = ear();
    pubSub().subscribePattern(channel, ear);
    publish(channel, "x");
    ear.awaitExactly("P2.3 what a pattern hears that ends with a backslash", "x");
  }

  @Test
  void p2_3_aQuestionMarkIsOneCodePoint() {
    assertMatches(
        "P2.3",
        List.of(
            new Matching(
                "a?", List.of("a\u00fc", "a\ud83d\ude00"), List.of("a\u00fc\u00fc", "a", "a12")),
            new Matching("??", List.of("\ud83d\ude00\u00fc"), List.of("\ud83d\ude00"))));
  }

  @Test
  void p2_4_aPatternsHandlerSeesTheChannel() {
    String base = freshName();
    List<String> seen = new CopyOnWriteArrayList<>();
    pubSub().subscribePattern(base + "*", message -> seen.add(message.channel()));
    pubSub().subscribe(base, message -> seen.add(message.channel()));
    publish(base, "x");
    publish(base + ":1", "x");
    await("P2.4 three messages", () -> seen.size() >= 3);
    assertThat(seen)
        .as("P2.4 the channels that handlers see")
        .containsExactlyInAnyOrder(base, base, base + ":1");
  }

  @Test
  void p2_5_aChannelAndPatternsReceiveEachForItself() {
    String channel = freshName();
    Ear ear = ear();
    pubSub().subscribe(channel, ear);
    pubSub().subscribePattern(channel + "*", ear);
    pubSub().subscribePattern("*" + channel, ear);
    publish(channel, "a");
    ear.awaitAll("P2.5 what three subscriptions of a channel hear", List.of("a", "a", "a"));
  }

  @Test
  void p2_6_rawNamesMeetRawNames() {
    String channel = freshName();
    Ear ear = ear();
    Ear pattern = ear();
    pubSub().raw().subscribe(channel, ear);
    pubSub().raw().subscribePattern(channel + "?", pattern);
    pubSub().raw().publish(channel, "a");
    pubSub().raw().publish(channel + "x", "b");
    ear.awaitExactly("P2.6 what a raw channel hears", "a");
    pattern.awaitExactly("P2.6 what a raw pattern hears", "b");
  }

  @Test
  void p2_6_withoutAPrefixRawIsTheSame() {
    assumeTrue(
        zeal().info().scope() == BackendInfo.Scope.PROCESS,
        "not claimed: the scope PROCESS, where there is no prefix");
    String channel = freshName();
    Ear ear = ear();
    pubSub().raw().subscribe(channel, ear);
    pubSub().subscribe(channel, ear);
    publish(channel, "a");
    pubSub().raw().publish(channel, "b");
    ear.awaitAll("P2.6 what both kinds of names hear", List.of("a", "a", "b", "b"));
  }
}
