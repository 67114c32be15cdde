package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisConnection;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection that listens: some send, one receives, and nothing grows without a limit. */
abstract class DriverListeningTck extends DriverTck {

  /** What the slow receiver is sent: far more than may wait on this side. */
  private static final int MESSAGES = 1_600;

  private static final String BLOCK = "m".repeat(64 << 10);
  private static final long MOST_KEPT = 24L << 20;

  DriverListeningTck(DriverUnderTest driver) {
    super(driver);
  }

  private static void send(RedisLink link, String... words) throws LinkException {
    link.send(List.of(command(words)), in(LONG));
  }

  private static @Nullable Object next(RedisLink link) throws LinkException {
    return plain(link.receive(in(LONG)));
  }

  private static LinkException failure(ThrowingCallable call) {
    LinkException e = catchThrowableOfType(LinkException.class, call);
    assertThat(e).as("a broken connection").isNotNull();
    return e;
  }

  private static void assertBroken(RedisLink link, Kind kind) {
    assertThatExceptionOfType(LinkException.class)
        .isThrownBy(() -> {
          while (true) {
            Reply ignored = link.receive(in(LONG)); // came before
          }
        })
        .satisfies(e -> assertThat(e.kind()).isEqualTo(kind));
    assertThat(failure(() -> send(link, "PING")).kind()).isEqualTo(kind);
  }

  private static RedisLink listening(RedisLink link, String channel) throws LinkException {
    send(link, "SUBSCRIBE", channel);
    assertThat(next(link)).isEqualTo(List.of("subscribe", channel, 1L));
    return link;
  }

  @Test
  void whatTheNodeSendsIsReceivedInOrder() throws LinkException {
    RedisLink link = listening(link(), "order");
    for (int i = 0; i < 500; i++) {
      assertThat(server().command("PUBLISH", "order", "m" + i)).isEqualTo(1L);
    }
    for (int i = 0; i < 500; i++) {
      assertThat(next(link)).isEqualTo(List.of("message", "order", "m" + i));
    }
  }

  @Test
  void everyByteArrivesAsItWasSent() throws LinkException {
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    RedisLink link = link();
    link.send(List.of(Command.of(bytes("SUBSCRIBE"), every)), in(LONG));
    Reply ignored = link.receive(in(LONG));
    exchange(link(), Command.of(bytes("PUBLISH"), every, every));
    assertThat(link.receive(in(LONG)))
        .isInstanceOfSatisfying(
            Reply.Items.class,
            items -> {
              assertThat(((Reply.Bytes) items.values().get(1)).value()).isEqualTo(every);
              assertThat(((Reply.Bytes) items.values().get(2)).value()).isEqualTo(every);
            });
  }

