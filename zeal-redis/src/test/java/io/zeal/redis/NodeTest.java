package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeTest {

  private static final Command PING = Command.named("PING").build();
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger attempts = new AtomicInteger();

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  private Node node(LinkException failure) {
    return FakeLinks.node(
        new Endpoint.Tcp("a", 1),
        new LinkFactory() {
          @Override
          public RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException {
            attempts.incrementAndGet();
            throw failure;
          }

          @Override
          public void close() {}
        },
        executor);
  }

  private static LinkException cause(Node node, long nanos) {
    Reply reply = node.execute(List.of(PING), System.nanoTime() + nanos).getFirst();
    assertThat(reply).isInstanceOf(Reply.Lost.class);
    return ((Reply.Lost) reply).cause();
  }

  @Test
  void interruptOfOneCallerIsNotToldToAnother() {
    Node node = node(new LinkException(Kind.INTERRUPTED, "interrupted while connecting", null));
    cause(node, SECOND);
    cause(node, SECOND);
    assertThat(attempts).as("attempts to connect").hasValue(2);
  }

  @Test
  void callerWithoutTimeDoesNotKeepOthersAway() {
    Node node = node(new LinkException(Kind.CONNECT_TIMEOUT, "no connection in time", null));
    cause(node, TimeUnit.MILLISECONDS.toNanos(50));
    cause(node, SECOND);
    assertThat(attempts).as("attempts to connect").hasValue(2);
  }

  @Test
  void refusalSpacesAttemptsOutAndEachCallerHasItsOwnError() {
    Node node = node(new LinkException(Kind.UNREACHABLE, "connection refused", null));
    List<LinkException> causes =
        Collections.nCopies(5, node).stream().map(it -> cause(it, SECOND)).toList();
    assertThat(attempts.get()).as("attempts of five calls at once").isLessThan(5);
    assertThat(causes).extracting(LinkException::kind).containsOnly(Kind.UNREACHABLE);
    assertThat(causes).doesNotHaveDuplicates();
  }

  @Test
  void whatConsumersSayDoesNotStandInLineBehindTheCallsOfTheApplication() throws Exception {
    CountDownLatch answered = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    FakeLinks links = new FakeLinks();
    links.node(
        "a:1",
        words -> {
          if (words.equals("SLOW")) {
            asked.countDown();
            await(answered);
          }
          return new Reply.Whole(1);
        });
    Server server =
        new Server(
            new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)),
            executor,
            Duration.ofSeconds(5));
    Request slow = Request.write(Command.named("SLOW").build(), new byte[0]);
    Future<Reply> slowly = executor.submit(() -> server.execute(slow));
    await(asked);

    Reply beside = server.execute(Request.write(PING, new byte[0]).beside());

    assertThat(beside).isEqualTo(new Reply.Whole(1));
    assertThat(slowly.isDone()).as("the call of the application").isFalse();
    answered.countDown();
    assertThat(slowly.get(10, TimeUnit.SECONDS)).isEqualTo(new Reply.Whole(1));
    assertThat(links.opened).as("connections").hasValue(2);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
