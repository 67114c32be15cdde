package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redisdrivers.DriverUnderTest.Ability;
import io.zeal.verification.servers.FaultProxy;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A connection comes up in time or is refused with what to do: over TCP and unix sockets. */
abstract class DriverConnectingTck extends DriverTck {

  DriverConnectingTck(DriverUnderTest driver) {
    super(driver);
  }

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
  void aDatabaseThatIsNotThereIsRefusedInTheServersWords() {
    LinkException error =
        refused(
            tcp(server().port()),
            new LinkOptions(null, null, 9999, null, LONG, Duration.ofSeconds(5)));
    assertThat(error.kind()).isEqualTo(Kind.REFUSED);
    assertThat(error).hasMessageContaining("DB index");
  }

  @Test
  void aUnixSocketIsReachedOrRefusedWithWhatToDo() throws LinkException {
    Endpoint endpoint = new Endpoint.Unix(server().unixSocket().toString());
    if (!can(Ability.UNIX_SOCKETS)) {
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
}
