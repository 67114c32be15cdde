package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.BackendUnavailableException;
import io.zeal.Finding;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PubSub;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.SubscribeOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisSentinels;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Subscriptions whose connection breaks, over each driver: they come back, and say so. */
class ChannelOutageTest {

  private final List<AutoCloseable> opened = new ArrayList<>();
  private RedisServer server;
  private FaultProxy proxy;

  static List<String> drivers() {
    return List.of("jedis", "lettuce", "redisson");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
  }

  private <C extends AutoCloseable> C closing(C one) {
    opened.add(one);
    return one;
  }

  /** Over a proxy in front of a server of the test's own. */
  private Zeal start(String driver) {
    server = closing(ServerTests.startOrSkip(RedisServer::start));
    proxy = closing(FaultProxy.start(server.port()));
    return open("redis://127.0.0.1:" + proxy.port(), driver);
  }

  private Zeal open(String url, String driver, String... settings) {
    ZealConfig.Builder config =
        ZealConfig.builder()
            .set("zeal.backend", "redis")
            .set("zeal.redis.driver", driver)
            .set("zeal.redis.url", url)
            .set("zeal.redis.timeout", "1s");
    for (int i = 0; i < settings.length; i += 2) {
      config.set(settings[i], settings[i + 1]);
    }
    return closing(Zeal.open(config.build()));
  }

  private static SubscribeOptions telling(Kept kept) {
    return SubscribeOptions.defaults().withOnGap(kept::gap);
  }

  /** A channel and a pattern, and what came of them. */
  private static final class Chat {
    final PubSub chat;
    final Kept channel = new Kept();
    final Kept pattern = new Kept();
    final Subscription ofChannel;
    final Subscription ofPattern;

    Chat(Zeal zeal) {
      chat = zeal.pubSub();
      ofChannel = chat.subscribe("room", telling(channel), channel);
      ofPattern = chat.subscribePattern("r??m", telling(pattern), pattern);
      send("before");
    }

    void send(String text) {
      Await.until(
          "to publish " + text,
          () -> {
            try {
              chat.publish("room", text);
              return true;
            } catch (ZealException e) {
              return false;
            }
          });
      channel.await("room=" + text);
      pattern.await("room=" + text);
    }

    void awaitOutage() {
      Await.until("an outage", () -> !ofChannel.isActive() && !ofPattern.isActive());
    }