  private static byte[] bytes(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @Test
  void aRefusalIsReceivedLikeAnythingElse() throws LinkException {
    RedisLink link = listening(link(), "refusals");
    send(link, "GET", "k");
    assertThat(next(link)).asString().startsWith("-ERR");
    send(link, "PING");
    assertThat(next(link)).isEqualTo(List.of("pong", ""));
  }

  @Test
  void aLongMessageArrivesInOnePiece() throws LinkException {
    RedisLink link = listening(link(), "long");
    byte[] payload = new byte[20 << 20];
    Arrays.fill(payload, (byte) '\r');
    exchange(link(), Command.of(bytes("PUBLISH"), bytes("long"), payload));
    assertThat(link.receive(in(LONG)))
        .isInstanceOfSatisfying(
            Reply.Items.class,
            items -> assertThat(((Reply.Bytes) items.values().get(2)).value()).isEqualTo(payload));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void manySendWhileOneReceivesAndNothingIsMixed(boolean encrypted) throws Exception {
    RedisLink link =
        encrypted
            ? connect(
                new Endpoint.Tcp("localhost", server().tlsPort()), tlsOptions(TlsSides.trusting()))
            : link();
    listening(link, "first");
    List<CompletableFuture<Boolean>> senders = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String prefix = freshKey() + "-" + i + "-";
      senders.add(
          on(
              Thread.ofVirtual().factory(),
              () -> {
                for (int batch = 0; batch < 50; batch++) {
                  Command.Builder subscribe = Command.named("SUBSCRIBE");
                  Command.Builder unsubscribe = Command.named("UNSUBSCRIBE");
                  for (int channel = 0; channel < 20; channel++) {
                    subscribe.add(prefix + batch + "-" + channel);
                    unsubscribe.add(prefix + batch + "-" + channel);
                  }
                  link.send(List.of(subscribe.build(), unsubscribe.build()), in(LONG));
                }
                return true;
              }));
    }
    Map<Object, Integer> kinds = new HashMap<>();
    for (int i = 0; i < 8 * 50 * 40; i++) {
      List<?> reply = (List<?>) next(link);
      kinds.merge(String.valueOf(reply == null ? null : reply.getFirst()), 1, Integer::sum);
    }
    for (CompletableFuture<Boolean> sender : senders) {
      assertThat(sender.get(20, SECONDS)).isTrue();
    }
    assertThat(kinds).isEqualTo(Map.of("subscribe", 8_000, "unsubscribe", 8_000));
    server().command("PUBLISH", "first", "still there");
    assertThat(next(link)).isEqualTo(List.of("message", "first", "still there"));
  }

  @Test
  void whereNothingComesTheConnectionIsBrokenAtTheDeadline() throws LinkException {
    RedisLink link = listening(link(), "quiet");
    long begin = System.nanoTime();
    LinkException late = failure(() -> link.receive(in(SHORT)));
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
    assertThat(late.kind()).isEqualTo(Kind.REPLY_TIMEOUT);
    assertThat(late).hasMessageContaining(server().address());
    assertBroken(link, Kind.REPLY_TIMEOUT);
    awaitNoListener("quiet");
  }

  @Test
  void aDeadlineThatWasKeptBreaksNothingLater() throws LinkException {
    RedisLink link = listening(link(), "kept");
    server().command("PUBLISH", "kept", "a");
    assertThat(plain(link.receive(in(SHORT)))).isEqualTo(List.of("message", "kept", "a"));
    long begin = System.nanoTime();
    await("the deadline to be past", () -> System.nanoTime() - begin > 3 * SHORT.toNanos() / 2);
    server().command("PUBLISH", "kept", "b");
    assertThat(next(link)).isEqualTo(List.of("message", "kept", "b"));
  }

  @Test
  void aServerThatDoesNotReadIsLeftAtTheDeadline() throws Exception {
    RedisLink link = listening(link(), "stuck");
    CompletableFuture<LinkException> receiver =
        on(Thread.ofVirtual().factory(), () -> failure(() -> link.receive(in(LONG))));
    List<Command> commands = IntStream.range(0, 64).mapToObj(i -> command("PING", LARGE)).toList();
    server().pause();
    try {
      long begin = System.nanoTime();
      LinkException late = failure(() -> link.send(commands, in(SHORT)));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
      assertThat(late.kind()).isEqualTo(Kind.REPLY_TIMEOUT);
      assertThat(receiver.get(10, SECONDS).kind()).isEqualTo(Kind.REPLY_TIMEOUT);
    } finally {
      server().resume();
    }
    awaitNoListener("stuck");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptingTheReceiverBreaksTheConnection(boolean virtual) throws Exception {
    RedisLink link = listening(link(), "interrupted");
    AtomicBoolean flag = new AtomicBoolean();
    CompletableFuture<LinkException> result = new CompletableFuture<>();
    Thread receiver =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> {
              LinkException e = failure(() -> link.receive(in(LONG)));
              flag.set(Thread.interrupted());
              result.complete(e);
            });
    await("the receiver to wait", () -> receiver.getState() != Thread.State.RUNNABLE || !virtual);
    receiver.interrupt();
    assertThat(result.get(10, SECONDS).kind()).isEqualTo(Kind.INTERRUPTED);
    assertThat(flag).as("the interrupt flag").isTrue();
    assertBroken(link, Kind.INTERRUPTED);
    awaitNoListener("interrupted");
  }

  @Test
  void aSenderThatWasInterruptedBreaksTheConnection() throws Exception {
    RedisLink link = listening(link(), "sender");
    Thread.currentThread().interrupt();
    LinkException e = failure(() -> send(link, "SUBSCRIBE", "another"));
    assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
    assertThat(e.kind()).isEqualTo(Kind.INTERRUPTED);
    assertBroken(link, Kind.INTERRUPTED);
    awaitNoListener("sender");
  }

  @Test
  void closeEndsTheReceiver() throws Exception {
    RedisLink link = listening(link(), "closed");
    CompletableFuture<LinkException> receiver =
        on(Thread.ofPlatform().factory(), () -> failure(() -> link.receive(in(LONG))));
    link.close();
    assertThat(receiver.get(10, SECONDS).kind()).isEqualTo(Kind.CLOSED);
    assertBroken(link, Kind.CLOSED);
    link.close();
    awaitNoListener("closed");
  }

  @Test
  void aConnectionThatTheServerEndsIsUnreachable() throws Exception {
    RedisLink link = listening(link(), "killed");
    CompletableFuture<LinkException> receiver =
        on(Thread.ofVirtual().factory(), () -> failure(() -> link.receive(in(LONG))));
    assertThat((Long) server().command("CLIENT", "KILL", "TYPE", "pubsub")).isPositive();
    assertThat(receiver.get(10, SECONDS).kind()).isEqualTo(Kind.UNREACHABLE);
    assertBroken(link, Kind.UNREACHABLE);
  }

  @Test
  void aBlackHoleIsLeftAtTheDeadline() throws LinkException {
    try (FaultProxy proxy = proxy()) {
      RedisLink link = listening(link(proxy), "hole");
      proxy.blackHole();
      send(link, "PING");
      assertThat(failure(() -> link.receive(in(SHORT))).kind()).isEqualTo(Kind.REPLY_TIMEOUT);
      assertBroken(link, Kind.REPLY_TIMEOUT);
    }
  }

  @Test
  void whoListensDoesNotAskAndWhoDoesNotListenReceivesNothing() throws LinkException {
    RedisLink link = link();
    assertThatIllegalStateException().isThrownBy(() -> link.receive(in(LONG)));
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
    link.send(List.of(), in(LONG));
    assertThatIllegalStateException().isThrownBy(() -> exchange(link, command("PING")));
    listening(link, "asked");
    assertThatIllegalStateException().isThrownBy(() -> exchange(link, command("PING")));
    send(link, "PING");
    assertThat(next(link)).isEqualTo(List.of("pong", ""));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whileNobodyReceivesTheServerKeepsWhatItSends(boolean encrypted) throws LinkException {
    try (RedisServer patient = slowServer("pubsub", "0", "0", "0")) {
      RedisLink link = listening(linkTo(patient, encrypted), "slow");
      long before = usedBytes();
      publishAll(patient);
      assertThat(usedBytes() - before).as("bytes kept on this side").isLessThan(MOST_KEPT);
      for (int i = 0; i < MESSAGES; i++) {
        assertThat(next(link)).isEqualTo(List.of("message", "slow", i + BLOCK));
      }
      send(link, "PING");
      assertThat(next(link)).isEqualTo(List.of("pong", ""));
    }
  }

  @Test
  void aServerThatGivesUpOnASlowReceiverIsUnreachable() throws LinkException {
    try (RedisServer impatient = slowServer("pubsub", "8mb", "8mb", "1")) {
      RedisLink link = listening(linkTo(impatient, false), "slow");
      publishAll(impatient);
      int received = 0;
      LinkException end = null;
      while (end == null) {
        try {
          assertThat(next(link)).isEqualTo(List.of("message", "slow", received + BLOCK));
          received++;
        } catch (LinkException e) {
          end = e;
        }
      }
      assertThat(received).isBetween(1, MESSAGES - 1);
      assertThat(end.kind()).isEqualTo(Kind.UNREACHABLE);
      assertBroken(link, Kind.UNREACHABLE);
    }
  }

  private static RedisServer slowServer(String... limit) {
    return RedisServer.start(
        RedisOptions.defaults().withTls().with("client-output-buffer-limit", limit));
  }

  private RedisLink linkTo(RedisServer server, boolean encrypted) throws LinkException {
    return encrypted
        ? connect(new Endpoint.Tcp("localhost", server.tlsPort()), tlsOptions(TlsSides.trusting()))
        : connect(tcp(server.port()), plainOptions());
  }

  /** A hundred megabytes. */
  private static void publishAll(RedisServer server) {
    try (RedisConnection publisher = server.connect()) {
      for (int i = 0; i < MESSAGES; i++) {
        assertThat(publisher.command("PUBLISH", "slow", i + BLOCK)).isIn(0L, 1L);
      }
    }
  }

  /** In use after everything that can go has gone; direct memory of Netty's included. */
  private static long usedBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    long heap = runtime.totalMemory() - runtime.freeMemory();
    return heap
        + java.lang.management.ManagementFactory.getPlatformMXBeans(
                java.lang.management.BufferPoolMXBean.class)
            .stream()
            .mapToLong(java.lang.management.BufferPoolMXBean::getMemoryUsed)
            .sum();
  }

  private static void awaitNoListener(String channel) {
    await(
        "nobody to listen",
        () -> server().command("PUBSUB", "NUMSUB", channel).equals(List.of(channel, 0L)));
  }

  @Test
  void noErrorShowsWhatWasSent() throws LinkException {
    RedisLink link = listening(link(), "secret");
    server().command("PUBLISH", "secret", VALUE);
    assertThat(next(link)).isEqualTo(List.of("message", "secret", VALUE));
    assertThatExceptionOfType(LinkException.class)
        .isThrownBy(() -> link.receive(in(SHORT)))
        .satisfies(e -> assertThat(Replies.shown(e)).doesNotContain(VALUE));
  }
}
