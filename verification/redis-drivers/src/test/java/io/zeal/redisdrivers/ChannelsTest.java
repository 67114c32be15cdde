package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.Message;
import io.zeal.PubSub;
import io.zeal.SubscribeOptions;
import io.zeal.SubscribeOptions.WhenFull;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Publish and subscribe while nothing goes wrong, over each driver, on a server and a cluster. */
class ChannelsTest {

  private static final List<String> DRIVERS = List.of("jedis", "lettuce", "redisson");

  /**
   * Characters that mean something to a server's patterns, to its protocol, to a key or to Java.
   */
  private static final List<String> SPECIAL =
      List.of(
          "*",
          "?",
          "[",
          "]",
          "[a]",
          "[^a]",
          "[a-z]",
          "\\",
          "\\*",
          "^",
          "-",
          "{",
          "}",
          ":",
          "%",
          " ",
          "\r\n",
          "\u0000",
          "\u00e9",
          "\u20ac",
          "\ud83d\ude00",
          "$1",
          "*3");

  static Stream<Arguments> everywhere() {
    return DRIVERS.stream()
        .flatMap(driver -> Stream.of(Arguments.of(driver, false), Arguments.of(driver, true)));
  }

  static Stream<String> drivers() {
    return DRIVERS.stream();
  }

  private static Zeal open(String driver, boolean cluster, String... settings) {
    ZealConfig.Builder config = ZealConfig.builder();
    for (int i = 0; i < settings.length; i += 2) {
      config.set(settings[i], settings[i + 1]);
    }
    return cluster ? SharedCluster.open(config, driver) : SharedServer.open(config, driver);
  }

