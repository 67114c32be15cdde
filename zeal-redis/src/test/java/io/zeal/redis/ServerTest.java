package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is sent again, where, and what is not. Nodes a:1 and b:1 share the slots of a cluster. */
class ServerTest {

  private static final String SLOTS = "CLUSTER SLOTS";
  private static final String ROLE = "ROLE";
  private static final Reply OK = new Reply.Whole(1);

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks();
  private Duration timeout = Duration.ofSeconds(30);

  @AfterEach
  void stop() {
    executor.close();
  }

  @Test
  void aMovedSlotIsFollowedAndTheTopologyAskedAgain() {
    links
        .node("a:1", words -> words.equals(SLOTS) ? slots("b") : failure("MOVED 1 b:1"))
        .node("b:1", words -> words.equals(SLOTS) ? slots("b") : OK);
    Server server = cluster("a");
    links.node("a:1", words -> words.equals(SLOTS) ? slots("a") : failure("MOVED 1 b:1"));

    assertThat(server.execute(incr())).isEqualTo(OK);
    assertThat(sent("INCR k")).endsWith("b:1 INCR k").hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void anAskedNodeIsToldSo() {
    links
        .node("a:1", words -> words.equals(SLOTS) ? slots("a") : failure("ASK 1 b:1"))
        .node("b:1", words -> OK);
    Server server = cluster("a");

    assertThat(server.execute(incr())).isEqualTo(OK);
    assertThat(links.asked).endsWith("a:1 INCR k", "b:1 ASKING", "b:1 INCR k");
  }

  @Test
  void anUnknownScriptIsSentWhole() {
    links.node("a:1", words -> words.startsWith("EVALSHA") ? failure("NOSCRIPT No.") : OK);
    Server server = single();

    assertThat(
            server.execute(
                Request.write(ServerScript.of("return 1"), List.of(Names.bytes("k")), List.of())))
        .isEqualTo(OK);
    assertThat(links.asked)
        .containsExactly(
            "a:1 EVALSHA e0e1f9fabfc9d4800c877a703b823ac0578ff8db 1 k", "a:1 EVAL return 1 1 k");
  }

  @Test
  void anErrorThatAScriptOfTheApplicationMadeUpDoesNotRunItAgain() {
    for (String made :
        List.of(
            "NOSCRIPT of mine",
            "MOVED to another house",
            "ASK me later",
            "TRYAGAIN",
            "LOADING it",
            "MASTERDOWN",
            "CLUSTERDOWN",
            "BUSY try later",
            "READONLY")) {
      links.asked.clear();
      links.node(
          "a:1",
          words -> failure(words.startsWith("EVALSHA") ? "NOSCRIPT No matching script." : made));

      assertThat(single().execute(foreign())).isEqualTo(failure(made));
      assertThat(links.asked).as("%s", made).hasSize(2);
    }
  }

  @Test
  void aScriptOfTheApplicationThatMayHaveRunIsNotSentAgain() {
    links.node("a:1", words -> lost(Outcome.UNKNOWN));

    assertThat(single().execute(foreign())).isInstanceOf(Reply.Lost.class);
    assertThat(links.asked).hasSize(1);
  }

  @Test
  void whatAServerSaysOfAScriptThatItDidNotRunIsTriedUntilItDoes() {
    for (String said :
        List.of(
            "NOSCRIPT No matching script. Please use EVAL.",
            "MOVED 1 a:1",
            "ASK 1 a:1",
            "TRYAGAIN Multiple keys request during rehashing of slot",
            "LOADING Valkey is loading the dataset in memory",
            "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
            "CLUSTERDOWN Hash slot not served",
            "CLUSTERDOWN The cluster is down",
            "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
            "READONLY You can't write against a read only replica. script: 5f, on @user_script:1.")) {
      AtomicInteger times = new AtomicInteger();
      links.node(
          "a:1",
          words ->
              words.equals(SLOTS) ? slots("a") : times.incrementAndGet() == 1 ? failure(said) : OK);

      assertThat(cluster("a").execute(foreign())).as("%s", said).isEqualTo(OK);
    }
  }

  private static Request foreign() {
    return Request.write(ServerScript.foreign("return 1"), List.of(Names.bytes("k")), List.of());
  }

  @Test
  void aSingleServerIsNoClusterAndItsRedirectionIsTheAnswer() {
    links.node("a:1", words -> failure("MOVED 1 b:1"));

    assertThat(single().execute(incr())).isEqualTo(failure("MOVED 1 b:1"));
    assertThat(links.asked).hasSize(1);
  }

  @Test
  void aSingleServerThatTakesNoWritesSaysSoAtOnceAndIsConnectedToAnew() {
    links.node("a:1", words -> failure("READONLY You can't write against a read only replica."));
    Server server = single();

    server.execute(incr());
    int before = links.opened.get();
    server.execute(incr());

    assertThat(links.asked).hasSize(2);
    assertThat(links.opened.get()).as("connections").isEqualTo(before + 1);
  }

  @Test
  void nodesThatPointAtEachOtherAreAskedWithPauses() {
    timeout = Duration.ofMillis(500);
    links
        .node("a:1", words -> words.equals(SLOTS) ? slots("a") : failure("MOVED 1 b:1"))
        .node("b:1", words -> words.equals(SLOTS) ? slots("a") : failure("MOVED 1 a:1"));

    assertThat(cluster("a").execute(incr())).isInstanceOf(Reply.Failure.class);
    assertThat(sent("INCR k")).hasSizeLessThan(60);
  }

  @Test
  void anInterruptWhileItWaitsIsTheReason() throws Exception {
    links.node("a:1", words -> failure("LOADING Redis is loading the dataset in memory"));
    Server server = single();
    AtomicReference<Reply> reply = new AtomicReference<>();
    Thread caller = Thread.ofVirtual().start(() -> reply.set(server.execute(incr())));
    while (links.asked.size() < 3) {
      Thread.onSpinWait();
    }
    caller.interrupt();

    assertThat(caller.join(Duration.ofSeconds(20))).isTrue();
    assertThat(reply.get())
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> {
              assertThat(lost.outcome()).isEqualTo(Outcome.NOT_SENT);
              assertThat(lost.cause().kind()).isEqualTo(Kind.INTERRUPTED);
            });
  }

