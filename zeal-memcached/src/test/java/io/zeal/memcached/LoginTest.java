package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.ConfigurationException;
import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.ServerRefusedException.Reason;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.ZealException;
import io.zeal.verification.servers.Certificates;
import io.zeal.verification.servers.MemcachedConnection;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Users and passwords, which servers ask for in either protocol and nobody is shown. */
class LoginTest {

  private static final String USER = "app";
  private static final String PASSWORD = "s3cret-nobody-may-see";
  private static final String OTHER = "0ther-nobody-may-see";

  private final LogCapture log = LogCapture.from(Level.ALL);

  @AfterEach
  void logsShowNoPassword() {
    log.close();
    assertThat(log.text()).as("log").doesNotContain(PASSWORD, OTHER);
  }

  @ParameterizedTest
  @EnumSource
  void theRightPasswordLetsIn(Protocol protocol) {
    try (MemcachedServer server = start(asking(protocol, MemcachedOptions.defaults(), PASSWORD));
        Zeal zeal = Zeal.open(config(protocol, server.address(), PASSWORD).build())) {
      assertThat(zeal.counter("in").increment()).isOne();
      assertThat(zeal + " " + zeal.info() + zeal.inspect() + zeal.stats()).doesNotContain(PASSWORD);
    }
  }

