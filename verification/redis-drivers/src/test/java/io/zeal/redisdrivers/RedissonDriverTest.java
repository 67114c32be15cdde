package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.ConfigurationException;
import io.zeal.redis.redisson.RedissonDriver;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisLink;
import io.zeal.redisdrivers.DriverUnderTest.Ability;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.Request;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.client.codec.StringCodec;
import org.redisson.config.Config;

/** Every chapter over Redisson, and what this driver alone promises. */
class RedissonDriverTest {

  private static final DriverUnderTest REDISSON =
      DriverUnderTest.of(new RedissonDriver(), Ability.KNOWS_WHAT_WAS_NOT_BEGUN);

  @Nested
  class Replies extends DriverRepliesTck {
    Replies() {
      super(REDISSON);
    }
  }

  @Nested
  class Deadlines extends DriverDeadlinesTck {
    Deadlines() {
      super(REDISSON);
    }
  }

  @Nested
  class Cuts extends DriverCutsTck {
    Cuts() {
      super(REDISSON);
    }
  }

  @Nested
  class Closing extends DriverClosingTck {
    Closing() {
      super(REDISSON);
    }
  }

  @Nested
  class Listening extends DriverListeningTck {
    Listening() {
      super(REDISSON);
    }
  }

  @Nested
  class Connecting extends DriverConnectingTck {
    Connecting() {
      super(REDISSON);
    }
  }

  @Nested
  class Authentication extends DriverAuthenticationTck {
    Authentication() {
      super(REDISSON);
    }
  }

  @Nested
  class Tls extends DriverTlsTck {
    Tls() {
      super(REDISSON);
    }
  }

  /** A client of the application lends its threads. */
  @Nested
  class HandedIn extends DriverTck {

    HandedIn() {
      super(REDISSON);
    }

    @Test
    void aHandedInClientCarriesConnectionsThatSendOnceHoweverOftenItWouldRetry()
        throws LinkException {
      RedissonClient client = client();
      try (FaultProxy proxy = proxy();
          DriverContext context = DriverContext.with(Map.of(RedissonClient.class, client))) {
        String key = freshKey();
        try (LinkFactory factory = driver().open(context)) {
          RedisLink link = factory.connect(tcp(proxy.port()), plainOptions());
          assertThat(exchange(link, command("ECHO", "v"))).containsExactly("v");
          proxy.executeThenCut(1, Request.named("EVAL"));
          assertThat(
                  exchange(link, command("EVAL", "return redis.call('INCR', KEYS[1])", "1", key)))
              .containsExactly("lost UNKNOWN UNREACHABLE");
          assertEnded(link);
          link.close();
        }
        // The factory is closed, the client goes on; by now it would have sent again.
        assertThat(client.getBucket(key, StringCodec.INSTANCE).get()).isEqualTo("1");
        assertThat(proxy.forwarded("EVAL")).isEqualTo(1);
      } finally {
        client.shutdown();
      }
    }

    @Test
    void aClientThatIsShutDownIsRefused() {
      RedissonClient client = client();
      client.shutdown();
      try (DriverContext context = DriverContext.with(Map.of(RedissonClient.class, client))) {
        assertThatThrownBy(() -> driver().open(context))
            .isInstanceOf(ConfigurationException.class)
            .hasMessageContaining("shut down");
      }
    }

    private static RedissonClient client() {
      Config config = new Config();
      config.setThreads(2).setNettyThreads(2);
      config
          .useSingleServer()
          .setAddress("redis://" + server().address())
          .setConnectionMinimumIdleSize(1)
          .setConnectionPoolSize(2)
          .setSubscriptionConnectionMinimumIdleSize(0)
          .setRetryAttempts(3)
          .setTimeout(1000);
      return Redisson.create(config);
    }
  }
}
