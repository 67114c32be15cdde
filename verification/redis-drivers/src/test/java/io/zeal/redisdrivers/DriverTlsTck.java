package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static io.zeal.redisdrivers.Replies.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom TLS trusts, what it shows, and what a refusal tells to do. */
abstract class DriverTlsTck extends DriverTck {

  DriverTlsTck(DriverUnderTest driver) {
    super(driver);
  }

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
}