    void awaitReturn() {
      Await.until("the return", () -> ofChannel.isActive() && ofPattern.isActive());
      channel.awaitGaps(1);
      pattern.awaitGaps(1);
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aServerThatIsKilledAndComesBackIsListenedToAgain(String driver) throws Exception {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    server.kill();
    chat.awaitOutage();
    ZealException lost =
        catchThrowableOfType(ZealException.class, () -> chat.chat.publish("room", "m"));
    assertThat(lost)
        .isInstanceOfAny(BackendUnavailableException.class, OperationTimeoutException.class);
    assertThat(lost.outcome()).isPresent();
    server.restart();
    chat.awaitReturn();
    chat.send("after");
    assertThat(chat.channel.texts()).containsExactly("room=before", "room=after");
    assertThat(chat.channel.gaps()).isEqualTo(1);
    assertThat(chat.pattern.gaps()).isEqualTo(1);
    assertThat(zeal.stats().toString()).contains("reconnections=1");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aConnectionThatTheServerKillsIsReplacedAndEachLossIsOneGap(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    for (int i = 1; i <= 5; i++) {
      assertThat(server.command("CLIENT", "KILL", "TYPE", "pubsub")).isEqualTo(1L);
      chat.channel.awaitGaps(i);
      chat.pattern.awaitGaps(i);
      chat.send("after " + i);
      assertThat(chat.channel.gaps()).isEqualTo(i);
    }
    assertThat(chat.ofChannel.numbers()).containsEntry("gaps", 5L).containsEntry("received", 6L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aBlackHoleIsNoticedWithoutAnyTraffic(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    proxy.blackHole();
    chat.awaitOutage();
    assertThat(chat.channel.gaps()).isZero();
    proxy.pass();
    chat.awaitReturn();
    chat.send("after");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aQuietConnectionStays(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    long begin = System.nanoTime();
    int pings = proxy.forwarded("PING");
    Await.until("signs of life", () -> proxy.forwarded("PING") >= pings + 2);
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofSeconds(3), Duration.ofSeconds(20));
    chat.send("after");
    assertThat(chat.channel.gaps()).isZero();
  }

  @Test
  void aConnectionThatEndsBecauseNobodyNeedsItWasNotLost() {
    Zeal zeal = start("jedis");
    Chat chat = new Chat(zeal);
    int connections = proxy.connections();
    chat.ofChannel.close();
    chat.ofPattern.close();
    Await.until("its end", () -> proxy.connections() < connections);
    new Chat(zeal);
    assertThat(zeal.stats().toString()).contains("reconnections=0");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whoHasNoAttemptLeftStaysInactiveAndTheOthersComeBack(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    Kept few = new Kept();
    Subscription limited = zeal.pubSub().subscribe("room", telling(few).withMaxAttempts(3), few);
    proxy.refuse();
    proxy.cut();
    few.awaitGaps(1);
    assertThat(limited.isActive()).isFalse();
    proxy.pass();
    chat.awaitReturn();
    chat.send("after");
    assertThat(limited.isActive()).isFalse();
    assertThat(few.gaps()).isEqualTo(1);
    assertThat(few.texts()).isEmpty();
  }

  @Test
  void anOutageIsLoggedOnceAndItsEndAndEachSubscriptionThatDoesNotOutlastIt() {
    Zeal zeal = start("jedis");
    Chat chat = new Chat(zeal);
    Kept few = new Kept();
    Subscription limited = zeal.pubSub().subscribe("few", telling(few).withMaxAttempts(2), few);
    try (LogCapture log = new LogCapture()) {
      log.listen();
      proxy.refuse();
      proxy.cut();
      few.awaitGaps(1);
      Await.until("its end", () -> log.text().contains("a subscription has ended"));
      proxy.pass();
      chat.awaitReturn();
      Await.until("the return", () -> log.text().contains("is back after"));
      assertThat(log.text())
          .containsOnlyOnce("A connection for messages is lost")
          .containsOnlyOnce("is back after")
          .containsOnlyOnce("a subscription has ended")
          .contains("receive nothing now: 3.", "few");
    }
    assertThat(limited.isActive()).isFalse();
  }

  @Test
  void whatIsKnownIsFoundThoughTheServerCannotBeReached() {
    Zeal zeal = start("jedis");
    Chat chat = new Chat(zeal);
    proxy.refuse();
    proxy.cut();
    chat.awaitOutage();
    assertThat(zeal.inspect()).extracting(Finding::code).containsExactly("ZEAL-F305", "ZEAL-F304");
    proxy.pass();
    chat.awaitReturn();
    assertThat(zeal.inspect()).extracting(Finding::code).containsExactly("ZEAL-F301");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void subscribingDuringAnOutageFailsInTimeAndLeavesNothing(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    proxy.refuse();
    proxy.cut();
    Kept none = new Kept();
    long begin = System.nanoTime();
    assertThatExceptionOfType(BackendUnavailableException.class)
        .isThrownBy(() -> zeal.pubSub().subscribe("late", none))
        .satisfies(e -> assertThat(e).hasMessageContaining("late"));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    proxy.pass();
    chat.awaitReturn();
    chat.send("after");
    assertThat(server.command("PUBSUB", "NUMSUB", "zeal:p:late"))
        .isEqualTo(List.of("zeal:p:late", 0L));
    assertThat(none.texts()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void subscribingWhileTheConnectionReturnsWaitsForIt(String driver) {
    Zeal zeal = start(driver);
    Chat chat = new Chat(zeal);
    for (int i = 0; i < 20; i++) {
      server.command("CLIENT", "KILL", "TYPE", "pubsub");
      Kept kept = new Kept();
      try (Subscription _ = zeal.pubSub().subscribe("new" + i, kept)) {
        zeal.pubSub().publish("new" + i, "m");
        kept.await("new" + i + "=m");
      }
    }
    chat.send("after");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aPublicationWhoseReplyIsCutIsNotRepeated(String driver) {
    Zeal zeal = start(driver);
    Zeal other = open("redis://" + server.address(), driver);
    Kept kept = new Kept();
    other.pubSub().subscribe("room", kept);
    zeal.pubSub().publish("room", "first");
    proxy.executeThenCut(1, Request.named("PUBLISH"));
    assertThatExceptionOfType(BackendUnavailableException.class)
        .isThrownBy(() -> zeal.pubSub().publish("room", "cut"))
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.UNKNOWN));
    zeal.pubSub().publish("room", "last");
    kept.await("room=last");
    assertThat(kept.texts()).containsExactly("room=first", "room=cut", "room=last");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aFailoverOfSentinelsIsFollowed(String driver) {
    RedisSentinels sentinels = closing(ServerTests.startOrSkip(RedisSentinels::start));
    Zeal zeal =
        open(
            sentinels.ports().stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(
                    Collectors.joining(",", "redis+sentinel://", "/" + sentinels.primaryName())),
            driver);
    Chat chat = new Chat(zeal);
    RedisServer promoted = sentinels.killPrimary();
    chat.awaitReturn();
    chat.send("after");
    assertThat(promoted.command("PUBSUB", "NUMSUB", "zeal:p:room"))
        .isEqualTo(List.of("zeal:p:room", 1L));
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aPrimaryThatHangsIsLeft(String driver) {
    RedisSentinels sentinels = closing(ServerTests.startOrSkip(RedisSentinels::start));
    Zeal zeal =
        open(
            sentinels.ports().stream()
                .map(port -> "127.0.0.1:" + port)
                .collect(
                    Collectors.joining(",", "redis+sentinel://", "/" + sentinels.primaryName())),
            driver);
    Chat chat = new Chat(zeal);
    RedisServer primary = sentinels.primary();
    primary.pause();
    try {
      chat.awaitReturn(); // the outage is over as soon as another is chosen, too soon to be looked
      // for
      chat.send("after");
    } finally {
      primary.resume();
    }
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aNodeOfAClusterThatDiesIsReplacedByAnother(String driver) {
    RedisCluster cluster =
        closing(
            ServerTests.startOrSkip(
                () -> RedisCluster.start(ClusterOptions.defaults().withReplicas(1))));
    Zeal zeal = open(SharedCluster.url(cluster), driver);
    Chat chat = new Chat(zeal);
    RedisServer listened =
        cluster.masters().stream()
            .filter(node ->
                node.command("PUBSUB", "NUMSUB", "zeal:p:room").equals(List.of("zeal:p:room", 1L)))
            .findFirst()
            .orElseThrow();
    listened.kill();
    chat.awaitReturn();
    chat.send("after");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void messagesComeOverTls(String driver) {
    RedisServer encrypted =
        closing(
            ServerTests.startOrSkip(() -> RedisServer.start(RedisOptions.defaults().withTls())));
    Zeal zeal =
        open(
            "rediss://localhost:" + encrypted.tlsPort(),
            driver,
            "zeal.redis.tls.ca",
            Certificates.get().authority().toString());
    Chat chat = new Chat(zeal);
    encrypted.command("CLIENT", "KILL", "TYPE", "pubsub");
    chat.awaitReturn();
    chat.send("x".repeat(1_000_000));
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whatTheUserMayNotHaveIsRefusedAndDisturbsNobody(String driver) {
    server =
        closing(
            ServerTests.startOrSkip(() ->
                RedisServer.start(
                    RedisOptions.defaults()
                        .withUser(
                            "app",
                            "on",
                            ">pw",
                            "~*",
                            "resetchannels",
                            "&zeal:p:room",
                            "&zeal:p:r*m",
                            "+@all"))));
    Zeal zeal = open("redis://app:pw@" + server.address(), driver);
    Chat chat = new Chat(zeal);
    Kept none = new Kept();
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> zeal.pubSub().subscribe("secret", none))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION))
        .withMessageContaining("zeal:p:secret");
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> zeal.pubSub().subscribePattern("room*", none))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PERMISSION))
        .withMessageContaining("pattern itself");
    assertThatExceptionOfType(ServerRefusedException.class)
        .isThrownBy(() -> zeal.pubSub().publish("secret", "m"))
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
    chat.send("still there");
    assertThat(chat.channel.gaps()).isZero();

    server.command("ACL", "SETUSER", "app", "resetchannels", "&zeal:p:room");
    Await.until("the pattern to be lost", () -> !chat.ofPattern.isActive());
    Await.until("the channel to be back", chat.ofChannel::isActive);
    assertThat(
            zeal.inspect().stream()
                .filter(finding -> finding.code().equals("ZEAL-F304"))
                .map(Finding::severity))
        .containsExactly(Finding.Severity.WARNING);
    server.command("ACL", "SETUSER", "app", "&zeal:p:r*m");
    Await.until("the pattern to be back", chat.ofPattern::isActive);
    chat.send("again");
  }

  /**
   * Threads that subscribe, check and leave, on few channels and patterns, while the connection is
   * cut: none is lost. Who is active and has had no gap since must receive what is published.
   */
  @ParameterizedTest
  @MethodSource("drivers")
  void noSubscriptionIsLostHoweverManyComeAndGo(String driver) throws Exception {
    Zeal zeal = start(driver);
    long seed = System.nanoTime();
    int threads = 12;
    int rounds = 150;
    AtomicInteger done = new AtomicInteger();
    AtomicLong numbers = new AtomicLong();
    List<Throwable> failures = new CopyOnWriteArrayList<>();
    List<Thread> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      RandomGenerator random = new SplittableRandom(seed + t);
      all.add(
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < rounds; i++) {
                comeCheckAndGo(zeal.pubSub(), random, numbers);
              }
            } catch (Throwable e) {
              failures.add(e);
            } finally {
              done.incrementAndGet();
            }
          }));
    }
    RandomGenerator random = new SplittableRandom(seed - 1);
    while (done.get() < threads) {
      LockSupport.parkNanos(random.nextLong(1_000_000, 60_000_000));
      server.command("CLIENT", "KILL", "TYPE", "pubsub");
    }
    for (Thread thread : all) {
      thread.join();
    }
    assertThat(failures).as("seed %d", seed).isEmpty();
    Await.until(
        "nothing to be left",
        () ->
            server.command("PUBSUB", "CHANNELS").equals(List.of())
                && server.command("PUBSUB", "NUMPAT").equals(0L));
  }

  private static void comeCheckAndGo(PubSub chat, RandomGenerator random, AtomicLong numbers) {
    String channel = "c" + random.nextInt(4);
    boolean pattern = random.nextInt(3) == 0;
    ConcurrentHashMap.KeySetView<String, Boolean> received = ConcurrentHashMap.newKeySet();
    try (Subscription subscription =
        pattern
            ? chat.subscribePattern(channel + "?", message -> received.add(message.text()))
            : chat.subscribe(channel + "x", message -> received.add(message.text()))) {
      int checks = random.nextInt(3);
      for (int i = 0; i < checks; i++) {
        awaitOne(chat, channel + "x", received, subscription, numbers);
      }
    }
  }

  /** What is lost to an outage is published anew; who is never reached is lost. */
  private static void awaitOne(
      PubSub chat,
      String channel,
      Set<String> received,
      Subscription subscription,
      AtomicLong numbers) {
    long end = System.nanoTime() + Await.LIMIT.toNanos();
    while (true) {
      String text = "n" + numbers.incrementAndGet();
      chat.publish(channel, text);
      long patience = System.nanoTime() + 300_000_000;
      while (System.nanoTime() - patience < 0) {
        if (received.contains(text)) {
          return;
        }
        LockSupport.parkNanos(500_000);
      }
      assertThat(System.nanoTime() - end)
          .as("%s receives nothing, active: %s", channel, subscription.isActive())
          .isNegative();
    }
  }
}
