package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Deliveries.GROUP;
import static io.zeal.redisdrivers.Deliveries.OPTIONS;
import static io.zeal.redisdrivers.Deliveries.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Ack;
import io.zeal.CapacityException;
import io.zeal.DeadLetter;
import io.zeal.Finding;
import io.zeal.PublishOptions;
import io.zeal.PublishOptions.Trim;
import io.zeal.ReliablePubSub;
import io.zeal.Subscription;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
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
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reliable messages on the server: what stands there, and servers that change their place. */
class ReliableStreamsTest {

  private static final String MESSAGES = "zeal:m:{orders}:s";
  private static final String LETTERS = "zeal:m:{orders}:g:billing:d";
  private static final Duration LONG = Duration.ofHours(1);

  private final List<AutoCloseable> opened = new ArrayList<>();
  private final Deliveries deliveries = new Deliveries();
  private RedisServer server;

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

  private Zeal start(RedisOptions options) {
    server = closing(ServerTests.startOrSkip(() -> RedisServer.start(options)));
    return open("redis://" + server.address(), "jedis");
  }

  private Zeal start() {
    return start(RedisOptions.defaults());
  }

  private Zeal open(String url, String driver) {
    return closing(
        Zeal.open(
            ZealConfig.builder()
                .set("zeal.backend", "redis")
                .set("zeal.redis.driver", driver)
                .set("zeal.redis.url", url)
                .build()));
  }

  private static List<byte[]> numbered(int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(i -> Deliveries.bytes("" + i)).toList();
  }

  private static void publish(Zeal zeal, int first, int last) {
    zeal.reliablePubSub().publishAll(STREAM, numbered(first, last), PublishOptions.defaults());
  }

  // Other servers

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
    Subscription first = deliveries.consume(zeal, OPTIONS);
    deliveries.consume(zeal, OPTIONS);
    for (int i = 0; i < 20; i++) {
      deliveries.publish(zeal, "before" + i);
    }
    deliveries.awaitSettled(zeal);
    Replication.catchUp(sentinels.primary(), List.of(sentinels.replica()));
    sentinels.killPrimary();
    for (int i = 0; i < 20; i++) {
      deliveries.publishSurely(zeal, "after" + i);
    }
    deliveries.awaitSettled(zeal);
    Await.until("active again", first::isActive);
    deliveries.assertWhole();
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aStreamWhoseSlotMovesIsFollowed(String driver) throws Exception {
    RedisCluster cluster =
        closing(ServerTests.startOrSkip(() -> RedisCluster.start(ClusterOptions.defaults())));
    Zeal zeal = open(SharedCluster.url(cluster), driver);
    Subscription first = deliveries.consume(zeal, OPTIONS);
    deliveries.consume(zeal, OPTIONS.withConcurrency(3, 20));
    AtomicBoolean over = new AtomicBoolean();
    Thread publisher = deliveries.publishing(zeal, "m", over::get);
    for (int i = 0; i < 2; i++) {
      int enough = deliveries.different() + 50;
      Await.until("some deliveries", () -> deliveries.different() >= enough);
      int slot = RedisCluster.slot(MESSAGES);
      RedisServer source = cluster.masterOf(slot);
      cluster.move(
          slot,
          cluster.masters().stream().filter(it -> !it.equals(source)).findFirst().orElseThrow());
    }
    int enough = deliveries.different() + 50;
    Await.until("some deliveries", () -> deliveries.different() >= enough);
    over.set(true);
    Await.end(publisher);
    deliveries.awaitSettled(zeal);
    Await.until("active again", first::isActive);
    deliveries.assertWhole();
    assertThat(first.numbers()).containsEntry("gaps", 0L);
  }

  @ParameterizedTest
  @MethodSource("drivers")
  void aNodeThatDiesIsReplacedByItsReplica(String driver) {
    RedisCluster cluster =
        closing(
            ServerTests.startOrSkip(
                () -> RedisCluster.start(ClusterOptions.defaults().withReplicas(1))));
    Zeal zeal = open(SharedCluster.url(cluster), driver);
    Subscription first = deliveries.consume(zeal, OPTIONS);
    for (int i = 0; i < 20; i++) {
      deliveries.publish(zeal, "before" + i);
    }
    deliveries.awaitSettled(zeal);
    Replication.catchUp(cluster.masterOf(MESSAGES), cluster.replicas());
    cluster.killMasterOf(MESSAGES);
    for (int i = 0; i < 20; i++) {
      deliveries.publishSurely(zeal, "after" + i);
    }
    deliveries.awaitSettled(zeal);
    Await.until("active again", first::isActive);
    deliveries.assertWhole();
  }

