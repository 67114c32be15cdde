package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.redisdrivers.DriverUnderTest.Ability;
import io.zeal.verification.servers.FaultProxy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A call ends at its deadline, whatever the other side does, and the connection with it. */
abstract class DriverDeadlinesTck extends DriverTck {

  DriverDeadlinesTck(DriverUnderTest driver) {
    super(driver);
  }

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
              can(Ability.KNOWS_WHAT_WAS_NOT_BEGUN)
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
}
