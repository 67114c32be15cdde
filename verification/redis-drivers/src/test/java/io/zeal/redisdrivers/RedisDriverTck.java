package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static io.zeal.redisdrivers.Replies.shown;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisConnection;
import io.zeal.verification.servers.RedisErrorException;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import io.zeal.verification.servers.ServerTests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every driver has to do: {@link RedisLink} and {@link LinkFactory}, against real servers. */
abstract class RedisDriverTck {

  private static final String USER = "app";
  private static final String PASSWORD = "s3cret-of-the-test";
  private static final String VALUE = "value-nobody-may-log";

  private static final String LARGE = "x".repeat(1 << 20);
  private static final String LARGE_BEGIN = "xxxx";
  private static final String LARGE_BEGIN_AS_BYTES = "120, 120, 120";

  /** Far more than any reply takes, so that its end is an error. */
  private static final Duration LONG = Duration.ofSeconds(20);

  private static final Duration SHORT = Duration.ofMillis(400);

  /** What a wait may take beyond its deadline on a busy machine, far less than {@link #LONG}. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private static @Nullable RedisServer server;
  private static @Nullable RedisServer guarded;

  private final LogCapture log = new LogCapture();
  private DriverContext context;
  private LinkFactory factory;
  private final List<AutoCloseable> opened = new ArrayList<>();

  /** The driver under test. */
  abstract RedisDriver driver();

  /** Whether it reaches unix sockets, as against refusing them. */
  abstract boolean reachesUnixSockets();

  /** Whether an error within an array keeps its place, as against making the whole an error. */
  boolean keepsErrorsWithinArrays() {
    return true;
  }

  /** Whether it knows, of a large batch, which commands were not begun. */
  boolean knowsWhatWasNotBegun() {
    return true;
  }

  @BeforeAll
  static void startServers() {
    server =
        ServerTests.startOrSkip(() ->
            RedisServer.start(
                RedisOptions.defaults()
                    .withTls()
                    .withUnixSocket()
                    .with("bind", "127.0.0.1", "127.0.0.2")));
    guarded =
        RedisServer.start(
            RedisOptions.defaults()
                .withPassword(PASSWORD)
                .withUser(USER, "on", ">" + PASSWORD, "~*", "&*", "+@all")
                .withMutualTls());
  }

  @AfterAll
  static void stopServers() {
    if (server != null) {
      server.close();
    }
    if (guarded != null) {
      guarded.close();
    }
  }

  @BeforeEach
  void openFactory() {
    log.listen();
    context = DriverContext.empty();
    factory = driver().open(context);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    factory.close();
    context.close();
    log.close();
    assertThat(log.text()).doesNotContain(PASSWORD, VALUE, LARGE_BEGIN, LARGE_BEGIN_AS_BYTES);
    assertThat(Thread.interrupted()).as("a test left the thread interrupted").isFalse();
  }

  // Replies

  @Test
  void everyKindOfReplyComesAsItIs() throws LinkException {
    String key = freshKey();
    assertThat(
            exchange(
                link(),
                command("SET", key, "v"),
                command("GET", key),
                command("GET", key + "-none"),
                command("APPEND", key, "w"),
                command("DECR", key + "-n"),
                command("SET", key + "-max", Long.toString(Long.MAX_VALUE)),
                command("INCRBY", key + "-max", "0"),
                command("RPUSH", key + "-list", "a", ""),
                command("LRANGE", key + "-list", "0", "-1"),
                command("LRANGE", key + "-none", "0", "-1"),
                command("HGETALL", key + "-none"),
                command("ZADD", key + "-z", "1.5", "m"),
                command("ZSCORE", key + "-z", "m"),
                command("MGET", key, key + "-none"),
                command("BLPOP", key + "-none", "0.01"),
                command("EVAL", "return {1, {2, 'a', {}}, false, 'b'}", "0"),
                command("PING")))
        .containsExactly(
            "OK",
            "v",
            null,
            2L,
            -1L,
            "OK",
            Long.MAX_VALUE,
            2L,
            List.of("a", ""),
            List.of(),
            List.of(),
            1L,
            "1.5",
            listOf("vw", null),
            null,
            listOf(1L, List.of(2L, "a", List.of()), null, "b"),
            "PONG");
  }