  // What stands on the server

  @Test
  void everythingOfAStreamIsInOneSlotWhateverItsName() {
    Zeal zeal = start();
    ReliablePubSub messages = zeal.reliablePubSub();
    for (String name : List.of("{a}b", "a{b}:c", "}", "{}", "%7B", "a:s", "\u0000*?[")) {
      List<String> heard = new CopyOnWriteArrayList<>();
      messages.publish(name, new byte[0], PublishOptions.defaults().withPublisherId("}{"));
      messages.consume(
          name,
          name,
          OPTIONS,
          delivery -> {
            heard.add(delivery.message().channel());
            return delivery.deliveryCount() < 2 ? Ack.retry(Duration.ZERO) : Ack.reject("no");
          });
      Await.until("a dead letter", () -> !messages.deadLetters(name, name, "", 1).isEmpty());
      assertThat(heard).containsExactly(name, name);
    }
    @SuppressWarnings("unchecked")
    List<String> keys = (List<String>) server.command("KEYS", "*");
    assertThat(keys).hasSizeGreaterThan(7 * 4).allMatch(key -> key.startsWith("zeal:m:{"));
    assertThat(keys.stream().map(RedisCluster::slot).distinct()).hasSize(7);
  }

  @Test
  void consumersThatLeaveInOrderLeaveNothingAndTheGroupStays() {
    Zeal zeal = start();
    try (Subscription _ = deliveries.consume(zeal, OPTIONS)) {
      deliveries.publish(zeal, "a");
      deliveries.awaitSettled(zeal);
    }
    @SuppressWarnings("unchecked")
    List<String> keys = (List<String>) server.command("KEYS", "*");
    assertThat(keys).containsExactlyInAnyOrder(MESSAGES, "zeal:m:{orders}:g:billing:w");
    assertThat(server.command("TTL", MESSAGES)).isEqualTo(-1L);
    assertThat(Deliveries.stat(zeal, "lag")).isZero();
  }

  @Test
  void aGroupThatIsRemovedLeavesTheStreamAloneWhichCanBeCutThen() {
    Zeal zeal = start();
    ReliablePubSub messages = zeal.reliablePubSub();
    try (Subscription _ =
        messages.consume(
            STREAM,
            GROUP,
            OPTIONS,
            one ->
                switch (one.message().text() + "/" + one.deliveryCount()) {
                  case "1/1" -> Ack.reject("no");
                  case "2/1" -> Ack.retry(Duration.ZERO);
                  default -> Ack.retry(LONG);
                })) {
      publish(zeal, 1, 20);
      Await.until("a letter", () -> !messages.deadLetters(STREAM, GROUP, "", 1).isEmpty());
      Await.until("a number", () -> Deliveries.stat(zeal, "retries") == 1);
    }
    assertThat(messages.removeGroup(STREAM, GROUP)).isTrue();

    assertThat(server.command("KEYS", "*")).isEqualTo(List.of(MESSAGES));
    assertThat(server.command("XINFO", "GROUPS", MESSAGES)).isEqualTo(List.of());
    assertThat(messages.removeGroup(STREAM, GROUP)).isFalse();
    PublishOptions cut = PublishOptions.defaults().withMaxMessages(1, Trim.ACKNOWLEDGED);
    messages.publish(STREAM, new byte[1], cut);
    assertThat(server.command("XLEN", MESSAGES)).isEqualTo(1L);
  }