  @Test
  void whatWasNotExecutedIsTriedUntilItIs() {
    AtomicInteger times = new AtomicInteger();
    links.node("a:1", words -> times.incrementAndGet() < 4 ? failure("TRYAGAIN later") : OK);

    assertThat(single().execute(incr())).isEqualTo(OK);
    assertThat(links.asked).hasSize(4);
  }

  @Test
  void itIsGivenUpAtTheDeadline() {
    timeout = Duration.ofSeconds(1);
    links.node("a:1", words -> failure("CLUSTERDOWN The cluster is down"));

    assertThat(single().execute(incr())).isEqualTo(failure("CLUSTERDOWN The cluster is down"));
  }

  @Test
  void aWriteThatMayHaveHappenedIsNotSentAgain() {
    links.node("a:1", words -> lost(Outcome.UNKNOWN));

    assertThat(single().execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class, lost -> assertThat(lost.outcome()).isEqualTo(Outcome.UNKNOWN));
    assertThat(links.asked).containsExactly("a:1 INCR k");
  }

  @Test
  void aWriteThatWasNotSentIsSentOnceMore() {
    AtomicInteger times = new AtomicInteger();
    links.node("a:1", words -> times.incrementAndGet() < 2 ? lost(Outcome.NOT_SENT) : OK);

    assertThat(single().execute(incr())).isEqualTo(OK);
    assertThat(links.asked).hasSize(2);
  }