  private static String fresh() {
    return UUID.randomUUID().toString();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whatIsPublishedArrivesAtEverySubscriptionOnceAndInOrder(String driver, boolean cluster) {
    String room = fresh();
    try (Zeal here = open(driver, cluster);
        Zeal there = open(driver, cluster)) {
      assertThat(here.info().can(Capability.PUB_SUB)).isTrue();
      assertThat(here.info().can(Capability.EXACT_RECEIVERS)).isFalse();
      Kept first = new Kept();
      Kept second = new Kept();
      Kept remote = new Kept();
      Kept pattern = new Kept();
      here.pubSub().subscribe(room, first);
      here.pubSub().subscribe(room, second);
      there.pubSub().subscribe(room, remote);
      there.pubSub().subscribePattern(room.substring(0, 20) + "*", pattern);
      List<String> expected = IntStream.range(0, 300).mapToObj(i -> room + "=m" + i).toList();
      for (int i = 0; i < 300; i++) {
        assertThat(here.pubSub().publish(room, "m" + i)).isNotNegative();
      }
      for (Kept one : List.of(first, second, remote, pattern)) {
        one.await(expected.getLast());
        assertThat(one.texts()).isEqualTo(expected);
        assertThat(one.gaps()).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void whoeverLeftReceivesNothingAndTheOthersAllOfIt(String driver, boolean cluster) {
    String room = fresh();
    try (Zeal zeal = open(driver, cluster)) {
      PubSub chat = zeal.pubSub();
      Kept stays = new Kept();
      Kept leaves = new Kept();
      chat.subscribe(room, stays);
      Subscription leaving = chat.subscribe(room, leaves);
      chat.publish(room, "1");
      stays.await(room + "=1");
      leaves.await(room + "=1");
      leaving.close();
      assertThat(leaving.isActive()).isFalse();
      chat.publish(room, "2");
      Kept again = new Kept();
      chat.subscribe(room, again);
      chat.publish(room, "3");
      again.await(room + "=3");
      stays.await(room + "=3");
      assertThat(stays.texts()).containsExactly(room + "=1", room + "=2", room + "=3");
      assertThat(leaves.texts()).containsExactly(room + "=1");
      if (!cluster) { // where a message is on its way from node to node after publish returned
        assertThat(again.texts()).containsExactly(room + "=3");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyByteArrives(String driver) throws Exception {
    byte[] every = new byte[256 * 3];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    try (Zeal zeal = open(driver, false)) {
      List<byte[]> payloads = new ArrayList<>(List.of(every, new byte[0], new byte[1 << 20]));
      List<Message> received = new ArrayList<>();
      CountDownLatch all = new CountDownLatch(payloads.size());
      String room = fresh();
      zeal.pubSub()
          .subscribe(
              room,
              message -> {
                received.add(message);
                all.countDown();
              });
      payloads.forEach(payload -> zeal.pubSub().publish(room, payload));
      assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < payloads.size(); i++) {
        assertThat(received.get(i).payload()).isEqualTo(payloads.get(i));
      }
      assertThat(zeal.info().limits()).containsEntry("payloadBytes", 1L << 20);
      assertThatExceptionOfType(CapacityException.class)
          .isThrownBy(() -> zeal.pubSub().publish(room, new byte[(1 << 20) + 1]));
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyReceiverHasItsOwnCopy(String driver) throws Exception {
    try (Zeal zeal = open(driver, false)) {
      String room = fresh();
      CountDownLatch both = new CountDownLatch(2);
      AtomicInteger spoiled = new AtomicInteger();
      for (int i = 0; i < 2; i++) {
        zeal.pubSub()
            .subscribe(
                room,
                message -> {
                  if (!message.text().equals("whole")) {
                    spoiled.incrementAndGet();
                  }
                  message.payload()[0] = 'X';
                  both.countDown();
                });
      }
      zeal.pubSub().publish(room, "whole");
      assertThat(both.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(spoiled).hasValue(0);
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyCharacterOfAChannelIsItself(String driver) {
    try (Zeal zeal = open(driver, false)) {
      String stem = fresh();
      List<Kept> kept = new ArrayList<>();
      for (String special : SPECIAL) {
        Kept one = new Kept();
        kept.add(one);
        zeal.pubSub().subscribe(stem + special, one);
      }
      SPECIAL.forEach(special -> zeal.pubSub().publish(stem + special, "m"));
      for (int i = 0; i < SPECIAL.size(); i++) {
        kept.get(i).await(stem + SPECIAL.get(i) + "=m");
        assertThat(kept.get(i).texts()).containsExactly(stem + SPECIAL.get(i) + "=m");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void everyCharacterOfAPatternIsItselfBehindABackslashAndMostAreWithout(String driver) {
    try (Zeal zeal = open(driver, false, "zeal.redis.prefix", "p*[?]" + fresh())) {
      PubSub chat = zeal.pubSub();
      List<Kept> escaped = new ArrayList<>();
      for (String special : SPECIAL) {
        Kept one = new Kept();
        escaped.add(one);
        StringBuilder pattern = new StringBuilder();
        special.codePoints().forEach(code -> pattern.append('\\').appendCodePoint(code));
        chat.subscribePattern("x" + pattern + "*", one);
      }
      Kept one = new Kept();
      chat.subscribePattern("x?", one);
      Kept set = new Kept();
      chat.subscribePattern("x[a]", set);
      for (String special : SPECIAL) {
        chat.publish("x" + special, "m");
      }
      chat.publish("xa", "m");
      chat.publish("x", "last");
      chat.publish("xlast", "m");
      Kept end = new Kept();
      chat.subscribePattern("*", end);
      chat.publish("end", "m");
      end.await("end=m");
      for (int i = 0; i < SPECIAL.size(); i++) {
        String special = SPECIAL.get(i);
        escaped.get(i).await("x" + special + "=m");
        assertThat(escaped.get(i).texts())
            .allSatisfy(text -> assertThat(text).startsWith("x" + special));
      }
      Await.until("the one", () -> one.texts().contains("xa=m"));
      assertThat(one.texts())
          .containsExactlyElementsOf(
              Stream.concat(
                      SPECIAL.stream().filter(s -> s.codePointCount(0, s.length()) == 1),
                      Stream.of("a"))
                  .map(s -> "x" + s + "=m")
                  .toList());
      set.await("x[a]=m");
      assertThat(set.texts()).containsExactly("x[a]=m");
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void patternsThatAreOneToTheServerStaySeveral(String driver) {
    try (Zeal zeal = open(driver, false)) {
      PubSub chat = zeal.pubSub();
      String stem = fresh();
      Kept any = new Kept();
      Kept one = new Kept();
      Kept two = new Kept();
      chat.subscribePattern(stem + "*", any);
      Subscription ones = chat.subscribePattern(stem + "?", one);
      chat.subscribePattern(stem + "??", two);
      chat.publish(stem + "a", "m");
      chat.publish(stem + "\ud83d\ude00b", "m");
      any.await(stem + "a=m", stem + "\ud83d\ude00b=m");
      one.await(stem + "a=m");
      two.await(stem + "\ud83d\ude00b=m");
      ones.close();
      chat.publish(stem + "c", "m");
      any.await(stem + "c=m");
      assertThat(any.texts()).hasSize(3);
      assertThat(one.texts()).containsExactly(stem + "a=m");
      assertThat(two.texts()).containsExactly(stem + "\ud83d\ude00b=m");
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void prefixesDoNotMeetAndRawNamesAreTheServers(String driver) {
    String mine = "team:" + fresh();
    try (Zeal zeal = open(driver, false, "zeal.redis.prefix", mine);
        Zeal other = open(driver, false, "zeal.redis.prefix", "other" + fresh())) {
      Kept inside = new Kept();
      Kept outside = new Kept();
      Kept raw = new Kept();
      Kept rawPattern = new Kept();
      zeal.pubSub().subscribe("room", inside);
      other.pubSub().subscribePattern("*", outside);
      String onTheServer = mine.replace(":", "%3A") + ":p:room";
      zeal.pubSub().raw().subscribe(onTheServer, raw);
      zeal.pubSub()
          .raw()
          .subscribePattern(mine.substring(0, 4) + "%3A" + mine.substring(5) + "*", rawPattern);
      SharedServer.get().command("PUBLISH", onTheServer, "from elsewhere");
      zeal.pubSub().publish("room", "from here");
      assertThat(zeal.pubSub().raw().publish(onTheServer, "raw")).isEqualTo(2);
      inside.await("room=raw");
      assertThat(inside.texts())
          .containsExactly("room=from elsewhere", "room=from here", "room=raw");
      raw.await(onTheServer + "=raw");
      assertThat(raw.texts()).hasSize(3);
      rawPattern.await(onTheServer + "=raw");
      assertThat(rawPattern.texts()).hasSize(3);
      assertThat(outside.texts()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void tenThousandSubscriptionsShareOneConnection(String driver) throws Exception {
    RedisServer server = SharedServer.get();
    String stem = fresh();
    try (Zeal zeal = open(driver, false, "zeal.redis.timeout", "20s")) {
      Subscription ignored = zeal.pubSub().subscribe(stem, message -> {});
      long before = clients(server);
      Kept kept = new Kept();
      int threads = 8;
      List<Thread> all = new ArrayList<>();
      AtomicReference<Throwable> failure = new AtomicReference<>();
      for (int t = 0; t < threads; t++) {
        int from = t;
        all.add(
            Thread.startVirtualThread(() -> {
              try {
                for (int i = from; i < 10_000; i += threads) {
                  zeal.pubSub().subscribe(stem + i, kept);
                }
              } catch (RuntimeException e) {
                failure.set(e);
              }
            }));
      }
      for (Thread thread : all) {
        thread.join();
      }
      assertThat(failure.get()).isNull();
      assertThat(clients(server)).isEqualTo(before);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 10_000; i += 100) {
        zeal.pubSub().publish(stem + i, "m");
        expected.add(stem + i + "=m");
      }
      kept.await(expected.toArray(String[]::new));
      assertThat(zeal.stats().toString()).contains("subscriptions=10001");
    }
    Await.until(
        "no subscription left",
        () -> server.command("PUBSUB", "CHANNELS", "*" + stem + "*").equals(List.of()));
  }

  private static long clients(RedisServer server) {
    return String.valueOf(server.command("CLIENT", "LIST", "TYPE", "pubsub")).lines().count();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whatBlocksHoldsUpTheOthersAndLosesNothing(String driver) throws Exception {
    try (Zeal zeal = open(driver, false)) {
      String room = fresh();
      CountDownLatch go = new CountDownLatch(1);
      List<String> slow = new ArrayList<>();
      Kept other = new Kept();
      zeal.pubSub()
          .subscribe(
              room,
              SubscribeOptions.defaults().withQueue(1, WhenFull.BLOCK),
              message -> {
                try {
                  assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
                slow.add(message.text());
              });
      zeal.pubSub().subscribe(room + "-other", other);
      for (int i = 0; i < 50; i++) {
        zeal.pubSub().publish(room, "m" + i);
      }
      zeal.pubSub().publish(room + "-other", "m");
      assertThat(other.texts()).isEmpty();
      go.countDown();
      other.await(room + "-other=m");
      Await.until("all", () -> slow.size() == 50);
      assertThat(slow).isEqualTo(IntStream.range(0, 50).mapToObj(i -> "m" + i).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void closingEndsEverythingAlsoWhatIsHeldUp(String driver) throws Exception {
    CountDownLatch called = new CountDownLatch(1);
    Zeal zeal = open(driver, false);
    String room = fresh();
    Subscription held =
        zeal.pubSub()
            .subscribe(
                room,
                SubscribeOptions.defaults()
                    .withQueue(1, WhenFull.BLOCK)
                    .withCloseTimeout(java.time.Duration.ofMillis(100)),
                message -> {
                  called.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    for (int i = 0; i < 10; i++) {
      zeal.pubSub().publish(room, "m" + i);
    }
    assertThat(called.await(20, TimeUnit.SECONDS)).isTrue();
    PubSub chat = zeal.pubSub();
    zeal.close();
    assertThat(held.isActive()).isFalse();
    assertThatExceptionOfType(ZealClosedException.class)
        .isThrownBy(() -> chat.subscribe(room, message -> {}));
    assertThatExceptionOfType(ZealClosedException.class).isThrownBy(() -> chat.publish(room, "m"));
    Await.until(
        "no subscription left",
        () -> SharedServer.get().command("PUBSUB", "CHANNELS", "*" + room + "*").equals(List.of()));
  }
}