  @Test
  void bytesComeBackExactly() throws LinkException {
    RedisLink link = link();
    byte[] all = new byte[256];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);
    for (byte[] value :
        List.of(new byte[0], all, large, "\r\n+OK\r\n".getBytes(StandardCharsets.US_ASCII))) {
      String key = freshKey();
      List<Reply> replies =
          link.exchange(
              List.of(
                  Command.named("SET").add(key).add(value).build(),
                  Command.named("SET").add(value).add(key).build(),
                  command("GET", key),
                  Command.named("GET").add(value).build()),
              in(LONG));
      assertThat(plain(replies.subList(0, 2))).containsExactly("OK", "OK");
      assertThat(((Reply.Bytes) replies.get(2)).value()).isEqualTo(value);
      assertThat(plain(replies.get(3))).isEqualTo(key);
    }
  }

  @Test
  void anExchangeOfNothingIsNothing() throws LinkException {
    RedisLink link = link();
    assertThat(link.exchange(List.of(), in(LONG))).isEmpty();
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @Test
  void tenThousandCommandsAreAnsweredInOrder() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    for (int round = 0; round < 3; round++) {
      List<Command> commands = new ArrayList<>();
      List<Object> expected = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        commands.add(command("SET", key + i, round + "-" + i));
        commands.add(command("GET", key + i));
        expected.add("OK");
        expected.add(round + "-" + i);
      }
      assertThat(plain(link.exchange(commands, in(LONG)))).isEqualTo(expected);
    }
  }

  @Test
  void manyLargeRepliesAreReadWhole() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    List<Command> commands = new ArrayList<>();
    List<Object> expected = new ArrayList<>();
    commands.add(command("SET", key, LARGE));
    expected.add("OK");
    for (int i = 0; i < 30; i++) {
      commands.add(command("GET", key));
      expected.add(LARGE);
    }
    assertThat(plain(link.exchange(commands, in(LONG)))).isEqualTo(expected);
  }

  @Test
  void threadsMayTakeTurns() throws Exception {
    RedisLink link = link();
    String key = freshKey();
    for (int i = 1; i <= 20; i++) {
      ThreadFactory threads =
          i % 2 == 0 ? Thread.ofVirtual().factory() : Thread.ofPlatform().factory();
      assertThat(on(threads, () -> exchange(link, command("INCR", key))).get(20, SECONDS))
          .containsExactly((long) i);
    }
  }

  // Errors of the server

  @Test
  void anErrorOfTheServerIsAFailureInItsWordsAndTheOthersGoOn() throws LinkException {
    String key = freshKey();
    RedisLink link = link();
    List<@Nullable Object> replies =
        exchange(
            link,
            command("SET", key, VALUE),
            command("INCR", key),
            command("LPUSH", key, "1"),
            command("EXPIRE", key, "soon"),
            command("GET", key));
    assertThat(replies)
        .containsExactly(
            "OK",
            "-" + errorOf("INCR", key),
            "-" + errorOf("LPUSH", key, "1"),
            "-" + errorOf("EXPIRE", key, "soon"),
            VALUE);
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MOVED 3999 127.0.0.1:6381",
        "MOVED 3999 :6381",
        "ASK 3999 127.0.0.1:6381",
        "TRYAGAIN Multiple keys request during rehashing of slot",
        "CLUSTERDOWN Hash slot not served",
        "LOADING Redis is loading the dataset in memory",
        "MASTERDOWN Link with MASTER is down",
        "BUSY Redis is busy running a script.",
        "NOSCRIPT No matching script. Please use EVAL.",
        "READONLY You can't write against a read only replica.",
        "OOM command not allowed when used memory > 'maxmemory'.",
        "NOPERM this user has no permissions to run the 'get' command",
        "WRONGTYPE Operation against a key holding the wrong kind of value",
        "NOAUTH Authentication required.",
        "ZEAL-7 words: with channel: and command: in them"
      })
  void whatErrorsMeanIsDecidedByOthers(String words) throws LinkException {
    RedisLink link = link();
    assertThat(
            exchange(
                link,
                command("EVAL", "return redis.error_reply(ARGV[1])", "0", words),
                command("PING")))
        .containsExactly("-" + words, "PONG");
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  @Test
  void anErrorWithinAnArray() throws LinkException {
    RedisLink link = link();
    List<@Nullable Object> replies =
        exchange(
            link,
            command("EVAL", "return {1, redis.error_reply('ZEAL-7 words'), 2}", "0"),
            command("PING"));
    assertThat(replies)
        .containsExactly(
            keepsErrorsWithinArrays() ? List.of(1L, "-ZEAL-7 words", 2L) : "-ZEAL-7 words", "PONG");
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
  }

  // Deadlines

  @Test
  void aReplyThatDoesNotComeInTimeIsLostAtTheDeadline() throws LinkException {
    RedisLink link = link();
    long begin = System.nanoTime();
    List<Reply> replies = link.exchange(List.of(command("BLPOP", freshKey(), "0")), in(SHORT));
    assertThat(plain(replies)).containsExactly("lost UNKNOWN REPLY_TIMEOUT");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
    assertThat(((Reply.Lost) replies.getFirst()).cause()).hasMessageContaining(server().address());
    assertEnded(link);
  }

  @Test
  void theDeadlineHoldsForAllRepliesTogether() throws LinkException {
    RedisLink link = link();
    List<Command> commands = Collections.nCopies(200, command("BLPOP", freshKey(), "0.1"));
    long begin = System.nanoTime();
    List<@Nullable Object> replies = plain(link.exchange(commands, in(Duration.ofSeconds(1))));
    assertThat(Duration.ofNanos(System.nanoTime() - begin))
        .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(1).plus(GRACE));
    assertThat(replies).hasSize(200);
    assertThat(replies.getFirst()).isNull();
    assertThat(replies.getLast()).isEqualTo("lost UNKNOWN REPLY_TIMEOUT");
    assertEnded(link);
  }

  @Test
  void aServerThatStandsStillIsLeftAtTheDeadlineEvenIfItDoesNotRead() throws LinkException {
    RedisLink link = link();
    List<Command> commands = IntStream.range(0, 64).mapToObj(i -> command("ECHO", LARGE)).toList();
    server().pause();
    try {
      long begin = System.nanoTime();
      List<@Nullable Object> replies = plain(link.exchange(commands, in(SHORT)));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
      assertThat(replies.getFirst()).isEqualTo("lost UNKNOWN REPLY_TIMEOUT");
      assertThat(replies.getLast())
          .isIn(
              knowsWhatWasNotBegun()
                  ? List.of("lost NOT_SENT REPLY_TIMEOUT")
                  : List.of("lost NOT_SENT REPLY_TIMEOUT", "lost UNKNOWN REPLY_TIMEOUT"));
    } finally {
      server().resume();
    }
    assertEnded(link);
  }

  @Test
  void aBlackHoleIsLeftAtTheDeadline() throws LinkException {
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.blackHole();
      assertThat(plain(link.exchange(List.of(command("PING")), in(SHORT))))
          .containsExactly("lost UNKNOWN REPLY_TIMEOUT");
      assertEnded(link);
    }
  }

  @Test
  void withoutTimeLeftNothingIsSent() throws LinkException {
    String key = freshKey();
    assertThat(plain(link().exchange(List.of(command("INCR", key)), System.nanoTime() - 1_000_000)))
        .containsExactly("lost NOT_SENT REPLY_TIMEOUT");
    assertThat(server().command("GET", key)).isNull();
  }

  // Connections that break

  @Test
  void whatWasExecutedWithoutAReplyIsExecutedOnce() throws LinkException {
    String key = freshKey();
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.executeThenCut(1, Request.named("INCR"));
      assertThat(exchange(link, command("INCR", key))).containsExactly("lost UNKNOWN UNREACHABLE");
      assertEnded(link);
      assertThat(exchange(link(proxy), command("GET", key))).containsExactly("1");
      assertThat(proxy.forwarded("INCR")).isEqualTo(1);
    }
  }

  @Test
  void whatWasCutBeforeTheServerIsNotSentAgain() throws LinkException {
    String key = freshKey();
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.cutBeforeSending(1, Request.named("INCR"));
      assertThat(exchange(link, command("INCR", key))).containsExactly("lost UNKNOWN UNREACHABLE");
      assertEnded(link);
      assertThat(exchange(link(proxy), command("GET", key))).containsExactly((Object) null);
      assertThat(proxy.forwarded("INCR")).isZero();
    }
  }

  @Test
  void whatWasAnsweredBeforeTheCutKeepsItsReply() throws LinkException {
    String key = freshKey();
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.executeThenCut(1, Request.named("INCR"));
      assertThat(
              exchange(
                  link,
                  command("SET", key, "5"),
                  command("GET", key),
                  command("INCR", key),
                  command("SET", key, "7")))
          .containsExactly("OK", "5", "lost UNKNOWN UNREACHABLE", "lost UNKNOWN UNREACHABLE");
      assertThat(server().command("GET", key)).isEqualTo("6");
    }
  }

  @Test
  void aServerThatDiesIsUnreachable() throws Exception {
    try (RedisServer mortal = RedisServer.start()) {
      RedisLink link = connect(tcp(mortal.port()), plainOptions());
      CompletableFuture<List<@Nullable Object>> replies =
          on(Thread.ofVirtual().factory(), () -> exchange(link, command("BLPOP", "none", "0")));
      await("a blocked client", () -> mortal.fact("blocked_clients").orElse("0").equals("1"));
      mortal.kill();
      assertThat(replies.get(20, SECONDS)).containsExactly("lost UNKNOWN UNREACHABLE");
    }
  }

  @Test
  void aConnectionCutWhileNobodyUsedItExecutesNothing() throws LinkException {
    String key = freshKey();
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.cut();
      await("the proxy to have no connection", () -> proxy.connections() == 0);
      assertThat(exchange(link, command("INCR", key)).getFirst())
          .isIn("lost UNKNOWN UNREACHABLE", "lost NOT_SENT UNREACHABLE");
      assertEnded(link);
      assertThat(server().command("GET", key)).isNull();
    }
  }

  // Closing and interrupting

  @Test
  void closeBreaksAnExchange() throws Exception {
    RedisLink link = link();
    String key = freshKey();
    CompletableFuture<List<@Nullable Object>> replies =
        on(Thread.ofPlatform().factory(), () -> exchange(link, command("BLPOP", key, "0")));
    awaitBlocked();
    link.close();
    assertThat(replies.get(10, SECONDS)).containsExactly("lost UNKNOWN CLOSED");
    awaitNoneBlocked();
    link.close();
  }

  @Test
  void aClosedConnectionSendsNothing() throws LinkException {
    RedisLink link = link();
    String key = freshKey();
    link.close();
    assertThat(exchange(link, command("INCR", key))).containsExactly("lost NOT_SENT CLOSED");
    assertThat(server().command("GET", key)).isNull();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptingTheCallerLosesWhatHasNoReply(boolean virtual) throws Exception {
    RedisLink link = link();
    String key = freshKey();
    AtomicBoolean flag = new AtomicBoolean();
    CompletableFuture<List<@Nullable Object>> replies = new CompletableFuture<>();
    Thread caller =
        (virtual ? Thread.ofVirtual() : Thread.ofPlatform())
            .start(() -> {
              List<@Nullable Object> found =
                  exchange(link, command("PING"), command("BLPOP", key, "0"));
              flag.set(Thread.interrupted());
              replies.complete(found);
            });
    awaitBlocked();
    caller.interrupt();
    List<@Nullable Object> found = replies.get(10, SECONDS);
    assertThat(found.getLast()).isEqualTo("lost UNKNOWN INTERRUPTED");
    assertThat(flag).as("the interrupt flag").isTrue();
    awaitNoneBlocked();
    assertEnded(link);
  }

  @Test
  void aThreadThatWasInterruptedBeforeSendsNothing() throws LinkException {
    String key = freshKey();
    RedisLink link = link();
    Thread.currentThread().interrupt();
    List<@Nullable Object> replies = exchange(link, command("INCR", key));
    assertThat(Thread.interrupted()).as("the interrupt flag").isTrue();
    assertThat(replies).containsExactly("lost NOT_SENT INTERRUPTED");
    assertThat(server().command("GET", key)).isNull();
  }

  @Test
  void closingTheFactoryLeavesNoThreadBehind() throws LinkException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    LinkFactory another = driver().open(context);
    RedisLink link = another.connect(tcp(server().port()), plainOptions());
    assertThat(exchange(link, command("PING"))).containsExactly("PONG");
    link.close();
    another.close();
    await(
        "its threads to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !before.contains(thread))
                .noneMatch(RedisDriverTck::isOfAClient));
  }

  private static boolean isOfAClient(Thread thread) {
    // The JDK's own pools keep their threads for a while.
    return !thread.getName().startsWith("ForkJoinPool")
        && !thread.getName().startsWith("CompletableFuture")
        && !thread.getName().startsWith("VirtualThread");
  }

  // Connecting

  @Test
  void aPortNobodyListensOnIsUnreachable() {
    FaultProxy proxy = proxy();
    int port = proxy.port();
    proxy.close();
    LinkException error = refused(tcp(port), plainOptions());
    assertThat(error.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(error).hasMessageContaining("127.0.0.1:" + port);
  }

  @Test
  void aServerThatDoesNotAnswerEndsInTime() {
    try (FaultProxy proxy = proxy()) {
      proxy.blackHole();
      long begin = System.nanoTime();
      LinkException error =
          refused(
              tcp(proxy.port()),
              new LinkOptions(null, null, 0, null, SHORT, Duration.ofSeconds(5)));
      assertThat(error.kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
      await("the connection to be closed", () -> proxy.connections() == 0);
    }
  }

  @Test
  void aTlsHandshakeThatDoesNotComeEndsInTime() {
    try (FaultProxy proxy = proxy()) {
      proxy.blackHole();
      LinkException error =
          refused(
              tcp(proxy.port()),
              new LinkOptions(null, null, 0, TlsSides.trusting(), SHORT, Duration.ofSeconds(5)));
      assertThat(error.kind()).isEqualTo(Kind.CONNECT_TIMEOUT);
      await("the connection to be closed", () -> proxy.connections() == 0);
    }
  }

  @Test
  void interruptingTheCallerEndsConnecting() throws Exception {
    try (FaultProxy proxy = proxy()) {
      proxy.blackHole();
      CompletableFuture<LinkException> error = new CompletableFuture<>();
      AtomicBoolean flag = new AtomicBoolean();
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                LinkException found = refused(tcp(proxy.port()), plainOptions());
                flag.set(Thread.interrupted());
                error.complete(found);
              });
      await("the connection", () -> proxy.connections() == 1);
      caller.interrupt();
      assertThat(error.get(10, SECONDS).kind()).isEqualTo(Kind.INTERRUPTED);
      assertThat(flag).as("the interrupt flag").isTrue();
    }
  }

  @Test
  void userPasswordAndDatabaseAreUsed() throws LinkException {
    LinkOptions options = new LinkOptions(USER, PASSWORD, 3, null, LONG, Duration.ofSeconds(5));
    RedisLink link = connect(tcp(guarded().port()), options);
    String key = freshKey();
    assertThat(exchange(link, command("ACL", "WHOAMI"), command("SET", key, "v")))
        .containsExactly(USER, "OK");
    try (RedisConnection connection = guarded().connect()) {
      connection.command("SELECT", "3");
      assertThat(connection.command("GET", key)).isEqualTo("v");
    }
    assertThat(options.toString()).doesNotContain(PASSWORD);
  }

  @Test
  void aPasswordAloneIsTheDefaultUsers() throws LinkException {
    RedisLink link =
        connect(
            tcp(guarded().port()),
            new LinkOptions(null, PASSWORD, 0, null, LONG, Duration.ofSeconds(5)));
    assertThat(exchange(link, command("ACL", "WHOAMI"))).containsExactly("default");
  }

  @Test
  void aWrongPasswordIsSaidToBeOne() {
    LinkException error =
        refused(
            tcp(guarded().port()),
            new LinkOptions(USER, PASSWORD + "x", 0, null, LONG, Duration.ofSeconds(5)));
    assertThat(error.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(error).hasMessageContaining("WRONGPASS").hasMessageContaining("zeal.redis.url");
    assertThat(shown(error)).doesNotContain(PASSWORD);
  }

  @Test
  void aMissingPasswordIsSaidToBeOne() {
    LinkException error = refused(tcp(guarded().port()), plainOptions());
    assertThat(error.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(error).hasMessageContaining("NOAUTH");
  }

  @Test
  void aDatabaseThatIsNotThereIsRefusedInTheServersWords() {
    LinkException error =
        refused(
            tcp(server().port()),
            new LinkOptions(null, null, 9999, null, LONG, Duration.ofSeconds(5)));
    assertThat(error.kind()).isEqualTo(Kind.REFUSED);
    assertThat(error).hasMessageContaining("DB index");
  }

  // TLS

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "127.0.0.1"})
  void aTrustedServerIsReachedByTls(String host) throws LinkException {
    RedisLink link =
        connect(new Endpoint.Tcp(host, server().tlsPort()), tlsOptions(TlsSides.trusting()));
    assertThat(exchange(link, command("ECHO", "v"), command("ECHO", LARGE), command("PING")))
        .containsExactly("v", LARGE, "PONG");
    assertThat(plain(link.exchange(Collections.nCopies(10_000, command("PING")), in(LONG))))
        .hasSize(10_000)
        .containsOnly("PONG");
  }

  @Test
  void anAuthorityNobodyTrustsIsNamedWithWhatToDo() {
    for (LinkOptions.Tls tls : List.of(TlsSides.trustingOther(), TlsSides.trustingTheJdks())) {
      LinkException error =
          refused(new Endpoint.Tcp("localhost", server().tlsPort()), tlsOptions(tls));
      assertThat(error.kind()).as(shown(error)).isEqualTo(Kind.TLS);
      assertThat(error).hasMessageContaining("zeal.redis.tls.ca");
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefusedUnlessTheCheckIsOff() throws LinkException {
    Endpoint other = new Endpoint.Tcp("127.0.0.2", server().tlsPort());
    LinkException error = refused(other, tlsOptions(TlsSides.trusting()));
    assertThat(error.kind()).as(shown(error)).isEqualTo(Kind.TLS);
    assertThat(error)
        .hasMessageContaining("zeal.redis.tls.verify-host")
        .hasMessageContaining("127.0.0.2");
    assertThat(exchange(connect(other, tlsOptions(TlsSides.trustingAnyHost())), command("PING")))
        .containsExactly("PONG");
  }

  @Test
  void aServerThatAsksForACertificateGetsOne() throws LinkException {
    Endpoint endpoint = new Endpoint.Tcp("localhost", guarded().tlsPort());
    LinkOptions options =
        new LinkOptions(USER, PASSWORD, 2, TlsSides.withClientKey(), LONG, Duration.ofSeconds(5));
    assertThat(exchange(connect(endpoint, options), command("ACL", "WHOAMI")))
        .containsExactly(USER);
  }

  @Test
  void aMissingCertificateIsNamedWithWhatToDo() {
    Endpoint endpoint = new Endpoint.Tcp("localhost", guarded().tlsPort());
    LinkOptions options =
        new LinkOptions(USER, PASSWORD, 2, TlsSides.trusting(), LONG, Duration.ofSeconds(5));
    LinkException error = refused(endpoint, options);
    assertThat(error.kind()).as(shown(error)).isEqualTo(Kind.TLS);
    assertThat(error).hasMessageContaining("zeal.redis.tls.certificate");
    assertThat(shown(error)).doesNotContain(PASSWORD);
  }

  @Test
  void aPortWithoutTlsIsSuspectedToBeOne() {
    LinkException error =
        refused(
            new Endpoint.Tcp("localhost", server().port()),
            new LinkOptions(null, null, 0, TlsSides.trusting(), SHORT, Duration.ofSeconds(5)));
    // A plain server takes the handshake for the beginning of a line and waits for its end.
    assertThat(error.kind()).as(shown(error)).isIn(Kind.TLS, Kind.CONNECT_TIMEOUT);
    assertThat(error).hasMessageContaining("TLS");
  }

  @Test
  void aDeadlineHoldsOverTls() throws LinkException {
    RedisLink link =
        connect(new Endpoint.Tcp("localhost", server().tlsPort()), tlsOptions(TlsSides.trusting()));
    server().pause();
    try {
      long begin = System.nanoTime();
      List<@Nullable Object> replies =
          plain(link.exchange(Collections.nCopies(64, command("ECHO", LARGE)), in(SHORT)));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isBetween(SHORT, SHORT.plus(GRACE));
      assertThat(replies.getFirst()).isEqualTo("lost UNKNOWN REPLY_TIMEOUT");
    } finally {
      server().resume();
    }
    assertEnded(link);
  }

  // Unix sockets

  @Test
  void aUnixSocketIsReachedOrRefusedWithWhatToDo() throws LinkException {
    Endpoint endpoint = new Endpoint.Unix(server().unixSocket().toString());
    if (!reachesUnixSockets()) {
      LinkException error = refused(endpoint, plainOptions());
      assertThat(error.kind()).isEqualTo(Kind.REFUSED);
      assertThat(error).hasMessageContaining("zeal.redis.driver=jedis");
      return;
    }
    RedisLink link =
        connect(endpoint, new LinkOptions(null, null, 5, null, LONG, Duration.ofSeconds(5)));
    String key = freshKey();
    assertThat(exchange(link, command("SET", key, LARGE), command("GET", key)))
        .containsExactly("OK", LARGE);
    assertThat(plain(link.exchange(Collections.nCopies(10_000, command("PING")), in(LONG))))
        .hasSize(10_000)
        .containsOnly("PONG");
    assertThat(plain(link.exchange(List.of(command("BLPOP", key + "-none", "0")), in(SHORT))))
        .containsExactly("lost UNKNOWN REPLY_TIMEOUT");
    assertEnded(link);
    assertThat(refused(new Endpoint.Unix(server().unixSocket() + "-none"), plainOptions()).kind())
        .isEqualTo(Kind.UNREACHABLE);
  }

  // Secrets

  @Test
  void noErrorShowsWhatWasStored() throws Exception {
    String key = freshKey();
    List<String> texts = new ArrayList<>();
    try (FaultProxy proxy = proxy()) {
      RedisLink link = link(proxy);
      proxy.executeThenCut(1, Request.named("SET"));
      link.exchange(List.of(command("SET", key, VALUE), command("APPEND", key, VALUE)), in(LONG))
          .forEach(reply -> texts.add(shown(((Reply.Lost) reply).cause())));
      RedisLink another = link(proxy);
      proxy.blackHole();
      another
          .exchange(List.of(command("SET", key, VALUE)), in(SHORT))
          .forEach(reply -> texts.add(shown(((Reply.Lost) reply).cause())));
    }
    link()
        .exchange(List.of(command("LPUSH", key, VALUE), command("INCRBY", key, VALUE)), in(LONG))
        .forEach(reply -> texts.add(reply.toString()));
    assertThat(texts).hasSize(5).noneMatch(text -> text.contains(VALUE));
  }

  // What tests use

  static RedisServer server() {
    return requireNonNull(server);
  }

  static RedisServer guarded() {
    return requireNonNull(guarded);
  }

  static FaultProxy proxy() {
    return FaultProxy.start(server().port());
  }

  static String freshKey() {
    return "driver-" + UUID.randomUUID();
  }

  static Endpoint tcp(int port) {
    return new Endpoint.Tcp("127.0.0.1", port);
  }

  static LinkOptions plainOptions() {
    return new LinkOptions(null, null, 0, null, LONG, Duration.ofSeconds(5));
  }

  static LinkOptions tlsOptions(LinkOptions.Tls tls) {
    return new LinkOptions(null, null, 0, tls, LONG, Duration.ofSeconds(5));
  }

  static long in(Duration time) {
    return System.nanoTime() + time.toNanos();
  }

  /** A connection to the plain server, closed after the test. */
  final RedisLink link() throws LinkException {
    return connect(tcp(server().port()), plainOptions());
  }

  final RedisLink link(FaultProxy proxy) throws LinkException {
    return connect(tcp(proxy.port()), plainOptions());
  }

  final RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
    RedisLink link = factory.connect(endpoint, options);
    opened.add(link);
    return link;
  }

  final LinkException refused(Endpoint endpoint, LinkOptions options) {
    try (RedisLink _ = factory.connect(endpoint, options)) {
      throw new AssertionError("connected to " + endpoint + ", against what was expected");
    } catch (LinkException e) {
      return e;
    }
  }

  static List<@Nullable Object> exchange(RedisLink link, Command... commands) {
    return plain(link.exchange(List.of(commands), in(LONG)));
  }

  /** A connection that lost a reply sends nothing more. */
  static void assertEnded(RedisLink link) {
    String key = freshKey();
    assertThat(exchange(link, command("INCR", key)))
        .singleElement()
        .asString()
        .startsWith("lost NOT_SENT");
    assertThat(server().command("GET", key)).isNull();
  }

  static void awaitBlocked() {
    await("a blocked client", () -> server().fact("blocked_clients").orElse("0").equals("1"));
  }

  static void awaitNoneBlocked() {
    await("no blocked client", () -> server().fact("blocked_clients").orElse("1").equals("0"));
  }

  static void await(String what, BooleanSupplier condition) {
    long deadline = in(LONG);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - deadline).as("waited too long for %s", what).isNegative();
      LockSupport.parkNanos(MILLISECONDS.toNanos(5));
    }
  }

  private interface Work<T> {
    T run() throws Exception;
  }

  private static <T> CompletableFuture<T> on(ThreadFactory threads, Work<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    threads
        .newThread(() -> {
          try {
            result.complete(work.run());
          } catch (Throwable e) {
            result.completeExceptionally(e);
          }
        })
        .start();
    return result;
  }

  private static List<@Nullable Object> listOf(@Nullable Object... values) {
    return new ArrayList<>(Arrays.asList(values));
  }

  private static String errorOf(String... words) {
    try {
      Object reply = server().command(words);
      throw new AssertionError("no error, but " + reply);
    } catch (RedisErrorException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