  @Test
  void aReadIsSentOnceMoreAndNoMore() {
    links.node("a:1", words -> lost(Outcome.UNKNOWN));

    single().execute(Request.read(Command.named("GET").add("k").build(), Names.bytes("k")));

    assertThat(links.asked).hasSize(2);
  }

  @Test
  void aReadOnlyNodeOfSentinelsIsLeftForTheOneTheyName() {
    AtomicInteger asked = new AtomicInteger();
    links
        .node("s:1", words -> address(asked.incrementAndGet() == 1 ? "a" : "b"))
        .node(
            "a:1",
            words ->
                words.equals(ROLE)
                    ? role("master")
                    : failure("READONLY You can't write against a read only replica."))
        .node("b:1", words -> words.equals(ROLE) ? role("master") : OK);
    Server server = sentinels("s");

    assertThat(server.execute(incr())).isEqualTo(OK);
    assertThat(sent("INCR k")).endsWith("b:1 INCR k");
  }

  @Test
  void aSentinelThatIsGoneIsSkipped() {
    links.node("s:1", words -> address("a")).node("a:1", words -> master(words));

    assertThat(sentinels("gone", "s").execute(incr())).isEqualTo(OK);
  }

  @Test
  void aSentinelThatIsBehindIsSkipped() {
    links
        .node("old:1", words -> address("a"))
        .node("new:1", words -> address("b"))
        .node("a:1", words -> words.equals(ROLE) ? role("slave") : OK)
        .node("b:1", words -> master(words));

    assertThat(sentinels("old", "new").execute(incr())).isEqualTo(OK);
    assertThat(sent("INCR k")).containsExactly("b:1 INCR k");
  }

  @Test
  void aServerThatIsNoPrimaryAnswersNobody() {
    links
        .node("s:1", words -> address("a"))
        .node("a:1", words -> words.equals(ROLE) ? role("slave") : OK);

    assertThat(sentinels("s").execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> {
              assertThat(lost.outcome()).isEqualTo(Outcome.NOT_SENT);
              assertThat(lost.cause()).hasMessage("a:1 is not the primary any more");
            });
    assertThat(sent("INCR k")).isEmpty();
  }

  @Test
  void aUserWhoMayNotAskForTheRoleAsksForTheInformation() {
    links
        .node("s:1", words -> address("a"))
        .node(
            "a:1",
            words ->
                switch (words) {
                  case ROLE -> failure("NOPERM no permissions");
                  case "INFO replication" -> new Reply.Bytes(Names.bytes("role:master\r\n"));
                  default -> OK;
                });

    assertThat(sentinels("s").execute(incr())).isEqualTo(OK);
  }

  @Test
  void aUserWhoMayAskForNeitherIsToldSo() {
    links
        .node("s:1", words -> address("a"))
        .node("a:1", words -> failure("NOPERM this user has no permissions"));

    assertThat(sentinels("s").execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> {
              assertThat(lost.cause().kind()).isEqualTo(Kind.REFUSED);
              assertThat(lost.cause()).hasMessageContaining("let the user run ROLE or INFO");
            });
  }

