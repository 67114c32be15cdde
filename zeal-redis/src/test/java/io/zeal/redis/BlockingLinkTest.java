package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Outcome;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection that waits: whom it asks, what it repeats, how its wait ends. */
class BlockingLinkTest {

  private static final Reply OK = new Reply.Whole(1);
  private static final Command READ = Command.named("XREADGROUP").build();

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final FakeLinks links = new FakeLinks();

  @AfterEach
  void stop() {
    executor.close();
  }

  private Server cluster(String seed) {
    return new Server(
        new ClusterTopology(
            List.of(new Endpoint.Tcp(seed, 1)),
            endpoint -> links.node(endpoint, executor),
            Duration.ofSeconds(30)),
        executor,
        Duration.ofSeconds(30));
  }

  private Server single() {
    return new Server(
        new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)),
        executor,
        Duration.ofSeconds(30));
  }

  private static BlockingLink link(Server server) {
    return new BlockingLink(server, Names.bytes("k"));
  }

  private static Reply slots(String holder) {
    return new Reply.Items(
        List.of(
            new Reply.Items(
                List.of(
                    new Reply.Whole(0),
                    new Reply.Whole(Slots.COUNT - 1),
                    new Reply.Items(
                        List.of(
                            new Reply.Bytes(Names.bytes(holder)),
                            new Reply.Whole(1),
                            new Reply.Bytes(Names.bytes("id"))))))));
  }

  private long sent(String words) {
    return links.asked.stream().filter(line -> line.endsWith(words)).count();
  }

  @Test
  void oneConnectionIsKept() {
    links.node("a:1", words -> OK);
    Server server = single();
    BlockingLink link = link(server);
    assertThat(link.ask(READ, server.deadline())).isEqualTo(OK);
    assertThat(link.ask(READ, server.deadline())).isEqualTo(OK);
    assertThat(links.opened).hasValue(1);
    assertThat(sent("CLIENT ID")).isEqualTo(1);
  }

  @Test
  void aSlotThatMovedIsFollowedAtOnce() {
    String[] holder = {"a"};
    links
        .node(
            "a:1",
            words ->
                words.equals("CLUSTER SLOTS")
                    ? slots(holder[0])
                    : words.equals("CLIENT ID") ? OK : new Reply.Failure("MOVED 1 b:1"))
        .node("b:1", words -> words.equals("CLUSTER SLOTS") ? slots("b") : OK);
    Server server = cluster("a");
    BlockingLink link = link(server);
    holder[0] = "b";
    assertThat(link.ask(READ, server.deadline())).isEqualTo(OK);
    assertThat(links.asked).endsWith("b:1 XREADGROUP");
  }

  @Test
  void aLostReplyIsNotAskedForAgainAndTheNextGoesOverAnotherConnection() {
    Reply.Lost lost =
        new Reply.Lost(
            Outcome.UNKNOWN, new io.zeal.redis.spi.LinkException(Kind.UNREACHABLE, "cut", null));
    links.node("a:1", words -> words.equals("XREADGROUP") ? lost : OK);
    Server server = single();
    BlockingLink link = link(server);
    assertThat(link.ask(READ, server.deadline())).isEqualTo(lost);
    assertThat(sent("XREADGROUP")).isEqualTo(1);
    links.node("a:1", words -> OK);
    assertThat(link.ask(READ, server.deadline())).isEqualTo(OK);
    assertThat(links.opened).hasValue(2);
    assertThat(links.closed).hasSize(1);
  }

  @Test
  void aNodeThatLeftIsNotTheEndOfTheBackend() {
    links.node(
        "a:1",
        words ->
            new Reply.Lost(
                Outcome.NOT_SENT,
                new io.zeal.redis.spi.LinkException(Kind.CLOSED, "closed", null)));
    Server server = single();
    assertThat(link(server).ask(READ, server.deadline()))
        .isInstanceOfSatisfying(
            Reply.Lost.class, lost -> assertThat(lost.cause().kind()).isEqualTo(Kind.UNREACHABLE));
  }

  @Test
  void theServerIsAskedToEndAWait() throws Exception {
    CountDownLatch waits = new CountDownLatch(1);
    CountDownLatch unblocked = new CountDownLatch(1);
    links.node(
        "a:1",
        words -> {
          if (words.equals("CLIENT ID")) {
            return new Reply.Whole(42);
          }
          if (words.equals("CLIENT UNBLOCK 42")) {
            unblocked.countDown();
            return OK;
          }
          waits.countDown();
          await(unblocked);
          return new Reply.Nil();
        });
    Server server = single();
    BlockingLink link = link(server);
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(() -> link.ask(READ, server.deadline()), executor);
    await(waits);
    assertThat(link.isAsking()).isTrue();
    link.end();
    link.interrupt(server.deadline());
    assertThat(reply.get()).isEqualTo(new Reply.Nil());
    assertThat(link.isAsking()).isFalse();
    assertThat(link.ask(READ, server.deadline())).isInstanceOf(Reply.Lost.class);
    assertThat(sent("XREADGROUP")).isEqualTo(1);
    link.close();
    assertThat(links.closed).isNotEmpty();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
