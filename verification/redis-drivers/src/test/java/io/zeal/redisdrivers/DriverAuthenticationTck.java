package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import io.zeal.verification.servers.RedisConnection;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** User, password and database are those of the options, and no error shows the password. */
abstract class DriverAuthenticationTck extends DriverTck {

  DriverAuthenticationTck(DriverUnderTest driver) {
    super(driver);
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
  void aDatabaseThatMayNotBeChosenIsNoOther() {
    // Without SELECT the connection would be to database 0.
    try (RedisConnection connection = guarded().connect()) {
      connection.command("ACL", "SETUSER", "narrow", "on", ">narrow", "~*", "+@all", "-select");
    }
    LinkOptions options = new LinkOptions("narrow", "narrow", 3, null, LONG, Duration.ofSeconds(5));
    LinkException error = refused(tcp(guarded().port()), options);
    assertThat(error.kind()).isEqualTo(Kind.REFUSED);
    assertThat(error).hasMessageContaining("NOPERM").hasMessageContaining("select");
  }
}