  @Test
  void aNewConnectionToAServerThatWasReplacedIsRefused() throws LinkException {
    links
        .node("a:1", words -> words.equals(ROLE) ? role("slave") : OK)
        .node("b:1", words -> master(words));
    PrimaryLinks primaries = new PrimaryLinks(links);

    assertThatExceptionOfType(LinkException.class)
        .isThrownBy(() -> primaries.connect(new Endpoint.Tcp("a", 1), FakeLinks.OPTIONS))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE));
    assertThat(links.closed).containsExactly("a:1");
    primaries.connect(new Endpoint.Tcp("b", 1), FakeLinks.OPTIONS).close();
  }

  @Test
  void anUnknownMasterIsSaid() {
    links.node("s:1", words -> new Reply.Nil());

    assertThat(sentinels("s").execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> assertThat(lost.cause()).hasMessageContaining("knows no master 'm'"));
  }

  @Test
  void aNodeThatWasGivenUpIsNoClosedBackend() {
    links.node("a:1", words -> OK);
    Node node = node(new Endpoint.Tcp("a", 1));
    Server server = server(new SingleTopology(node));
    node.close();

    assertThat(server.execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class,
            lost -> {
              assertThat(lost.outcome()).isEqualTo(Outcome.NOT_SENT);
              assertThat(lost.cause().kind()).isEqualTo(Kind.UNREACHABLE);
            });

    server.close();
    assertThat(server.execute(incr()))
        .isInstanceOfSatisfying(
            Reply.Lost.class, lost -> assertThat(lost.cause().kind()).isEqualTo(Kind.CLOSED));
  }

  @Test
  void requestsOfSeveralNodesComeBackInTheirOrder() {
    Behaviours.spread(links);
    Server server = cluster("a");
    List<Request> requests =
        List.of("foo", "bar", "k", "hello", "x").stream()
            .map(key -> Request.read(Command.named("GET").add(key).build(), Names.bytes(key)))
            .toList();

    assertThat(server.execute(requests).stream().map(ServerTest::text))
        .containsExactly("foo", "bar", "k", "hello", "x");
  }

  private static final class Behaviours {
    /** Half the slots each; the answer to a GET is its key. */
    static void spread(FakeLinks links) {
      Reply both = new Reply.Items(List.of(range(0, 8191, "a"), range(8192, 16383, "b")));
      FakeLinks.Behaviour behaviour =
          words -> words.equals(SLOTS) ? both : new Reply.Bytes(Names.bytes(words.substring(4)));
      links.node("a:1", behaviour).node("b:1", behaviour);
    }
  }

  private static String text(Reply reply) {
    return new String(((Reply.Bytes) reply).value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  private List<String> sent(String command) {
    return links.asked.stream().filter(asked -> asked.endsWith(command)).toList();
  }

  private static Request incr() {
    return Request.write(Command.named("INCR").add("k").build(), Names.bytes("k"));
  }

  private static Reply failure(String message) {
    return new Reply.Failure(message);
  }

  private static Reply lost(Outcome outcome) {
    return new Reply.Lost(outcome, new LinkException(Kind.UNREACHABLE, "cut", null));
  }

  private static Reply address(String host) {
    return new Reply.Items(
        List.of(new Reply.Bytes(Names.bytes(host)), new Reply.Bytes(Names.bytes("1"))));
  }

  private static Reply role(String name) {
    return new Reply.Items(List.of(new Reply.Bytes(Names.bytes(name))));
  }

  /** What a primary says that does everything. */
  private static Reply master(String words) {
    return words.equals(ROLE) ? role("master") : OK;
  }

  private static Reply slots(String host) {
    return new Reply.Items(List.of(range(0, 16383, host)));
  }

  private static Reply range(long first, long last, String host) {
    return new Reply.Items(
        List.of(
            new Reply.Whole(first),
            new Reply.Whole(last),
            new Reply.Items(List.of(new Reply.Bytes(Names.bytes(host)), new Reply.Whole(1)))));
  }

  private Server cluster(String seed) {
    return server(new ClusterTopology(List.of(new Endpoint.Tcp(seed, 1)), this::node, timeout));
  }

  private Server sentinels(String... hosts) {
    List<Endpoint> sentinels =
        Stream.of(hosts).<Endpoint>map(host -> new Endpoint.Tcp(host, 1)).toList();
    return server(new SentinelTopology(sentinels, "m", this::node, this::node, timeout));
  }

  private Server single() {
    return server(new SingleTopology(node(new Endpoint.Tcp("a", 1))));
  }

  private Server server(Topology topology) {
    return new Server(topology, executor, timeout);
  }

  private Node node(Endpoint endpoint) {
    return links.node(endpoint, executor);
  }
}
