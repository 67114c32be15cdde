package io.zeal.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ZealException;
import io.zeal.pubsub.spi.Claimed;
import io.zeal.pubsub.spi.PartlySettledException;
import io.zeal.pubsub.spi.Settlement;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Answers that are told again, and answers that the server refuses (ADR 0063). */
class RedisMembershipTest {

  @Test
  void aRetryThatIsRepeatedAfterItsMessageCameAgainNamesTheCountOfItsOwnClaim() {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    AtomicInteger backs = new AtomicInteger();
    AtomicInteger reads = new AtomicInteger();
    FakeLinks links = new FakeLinks();
    links.node(
        "a:1",
        words -> {
          if (words.startsWith("XREADGROUP")) {
            return reads.getAndIncrement() > 0
                ? new Reply.Whole(0) // nothing
                : items(items(bytes("zeal:m:{s}:s"), items(entry())));
          }
          if (words.contains(ServerScript.AGAIN.digest())) {
            return backs.get() == 0
                ? items(new Reply.Whole(-1), new Reply.Whole(0))
                : items(
                    new Reply.Whole(-1),
                    new Reply.Whole(0),
                    items(bytes("1-0"), new Reply.Whole(1), items(bytes("p"), bytes("x"))));
          }
          if (words.contains(ServerScript.BEGIN.digest())) {
            return new Reply.Whole(2);
          }
          if (words.contains(ServerScript.OWN.digest())) {
            return items();
          }
          if (words.contains(ServerScript.BACK.digest())) {
            return backs.incrementAndGet() == 1
                ? new Reply.Lost(
                    Outcome.UNKNOWN, new LinkException(LinkException.Kind.UNREACHABLE, "cut", null))
                : items(new Reply.Whole(1));
          }
          return new Reply.Whole(1);
        });
    RedisMembership member = join(links, executor);

    Claimed first = member.take(1, Duration.ofSeconds(1)).getFirst();
    Settlement retry = new Settlement.Retry(first, Duration.ZERO);
    assertThatThrownBy(() -> member.settle(List.of(retry))).isInstanceOf(ZealException.class);
    Claimed second = member.take(1, Duration.ofSeconds(3)).getFirst();
    assertThat(second.fresh()).isFalse();
    assertThat(member.begin(second)).hasValue(2);

    // What the recorder does after its pause: the first answer was recorded, or it had not come
    // again, and it must not end the second claim.
    assertThat(member.settle(List.of(retry))).containsExactly(true);
    assertThat(backs).hasValue(1);
    assertThat(member.settle(List.of(new Settlement.Done(second)))).containsExactly(true);
    assertThat(member.settle(List.of(new Settlement.Done(second)))).containsExactly(false);
  }

  @Test
  void anAnswerThatTheServerRefusesHoldsUpNoOther() {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    FakeLinks links = new FakeLinks();
    links.node(
        "a:1",
        words -> {
          if (words.startsWith("XREADGROUP")) {
            return items(
                items(bytes("zeal:m:{s}:s"), items(entry(), items(bytes("2-0"), items()))));
          }
          if (words.contains(ServerScript.AGAIN.digest())) {
            return items(new Reply.Whole(-1), new Reply.Whole(0));
          }
          if (words.contains(ServerScript.BURY.digest())) {
            return new Reply.Failure("WRONGTYPE Operation against a key");
          }
          return new Reply.Whole(1);
        });
    RedisMembership member = join(links, executor);
    List<Claimed> both = member.take(2, Duration.ofSeconds(1));
    Settlement bury = new Settlement.Bury(both.getFirst(), "no", null);
    Settlement done = new Settlement.Done(both.getLast());
    assertThatThrownBy(() -> member.settle(List.of(bury, done)))
        .isInstanceOfSatisfying(
            PartlySettledException.class, e -> assertThat(e.stood()).containsExactly(null, true))
        .hasCauseInstanceOf(ServerRefusedException.class);
    assertThatThrownBy(() -> member.settle(List.of(bury)))
        .isInstanceOf(PartlySettledException.class);
  }

  @Test
  void anAnswerThatWasRecordedThoughItsReplyWasLostIsNotLost() {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    AtomicInteger settles = new AtomicInteger();
    FakeLinks links = new FakeLinks();
    links.node(
        "a:1",
        words -> {
          if (words.startsWith("XREADGROUP")) {
            return items(items(bytes("zeal:m:{s}:s"), items(entry())));
          }
          if (words.contains(ServerScript.AGAIN.digest())) {
            return items(new Reply.Whole(-1), new Reply.Whole(0));
          }
          if (words.contains(ServerScript.SETTLE.digest())) {
            return settles.incrementAndGet() == 1
                ? new Reply.Lost(
                    Outcome.UNKNOWN, new LinkException(LinkException.Kind.UNREACHABLE, "cut", null))
                : items(new Reply.Whole(0));
          }
          return new Reply.Whole(1);
        });
    RedisMembership member = join(links, executor);
    Settlement done = new Settlement.Done(member.take(1, Duration.ofSeconds(1)).getFirst());
    assertThatThrownBy(() -> member.settle(List.of(done))).isInstanceOf(ZealException.class);
    assertThat(member.settle(List.of(done))).containsExactly(true);
  }

  private static RedisMembership join(FakeLinks links, ExecutorService executor) {
    Server server =
        new Server(
            new SingleTopology(links.node(new Endpoint.Tcp("a", 1), executor)),
            executor,
            Duration.ofSeconds(5));
    return RedisMembership.join(
        server,
        executor,
        Duration.ofSeconds(5),
        StreamKeys.of(new Names("zeal"), "s").group("g"),
        "me",
        Duration.ofSeconds(30),
        true,
        "test");
  }

  private static Reply entry() {
    return items(bytes("1-0"), items(bytes("p"), bytes("x")));
  }

  private static Reply items(Reply... all) {
    return new Reply.Items(List.of(all));
  }

  private static Reply bytes(String text) {
    return new Reply.Bytes(Names.bytes(text));
  }
}
