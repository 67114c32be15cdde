package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Deliveries.GROUP;
import static io.zeal.redisdrivers.Deliveries.OPTIONS;
import static io.zeal.redisdrivers.Deliveries.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Ack;
import io.zeal.OperationTimeoutException;
import io.zeal.Outcome;
import io.zeal.PublishOptions;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Reliable messages behind a line that breaks and a server that dies, over each driver: R1.7, R3.7,
 * R5.5, and that what was confirmed is handled.
 */
class ReliableOutageTest {

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Deliveries deliveries = new Deliveries();
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

  /** Over a proxy in front of a server that has on disk what it confirms. */
  private Zeal start(String driver) {
    server =
        closing(
            ServerTests.startOrSkip(() ->
                RedisServer.start(
                    RedisOptions.defaults()
                        .with("appendonly", "yes")
                        .with("appendfsync", "always"))));
    proxy = closing(FaultProxy.start(server.port()));
    return open("redis://127.0.0.1:" + proxy.port(), driver);
  }

  /** Not over the proxy. */
  private Zeal beside(String driver) {
    return open("redis://" + server.address(), driver);
  }

  private Zeal open(String url, String driver) {
    return closing(
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.driver", driver)
                .set("zeal.redis.url", url)
                .set("zeal.redis.timeout", "1s")
                .build()));
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aServerThatIsKilledAndComesBackLosesNothing(String driver) throws Exception {
    Zeal zeal = start(driver);
    Subscription first = deliveries.consume(zeal, OPTIONS);
    deliveries.consume(zeal, OPTIONS.withConcurrency(3, 20));
    AtomicBoolean over = new AtomicBoolean();
    Thread publisher = deliveries.publishing(zeal, "m", over::get);
    for (int i = 1; i <= 2; i++) {
      int enough = deliveries.different() + 50;
      Await.until("some deliveries", () -> deliveries.different() >= enough);
      server.kill();
      Await.until("an outage", () -> !first.isActive());
      server.restart();
      Await.until("the return", first::isActive);
    }
    over.set(true);
    Await.end(publisher);
    deliveries.awaitSettled(zeal);
    deliveries.publishSurely(zeal, "last");
    deliveries.awaitSettled(zeal);
    deliveries.assertWhole();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void connectionsThatTheServerKillsLoseNothing(String driver) {
    Zeal zeal = start(driver);
    deliveries.consume(zeal, OPTIONS);
    deliveries.consume(zeal, OPTIONS.withConcurrency(3, 20));
    AtomicBoolean over = new AtomicBoolean();
    Thread publisher = deliveries.publishing(zeal, "m", over::get);
    for (int i = 0; i < 10; i++) {
      int enough = deliveries.different() + 20;
      Await.until("some deliveries", () -> deliveries.different() >= enough);
      server.command("CLIENT", "KILL", "TYPE", "normal");
    }
    over.set(true);
    Await.end(publisher);
    deliveries.awaitSettled(zeal);
    deliveries.assertWhole();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whoIsCutOffKnowsThatItsClaimIsLostAndItsAnswerChangesNothing(String driver) {
    Zeal zeal = start(driver);
    Zeal other = beside(driver);
    CountDownLatch begun = new CountDownLatch(1);
    List<Boolean> claimed = new CopyOnWriteArrayList<>();
    AtomicInteger byFirst = new AtomicInteger();
    Subscription stalled =
        zeal.reliablePubSub()
            .consume(
                STREAM,
                GROUP,
                OPTIONS,
                delivery -> {
                  if (byFirst.getAndIncrement() > 0) {
                    return deliveries.apply(delivery);
                  }
                  claimed.add(delivery.isClaimed());
                  begun.countDown();
                  Await.until("the claim to be lost", () -> !delivery.isClaimed());
                  claimed.add(delivery.isClaimed());
                  deliveries.awaitText("a"); // by the other
                  return Ack.reject("too late");
                });
    deliveries.publish(other, "a");
    Await.until("the handler to run", () -> begun.getCount() == 0);
    proxy.blackHole();
    long begin = System.nanoTime();
    deliveries.consume(other, OPTIONS);
    Await.until("the claim to be lost", () -> claimed.size() == 2);
    assertThat(since(begin)).isLessThan(Duration.ofSeconds(4));
    assertThat(claimed).containsExactly(true, false);
    deliveries.awaitText("a");
    assertThat(deliveries.count("a")).isEqualTo(2);
    proxy.pass();
    Await.until("the return", stalled::isActive);
    deliveries.awaitSettled(other);
    assertThat(stalled.numbers()).containsEntry("gaps", 1L).containsEntry("lost", 1L);
    assertThat(other.reliablePubSub().deadLetters(STREAM, GROUP, "", 10)).isEmpty();
    deliveries.assertWhole();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void anAnswerDuringAShortOutageIsRecordedAfterIt(String driver) {
    Zeal zeal = start(driver);
    Zeal other = beside(driver);
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch end = new CountDownLatch(1);
    Subscription subscription =
        zeal.reliablePubSub()
            .consume(
                STREAM,
                GROUP,
                OPTIONS.withClaimAfter(Duration.ofSeconds(30)).withConcurrency(2, 2),
                delivery -> {
                  begun.countDown();
                  Await.until("the outage", () -> end.getCount() == 0);
                  return deliveries.apply(delivery);
                });
    deliveries.publish(other, "a");
    deliveries.publish(other, "b");
    Await.until("both handlers to begin", () -> begun.getCount() == 0);
    proxy.refuse();
    proxy.cut();
    end.countDown();
    Await.until("both handlers to be over", () -> deliveries.texts().size() == 2);
    Await.until("the outage to be noticed", () -> !subscription.isActive());
    assertThat(Deliveries.stat(other, "pending")).isEqualTo(2);
    proxy.pass();
    deliveries.awaitSettled(other);
    assertThat(deliveries.texts()).containsExactlyInAnyOrder("a", "b");
    assertThat(subscription.numbers()).containsEntry("gaps", 0L).containsEntry("lost", 0L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aDeliveryCountsOnceThoughItIsBegunAnewAfterALostReply(String driver) { // R4.3
    Zeal zeal = start(driver);
    List<Long> counts = new CopyOnWriteArrayList<>();
    Subscription subscription =
        zeal.reliablePubSub()
            .consume(
                STREAM,
                GROUP,
                OPTIONS.withConcurrency(1, 1),
                delivery -> {
                  counts.add(delivery.deliveryCount());
                  return counts.size() < 3 ? Ack.retry(Duration.ZERO) : Ack.done();
                });
    zeal.reliablePubSub().publish(STREAM, new byte[1]); // so that the server knows the script
    Await.until("the script to be known", () -> counts.size() == 3);
    Await.until("it to be settled", () -> Deliveries.stat(zeal, "pending") == 0);
    counts.clear();
    proxy.executeThenCut(1, ReliableOutageTest::isBegin);
    zeal.reliablePubSub().publish(STREAM, new byte[2]);
    Await.until("it to be handled", () -> counts.size() == 3);
    Await.until("it to be settled", () -> Deliveries.stat(zeal, "pending") == 0);
    assertThat(proxy.pendingCuts()).isZero();
    assertThat(counts).containsExactly(1L, 2L, 3L);
    assertThat(subscription.numbers()).containsEntry("lost", 0L);
  }

  /**
   * An answer that gave a message back, and comes to the server again, when the same consumer has
   * claimed it anew and not begun: under the same count.
   */
  @ParameterizedTest
  @MethodSource("drivers")
  void anAnswerThatComesLateDoesNotEndTheNextClaimOfItsConsumer(String driver) {
    Zeal zeal = start(driver);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch occupied = new CountDownLatch(1);
    List<String> handled = new CopyOnWriteArrayList<>();
    zeal.reliablePubSub()
        .consume(
            STREAM,
            GROUP,
            OPTIONS.withConcurrency(1, 10).withClaimAfter(Duration.ofMinutes(5)),
            delivery -> {
              String text = delivery.message().text();
              if (text.equals("occupies")) {
                occupied.countDown();
                Await.until("the release", () -> release.getCount() == 0);
              }
              handled.add(text + " " + delivery.deliveryCount());
              return delivery.deliveryCount() < 3 && text.equals("again")
                  ? Ack.retry(Duration.ZERO)
                  : Ack.done();
            });
    proxy.forget();
    zeal.reliablePubSub()
        .publishAll(
            STREAM,
            List.of(Deliveries.bytes("again"), Deliveries.bytes("occupies")),
            PublishOptions.defaults());
    Await.until("the only handler to be occupied", () -> occupied.getCount() == 0);
    Await.until("it to be claimed again", () -> isClaimedAgain());
    List<Request> answers = proxy.forwarded().stream().filter(ReliableOutageTest::isBack).toList();
    assertThat(answers).isNotEmpty();
    for (Request late : answers) {
      assertThat(server.command(late.words().toArray(String[]::new))).isEqualTo(List.of(0L));
    }
    assertThat(isClaimedAgain()).isTrue();
    release.countDown();
    Await.until("it to be settled", () -> Deliveries.stat(zeal, "pending") == 0);
    assertThat(handled).containsExactlyInAnyOrder("again 1", "again 2", "again 3", "occupies 1");
  }

  /** Whether a message that comes again is held by a consumer that lives. */
  private boolean isClaimedAgain() {
    String again = "zeal:m:{orders}:g:billing:r";
    return server.command("ZCARD", again).equals(1L)
        && server.command("ZCOUNT", again, "-inf", "4000000000000").equals(0L);
  }

  /** The one script of a consumer that names its messages with a time in front of a count. */
  private static boolean isBack(Request request) {
    return request.name().startsWith("EVAL")
        && request.words().get(2).equals("4")
        && request.words().get(6).endsWith(":w")
        && request.words().size() > 10
        && request.words().get(9).contains("-");
  }

  /** The one script of a consumer whose fourth key is the numbers of the group. */
  private static boolean isBegin(Request request) {
    return request.name().equals("EVALSHA")
        && request.words().get(2).equals("4")
        && request.words().get(6).endsWith(":n");
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aPublicationWhoseReplyIsCutIsThereOnce(String driver) {
    Zeal zeal = start(driver);
    zeal.reliablePubSub().publish(STREAM, new byte[1]);
    proxy.executeThenCut(1, Request.named("XADD"));
    assertUnknown(() -> zeal.reliablePubSub().publish(STREAM, new byte[2]));
    assertThat(server.command("XLEN", "zeal:m:{orders}:s")).isEqualTo(2L);

    PublishOptions once = PublishOptions.defaults().withPublisherId("p");
    zeal.reliablePubSub().publish("other", new byte[1], once); // so that the script is known
    proxy.executeThenCut(1, Request.named("EVALSHA"));
    assertUnknown(() -> zeal.reliablePubSub().publish(STREAM, new byte[3], once));
    String id = zeal.reliablePubSub().publish(STREAM, new byte[3], once);
    assertThat(zeal.reliablePubSub().publish(STREAM, new byte[3], once)).isEqualTo(id);
    assertThat(server.command("XLEN", "zeal:m:{orders}:s")).isEqualTo(3L);

    List<byte[]> many = IntStream.range(0, 2_500).mapToObj(i -> new byte[10]).toList();
    proxy.executeThenCut(1, Request.named("EVALSHA"));
    assertUnknown(() -> zeal.reliablePubSub().publishAll(STREAM, many, PublishOptions.defaults()));
    assertThat(server.command("XLEN", "zeal:m:{orders}:s")).isEqualTo(1_003L);

    proxy.refuse();
    proxy.cut();
    ZealException refused =
        catchThrowableOfType(
            ZealException.class, () -> zeal.reliablePubSub().publish(STREAM, new byte[4]));
    assertThat(refused.outcome()).contains(Outcome.NOT_SENT);
    proxy.pass();
    assertThat(server.command("XLEN", "zeal:m:{orders}:s")).isEqualTo(1_003L);
  }

  private static void assertUnknown(Runnable publication) {
    ZealException cut = catchThrowableOfType(ZealException.class, publication::run);
    assertThat(cut.outcome()).contains(Outcome.UNKNOWN);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whatWasTakenWithoutAnybodyHearingOfItComesAtOnce(String driver) {
    Zeal zeal = start(driver);
    Zeal other = beside(driver);
    Subscription subscription =
        deliveries.consume(zeal, OPTIONS.withClaimAfter(Duration.ofMinutes(5)));
    deliveries.publish(other, "before");
    deliveries.awaitText("before");
    long begin = System.nanoTime();
    proxy.executeThenCut(1, Request.named("XREADGROUP"));
    for (int i = 0; i < 5; i++) {
      deliveries.publish(other, "m" + i);
    }
    deliveries.awaitSettled(other);
    assertThat(since(begin)).isLessThan(Duration.ofSeconds(15));
    assertThat(deliveries.texts()).containsExactly("before", "m0", "m1", "m2", "m3", "m4");
    assertThat(deliveries.count("m0")).isEqualTo(1);
    assertThat(subscription.numbers()).containsEntry("gaps", 0L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void anyScriptWhoseReplyIsCutDoesNoHarm(String driver) {
    Zeal zeal = start(driver);
    Zeal other = beside(driver);
    AtomicInteger calls = new AtomicInteger();
    Map<String, Long> ofEach = new ConcurrentHashMap<>();
    List<String> inexact = new CopyOnWriteArrayList<>();
    zeal.reliablePubSub()
        .consume(
            STREAM,
            GROUP,
            OPTIONS.withClaimAfter(Duration.ofMinutes(5)).withConcurrency(2, 10),
            delivery -> {
              if (ofEach.merge(delivery.id(), 1L, Long::sum) != delivery.deliveryCount()) {
                inexact.add(delivery + " is number " + ofEach.get(delivery.id())); // R4.3
              }
              if (calls.incrementAndGet() % 3 == 0) {
                return Ack.retry(Duration.ofMillis(calls.get() % 7));
              }
              return deliveries.apply(delivery);
            });
    long seed = System.nanoTime();
    Random random = new Random(seed);
    AtomicInteger published = new AtomicInteger();
    for (int i = 0; i < 40; i++) {
      // The next one is an answer each time; if only answers were cut, their pauses would grow.
      AtomicInteger spared = new AtomicInteger(random.nextInt(6));
      proxy.executeThenCut(
          1, request -> request.name().equals("EVALSHA") && spared.getAndDecrement() <= 0);
      Await.until(
          "a reply to be cut, seed " + seed,
          () -> {
            deliveries.publish(other, "m" + published.getAndIncrement());
            LockSupport.parkNanos(2_000_000);
            return proxy.pendingCuts() == 0;
          });
    }
    deliveries.awaitSettled(other);
    deliveries.assertWhole();
    assertThat(inexact).isEmpty();
    assertThat(deliveries.texts()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void tenThousandMessagesOfAConsumerThatIsGoneAreAllDelivered(String driver) {
    Zeal zeal = start(driver);
    Zeal other = beside(driver);
    CountDownLatch end = new CountDownLatch(1);
    int many = 10_000;
    other
        .reliablePubSub()
        .publishAll(
            STREAM,
            IntStream.range(0, many).mapToObj(i -> Deliveries.bytes("m" + i)).toList(),
            PublishOptions.defaults());
    zeal.reliablePubSub()
        .consume(
            STREAM,
            GROUP,
            OPTIONS.withConcurrency(1, many).withCloseTimeout(Duration.ZERO),
            delivery -> {
              Await.until("the end", () -> end.getCount() == 0);
              return Ack.done();
            });
    Await.until("all to be claimed", () -> Deliveries.stat(other, "pending") == many);
    proxy.blackHole(); // and it leaves without a word
    deliveries.consume(other, OPTIONS.withConcurrency(8, 100));
    deliveries.consume(other, OPTIONS.withConcurrency(8, 100));
    Await.until("all to be delivered", () -> deliveries.different() == many);
    deliveries.awaitSettled(other);
    deliveries.assertWhole();
    assertThat(deliveries.texts()).hasSize(many);
    assertThat(deliveries.count("m0")).isEqualTo(2);
    end.countDown();
    proxy.pass();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aServerThatIsFlushedIsAGapAndNoMore(String driver) {
    Zeal zeal = start(driver);
    Subscription waiting = deliveries.consume(zeal, OPTIONS);
    deliveries.publish(zeal, "before");
    deliveries.awaitSettled(zeal);
    server.command("FLUSHALL");
    deliveries.publish(zeal, "at once");
    deliveries.awaitText("at once");
    Await.until("active again", waiting::isActive);
    deliveries.awaitSettled(zeal);
    server.command("XGROUP", "DESTROY", "zeal:m:{orders}:s", GROUP);
    deliveries.publish(zeal, "later");
    deliveries.awaitText("later");
    Await.until("active again", waiting::isActive);
    assertThat(waiting.numbers()).containsEntry("gaps", 2L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aServerThatForgetsScriptsIsToldAgain(String driver) {
    Zeal zeal = start(driver);
    Subscription subscription = deliveries.consume(zeal, OPTIONS);
    for (int i = 0; i < 10; i++) {
      server.command("SCRIPT", "FLUSH");
      deliveries.publish(zeal, "m" + i);
      deliveries.awaitSettled(zeal);
    }
    assertThat(subscription.numbers())
        .containsEntry("gaps", 0L)
        .containsEntry("lost", 0L)
        .containsEntry("received", 10L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aServerThatHangsHandsOutNothingTwice(String driver) {
    Zeal zeal = start(driver);
    Subscription subscription =
        deliveries.consume(zeal, OPTIONS.withClaimAfter(Duration.ofMinutes(1)));
    deliveries.publish(zeal, "before");
    deliveries.awaitSettled(zeal);
    server.pause();
    try {
      Await.until("an outage", () -> !subscription.isActive());
    } finally {
      server.resume();
    }
    for (int i = 0; i < 20; i++) {
      deliveries.publishSurely(zeal, "m" + i);
    }
    deliveries.awaitSettled(zeal);
    deliveries.assertWhole();
    assertThat(deliveries.texts()).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void nothingIsLeftOfAConsumerThatClosed(String driver) {
    Zeal zeal = start(driver);
    deliveries.publish(zeal, "before");
    Subscription first = deliveries.consume(zeal, OPTIONS);
    deliveries.awaitSettled(zeal); // on the connection for what consumers say, which stays
    int connections = proxy.connections() - 1; // without the first one's own
    List<Subscription> several = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      several.add(deliveries.consume(zeal, OPTIONS));
    }
    Await.until("a connection for each", () -> proxy.connections() >= connections + 6);
    deliveries.publish(zeal, "a");
    deliveries.awaitSettled(zeal);
    long begin = System.nanoTime();
    first.close();
    several.forEach(Subscription::close);
    assertThat(since(begin)).isLessThan(Duration.ofSeconds(3));
    Await.until("their connections to end", () -> proxy.connections() <= connections);
    assertThat(server.command("XINFO", "CONSUMERS", "zeal:m:{orders}:s", GROUP))
        .isEqualTo(List.of());
    assertThat(server.command("EXISTS", "zeal:m:{orders}:g:billing:c")).isEqualTo(0L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void whatAForgottenConsumerReadOnceMoreGoesToOthers(String driver) {
    Zeal zeal = start(driver);
    deliveries.consume(zeal, OPTIONS).close();
    deliveries.publish(zeal, "a");
    assertThat(
            server.command(
                "XREADGROUP", "GROUP", GROUP, "nobody", "STREAMS", "zeal:m:{orders}:s", ">"))
        .isNotNull();
    deliveries.consume(zeal, OPTIONS);
    deliveries.awaitSettled(zeal);
    assertThat(deliveries.count("a")).isEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void anErrorBehindTheFirstPortionOfPublishAllKeepsItsClass(String driver) {
    Zeal zeal = start(driver);
    deliveries.publishSurely(zeal, "first"); // from here on the server knows the script
    AtomicInteger portions = new AtomicInteger();
    proxy.cutBeforeSending(
        1,
        request -> {
          if (request.name().equals("EVALSHA") && portions.incrementAndGet() == 2) {
            server.pause();
          }
          return false;
        });
    List<byte[]> two = List.of(new byte[900_000], new byte[900_000]);
    try {
      ZealException late =
          catchThrowableOfType(
              ZealException.class,
              () -> zeal.reliablePubSub().publishAll(STREAM, two, PublishOptions.defaults()));
      assertThat(late)
          .isInstanceOf(OperationTimeoutException.class)
          .hasMessageContaining("the first 1 of 2 messages were published");
      assertThat(late.outcome()).contains(Outcome.UNKNOWN);
    } finally {
      server.resume();
    }
  }
}