  @Test
  void whatWasReleasedIsDeliveredInItsOrderHoweverMuchItIs() {
    Zeal zeal = start();
    publish(zeal, 1, 450);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Subscription first =
        zeal.reliablePubSub()
            .consume(
                STREAM,
                GROUP,
                OPTIONS.withConcurrency(1, 400),
                delivery -> {
                  begun.countDown();
                  Await.until("the end", () -> end.getCount() == 0);
                  return Ack.retry(Duration.ofMinutes(1));
                });
    Await.until("the first to be handled", () -> begun.getCount() == 0);
    Await.until("most to be claimed", () -> Deliveries.stat(zeal, "lag") < 100);
    Thread closing = Thread.startVirtualThread(first::close);
    Await.until("close has begun", () -> !first.isActive());
    end.countDown();
    Await.end(closing);
    deliveries.consume(zeal, OPTIONS);
    Await.until("all but one", () -> deliveries.texts().size() == 449);
    assertThat(deliveries.texts())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(2, 450).mapToObj(Integer::toString).toList());
    assertThat(deliveries.count("2")).isEqualTo(1);
  }

  @Test
  void lagIsExactWhateverWasCutOff() {
    Zeal zeal = start();
    ReliablePubSub messages = zeal.reliablePubSub();
    publish(zeal, 1, 300);
    Subscription early =
        messages.consume(
            STREAM, GROUP, OPTIONS.startingAt(io.zeal.ConsumeOptions.Start.NOW), deliveries);
    assertThat(Deliveries.stat(zeal, "lag")).isZero();
    publish(zeal, 301, 310);
    Await.until("ten", () -> deliveries.texts().size() == 10);
    assertThat(Deliveries.stat(zeal, "lag")).isZero();
    early.close();
    publish(zeal, 311, 700);
    messages.publish(
        STREAM, Deliveries.bytes("701"), PublishOptions.defaults().withMaxMessages(150, Trim.ANY));
    long left = (Long) server.command("XLEN", MESSAGES);
    assertThat(left).isBetween(150L, 390L);
    assertThat(Deliveries.stat(zeal, "lag")).isEqualTo(left);
    CountDownLatch end = new CountDownLatch(1);
    messages.consume(
        STREAM,
        GROUP,
        OPTIONS.withConcurrency(1, 20),
        delivery -> {
          Await.until("the end", () -> end.getCount() == 0);
          return Ack.done();
        });
    Await.until("21 claimed", () -> Deliveries.stat(zeal, "pending") == 21);
    assertThat(Deliveries.stat(zeal, "lag")).isEqualTo(left - 21);
    end.countDown();
    Await.until("all", () -> Deliveries.stat(zeal, "lag") == 0);
  }

  @Test
  void aMessageThatIsCutOffWhileItWaitsIsForgotten() {
    Zeal zeal = start();
    AtomicInteger calls = new AtomicInteger();
    zeal.reliablePubSub()
        .consume(
            STREAM,
            GROUP,
            OPTIONS,
            delivery -> {
              calls.incrementAndGet();
              return delivery.message().text().equals("1")
                  ? Ack.retry(Duration.ofSeconds(1))
                  : Ack.done();
            });
    publish(zeal, 1, 300);
    Await.until("all but one", () -> Deliveries.stat(zeal, "pending") == 1);
    zeal.reliablePubSub()
        .publish(
            STREAM, Deliveries.bytes("x"), PublishOptions.defaults().withMaxMessages(10, Trim.ANY));
    Await.until("nothing to be left", () -> Deliveries.stat(zeal, "pending") == 0);
    assertThat(server.command("EXISTS", "zeal:m:{orders}:g:billing:r")).isEqualTo(0L);
    assertThat(calls).hasValueLessThanOrEqualTo(302);
  }

  @Test
  void aMessageThatIsCutOffWhileItIsHandledCanBeADeadLetter() {
    Zeal zeal = start();
    ReliablePubSub messages = zeal.reliablePubSub();
    CountDownLatch cut = new CountDownLatch(1);
    messages.consume(
        STREAM,
        GROUP,
        OPTIONS,
        delivery -> {
          Await.until("the cut", () -> cut.getCount() == 0);
          return delivery.message().text().equals("1") ? Ack.reject("no") : Ack.done();
        });
    messages.publish(STREAM, Deliveries.bytes("1"), PublishOptions.defaults().withKey("k"));
    publish(zeal, 2, 300);
    Await.until("the first to be handled", () -> Deliveries.stat(zeal, "pending") > 0);
    messages.publish(
        STREAM, Deliveries.bytes("x"), PublishOptions.defaults().withMaxMessages(10, Trim.ANY));
    cut.countDown();
    Await.until("a letter", () -> !messages.deadLetters(STREAM, GROUP, "", 1).isEmpty());
    DeadLetter letter = messages.deadLetters(STREAM, GROUP, "", 1).getFirst();
    assertThat(letter.message().text()).isEqualTo("1");
    assertThat(letter.key()).contains("k");
    assertThat(letter.reason()).isEqualTo("no");
  }

  @Test
  void aServerWithoutMemoryRefusesPublicationsAndLetsConsumersWork() {
    Zeal zeal = start(RedisOptions.defaults().withMaxMemory("20mb", "noeviction"));
    ReliablePubSub messages = zeal.reliablePubSub();
    CountDownLatch full = new CountDownLatch(1);
    Subscription subscription =
        messages.consume(
            STREAM,
            GROUP,
            OPTIONS,
            delivery -> {
              Await.until("no memory", () -> full.getCount() == 0);
              return delivery.deliveryCount() == 1 ? Ack.retry(Duration.ZERO) : Ack.done();
            });
    byte[] large = new byte[100_000];
    Await.until(
        "the server to be full",
        () -> {
          try {
            messages.publish(STREAM, large);
            return false;
          } catch (CapacityException e) {
            return true;
          }
        });
    assertThatExceptionOfType(CapacityException.class)
        .isThrownBy(
            () -> messages.publish(STREAM, large, PublishOptions.defaults().withPublisherId("p")));
    assertThatExceptionOfType(CapacityException.class)
        .isThrownBy(
            () -> messages.publishAll(STREAM, List.of(large, large), PublishOptions.defaults()));
    full.countDown();
    Await.until("all to be handled twice", () -> Deliveries.stat(zeal, "pending") == 0);
    assertThat(Deliveries.stat(zeal, "lag")).isZero();
    assertThat(subscription.numbers()).containsEntry("gaps", 0L).containsEntry("lost", 0L);
  }

  @Test
  void whatIsAcknowledgedIsCutOffWhilePublishersGoOn() {
    Zeal zeal = start();
    PublishOptions hundred = PublishOptions.defaults().withMaxMessages(100, Trim.ACKNOWLEDGED);
    deliveries.consume(zeal, OPTIONS);
    publish(zeal, 1, 2_000);
    Await.until("all", () -> deliveries.texts().size() == 2_000);
    deliveries.awaitSettled(zeal);
    for (int i = 1; i <= 30; i++) {
      zeal.reliablePubSub().publish(STREAM, Deliveries.bytes("more" + i), hundred);
    }
    assertThat((Long) server.command("XLEN", MESSAGES)).isBetween(100L, 165L);
  }

  @Test
  void aPageOfDeadLettersIsFetchedByWhatFitsIntoAReply() {
    Zeal zeal = start();
    FaultProxy proxy = closing(FaultProxy.start(server.port()));
    Zeal watched = open("redis://127.0.0.1:" + proxy.port(), "jedis");
    String large = "x".repeat(200_000);
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      ids.add((String) server.command("XADD", LETTERS, "*", "m", i + "-0", "p", large));
    }
    for (int i = 0; i < 50; i++) {
      ids.add((String) server.command("XADD", LETTERS, "*", "m", i + "-0", "p", ""));
    }
    ReliablePubSub messages = watched.reliablePubSub();
    assertThat(messages.deadLetters(STREAM, GROUP, "", 1_000))
        .extracting(DeadLetter::id)
        .containsExactlyElementsOf(ids);
    assertThat(proxy.forwarded().stream().filter(Request.named("XRANGE")))
        .hasSizeBetween(5, 12)
        .noneMatch(request -> request.words().getLast().equals("1000"));
    proxy.forget();
    assertThat(messages.deadLetters(STREAM, GROUP, ids.get(29), 7))
        .extracting(DeadLetter::id)
        .containsExactlyElementsOf(ids.subList(30, 37));
    assertThat(proxy.forwarded("XRANGE")).isEqualTo(1);
    assertThat(zeal.reliablePubSub().deadLetters(STREAM, GROUP, ids.getLast(), 10)).isEmpty();
  }

  @Test
  void aServerThatMayLoseReliableMessagesIsAFindingOnceTheyAreUsed() {
    Zeal zeal = start(RedisOptions.defaults().withMaxMemory("100mb", "allkeys-lru"));
    assertThat(findings(zeal)).containsExactly("ZEAL-F301", "ZEAL-F302");
    deliveries.publish(zeal, "a");
    assertThat(findings(zeal)).containsExactly("ZEAL-F301", "ZEAL-F302", "ZEAL-F306", "ZEAL-F307");
    server.command("CONFIG", "SET", "maxmemory-policy", "volatile-lru");
    server.command("CONFIG", "SET", "appendonly", "yes");
    assertThat(findings(zeal)).containsExactly("ZEAL-F301", "ZEAL-F302");
  }

  private static List<String> findings(Zeal zeal) {
    return zeal.inspect().stream().map(Finding::code).toList();
  }

  @Test
  void aGroupThatLivesOnItsOwnIsNotTouched() {
    Zeal zeal = start();
    deliveries.publish(zeal, "a");
    server.command("XGROUP", "CREATE", MESSAGES, "foreign", "0");
    server.command("XREADGROUP", "GROUP", "foreign", "me", "STREAMS", MESSAGES, ">");
    deliveries.consume(zeal, OPTIONS);
    deliveries.awaitSettled(zeal);
    assertThat(String.valueOf(server.command("XPENDING", MESSAGES, "foreign"))).startsWith("[1,");
  }
}
