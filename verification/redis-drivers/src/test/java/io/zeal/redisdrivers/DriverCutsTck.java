package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.shown;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redis.spi.Reply;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * A connection that breaks: what was answered stays answered, nothing is sent twice, no error shows
 * a value.
 */
abstract class DriverCutsTck extends DriverTck {

  DriverCutsTck(DriverUnderTest driver) {
    super(driver);
  }

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
}