  @Test
  void aLoginOverTls() {
    MemcachedOptions options = asking(Protocol.TEXT, MemcachedOptions.defaults(), PASSWORD);
    try (MemcachedServer server = start(options.withTls());
        Zeal zeal =
            Zeal.open(
                config(Protocol.TEXT, "localhost:" + server.tlsPort(), PASSWORD)
                    .set("zeal.memcached.tls", "true")
                    .set("zeal.memcached.tls.ca", Certificates.get().authority().toString())
                    .build())) {
      assertThat(zeal.counter("in").increment()).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({"TEXT, pässwörd-‰", "BINARY, pässwörd-‰", "BINARY, two words"})
  void aPasswordOfAnyLetters(Protocol protocol, String password) {
    try (MemcachedServer server = start(asking(protocol, MemcachedOptions.defaults(), password));
        Zeal zeal = Zeal.open(config(protocol, server.address(), password).build())) {
      assertThat(zeal.counter("in").increment()).isOne();
    }
  }

  @ParameterizedTest
  @CsvSource({"TEXT, user, two words", "TEXT, password, two words", "TEXT, user, ''"})
  void whatAProtocolCannotSayIsRefused(Protocol protocol, String setting, String value) {
    ZealConfig.Builder config =
        config(protocol, "127.0.0.1:1", PASSWORD).set("zeal.memcached." + setting, value);

    assertThatThrownBy(() -> Zeal.open(config.build()).close())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.memcached." + setting)
        .hasMessageNotContaining(PASSWORD);
  }

  @ParameterizedTest
  @EnumSource
  void aWrongPasswordIsRefusedWithTheSettingsToMend(Protocol protocol) {
    try (MemcachedServer server = start(asking(protocol, MemcachedOptions.defaults(), PASSWORD))) {
      ServerRefusedException error = refusal(config(protocol, server.address(), OTHER));

      assertThat(error.reason()).isEqualTo(Reason.AUTHENTICATION);
      assertThat(error)
          .hasMessageContainingAll(
              server.address() + " refuses the user and the password",
              "zeal.memcached.user",
              "zeal.memcached.password");
      assertThat(trace(error)).doesNotContain(PASSWORD, OTHER);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aMissingLoginIsRefusedWithTheSettingsToMend(Protocol protocol) {
    try (MemcachedServer server = start(asking(protocol, MemcachedOptions.defaults(), PASSWORD))) {
      ServerRefusedException error = refusal(config(protocol, server.address()));

      assertThat(error.reason()).isEqualTo(Reason.AUTHENTICATION);
      assertThat(error)
          .hasMessageContainingAll(
              server.address() + " wants a user and a password, and none are set",
              "zeal.memcached.user",
              "zeal.memcached.password");
    }
  }

  /** In text, what it takes for a login another server takes for an item. */
  @ParameterizedTest
  @EnumSource
  void aServerThatAsksForNothingIsToldNothing(Protocol protocol) {
    try (MemcachedServer server = start(MemcachedOptions.defaults());
        Zeal zeal = Zeal.open(config(protocol, server.address(), PASSWORD).build())) {
      assertThat(zeal.counter("in").increment()).isOne();

      try (MemcachedConnection connection = server.connect()) {
        List<String> items = connection.lines("lru_crawler metadump all");
        assertThat(items)
            .as("the counter and its options")
            .hasSize(2)
            .allSatisfy(item -> assertThat(item).startsWith("key=zeal%3A"));
      }
    }
  }

  /** A server takes no more than 1024. */
  @Test
  void connectionsThatWereRefusedDoNotStay() {
    MemcachedOptions options = MemcachedOptions.defaults();
    MemcachedServer first = start(asking(Protocol.TEXT, options, PASSWORD));
    options = options.withPort(first.port());
    try (Zeal zeal = Zeal.open(config(Protocol.TEXT, first.address(), PASSWORD).build())) {
      Counter counter = zeal.counter("in");
      first.close();
      try (MemcachedServer wrong = start(asking(Protocol.TEXT, options, OTHER));
          MemcachedConnection connection = wrong.connect()) {
        Await.until("a refusal", () -> isRefused(counter));
        long all = connection.figure("total_connections");
        long now = connection.figure("curr_connections");

        Await.until("three attempts more", () -> connection.figure("total_connections") >= all + 3);

        assertThat(connection.figure("curr_connections")).isLessThanOrEqualTo(now + 1);
      }
    } finally {
      first.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolRecoversWhenThePasswordIsRightAgain(Protocol protocol) {
    MemcachedOptions options = MemcachedOptions.defaults();
    MemcachedServer first = start(asking(protocol, options, PASSWORD));
    options = options.withPort(first.port());
    try (Zeal zeal = Zeal.open(config(protocol, first.address(), PASSWORD).build())) {
      Counter counter = zeal.counter("in");
      counter.increment();
      first.close();

      try (MemcachedServer wrong = start(asking(protocol, options, OTHER))) {
        Await.until("a refusal", () -> isRefused(counter));
        for (int i = 0; i < 50; i++) {
          ZealException error = catchThrowableOfType(ZealException.class, counter::increment);
          assertThat(error).isInstanceOf(ServerRefusedException.class);
          assertThat(error.outcome()).contains(Outcome.NOT_SENT);
          assertThat(trace(error)).doesNotContain(PASSWORD, OTHER);
        }
        assertThat(wrong.isRunning()).isTrue();
      }
      try (MemcachedServer right = start(asking(protocol, options, PASSWORD))) {
        Await.until("a connection", () -> works(counter));
        assertThat(counter.increment()).isGreaterThan(1);
        assertThat(right.isRunning()).isTrue();
      }
    } finally {
      first.close();
    }
  }

  /** In text all complaints look alike; that of a request is none about who we are. */
  @Test
  void aComplaintAboutARequestIsNoRefusedLogin() throws IOException {
    try (FakeServer server =
            FakeServer.saying(line ->
                line.startsWith("get zeal")
                    ? "END"
                    : line.startsWith("stats")
                        ? "STAT item_size_max 1048576\r\nEND"
                        : "CLIENT_ERROR line format");
        Zeal zeal = Zeal.open(config(Protocol.TEXT, server.address()).build())) {
      ServerRefusedException error =
          catchThrowableOfType(ServerRefusedException.class, () -> zeal.counter("c").add(-1L));

      assertThat(error.reason()).isEqualTo(Reason.OTHER);
      assertThat(error).hasMessageContaining("CLIENT_ERROR");
    }
  }

  private static boolean isRefused(Counter counter) {
    try {
      counter.increment();
      return false;
    } catch (ZealException e) {
      return e instanceof ServerRefusedException;
    }
  }

  private static boolean works(Counter counter) {
    try {
      counter.increment();
      return true;
    } catch (ZealException e) {
      return false;
    }
  }

  private static MemcachedServer start(MemcachedOptions options) {
    return ServerTests.startOrSkip(() -> MemcachedServer.start(options));
  }

  private static MemcachedOptions asking(
      Protocol protocol, MemcachedOptions options, String password) {
    return switch (protocol) {
      case TEXT -> options.withPassword(USER, password);
      case BINARY -> options.withSasl(USER, password);
    };
  }

  private static ZealConfig.Builder config(Protocol protocol, String server) {
    return ZealConfig.builder()
        .set("zeal.backend", "memcached")
        .set("zeal.memcached.protocol", protocol.name())
        .set("zeal.memcached.servers", server);
  }

  private static ZealConfig.Builder config(Protocol protocol, String server, String password) {
    return config(protocol, server)
        .set("zeal.memcached.user", USER)
        .set("zeal.memcached.password", password);
  }

  private static ServerRefusedException refusal(ZealConfig.Builder config) {
    ServerRefusedException error =
        catchThrowableOfType(ServerRefusedException.class, () -> Zeal.open(config.build()).close());
    assertThat(error).as("what open throws").isNotNull();
    return error;
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
