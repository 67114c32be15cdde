package io.zeal.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendUnavailableException;
import io.zeal.Capability;
import io.zeal.Outcome;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.ZealConfig;
import io.zeal.demo.RunningDemo.Answer;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import org.junit.jupiter.api.Test;

/** Where there are no messages the rest of the page works, and says why. */
class MessagesRefusedTest {

  @Test
  void aUserWithoutRightsToChannelsHasTheRestOfThePage() {
    try (RedisServer redis = ServerTests.startOrSkip(RedisServer::start)) {
      redis.command("ACL", "SETUSER", "quiet", "on", ">secret", "~*", "+@all", "resetchannels");
      ZealConfig.Builder config =
          ZealConfig.builder()
              .set("zeal.backend", "redis")
              .set("zeal.redis.driver", "jedis")
              .set("zeal.redis.url", "redis://quiet:secret@" + redis.address());
      try (RunningDemo demo = new RunningDemo(config)) {
        Answer log = demo.get("/demo/pubsub/log");
        assertThat(log.status()).isEqualTo(200);
        assertThat(log.json().at("/room/active").booleanValue()).isFalse();
        assertThat(log.text("/room/error/code")).isEqualTo("ZEAL-405");

        Answer said = demo.post("/demo/pubsub/publish", "{\"text\": \"hello\"}");
        assertThat(said.status()).isEqualTo(502);
        assertThat(said.code()).isEqualTo("ZEAL-405");
        assertThat(demo.get("/demo/store-roundtrip").text("/ok")).isEqualTo("true");
      }
    }
  }

  @Test
  void whatABackendLacksIsAStateAndARefusal() {
    Joined joined =
        Joined.by(() -> {
          throw new UnsupportedCapabilityException(
              Capability.RELIABLE_PUB_SUB, "There is no RELIABLE_PUB_SUB.");
        });

    assertThat(joined.state().active()).isFalse();
    assertThat(joined.state().error()).isNotNull();
    assertThat(joined.state().error().code()).isEqualTo("ZEAL-501");
    assertThatThrownBy(joined::require)
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.status()).isEqualTo(501));
  }

  @Test
  void aBackendThatCannotBeReachedEndsTheStart() {
    BackendUnavailableException away =
        new BackendUnavailableException("away", Outcome.NOT_SENT, null);

    assertThatThrownBy(() ->
            Joined.by(() -> {
              throw away;
            }))
        .isSameAs(away);
  }
}
