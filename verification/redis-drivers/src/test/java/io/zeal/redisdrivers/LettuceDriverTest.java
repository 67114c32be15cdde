package io.zeal.redisdrivers;

import static io.zeal.redisdrivers.Replies.command;
import static io.zeal.redisdrivers.Replies.plain;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.resource.ClientResources;
import io.zeal.ConfigurationException;
import io.zeal.redis.lettuce.LettuceDriver;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.LinkOptions;
import io.zeal.redis.spi.RedisLink;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every chapter over Lettuce, and what this driver alone promises. */
class LettuceDriverTest {

  // Netty takes a batch whole: which of its commands were not begun is not known.
  private static final DriverUnderTest LETTUCE = DriverUnderTest.of(new LettuceDriver());

  @Nested
  class Replies extends DriverRepliesTck {
    Replies() {
      super(LETTUCE);
    }
  }

  @Nested
  class Deadlines extends DriverDeadlinesTck {
    Deadlines() {
      super(LETTUCE);
    }
  }

  @Nested
  class Cuts extends DriverCutsTck {
    Cuts() {
      super(LETTUCE);
    }
  }

  @Nested
  class Closing extends DriverClosingTck {
    Closing() {
      super(LETTUCE);
    }
  }

  @Nested
  class Listening extends DriverListeningTck {
    Listening() {
      super(LETTUCE);
    }
  }

  @Nested
  class Connecting extends DriverConnectingTck {
    Connecting() {
      super(LETTUCE);
    }
  }

  @Nested
  class Authentication extends DriverAuthenticationTck {
    Authentication() {
      super(LETTUCE);
    }
  }

  @Nested
  class Tls extends DriverTlsTck {
    Tls() {
      super(LETTUCE);
    }
  }

  /** A client of the application lends its threads. */
  @Nested
  class HandedIn extends DriverTck {

    HandedIn() {
      super(LETTUCE);
    }

    @Test
    void aClientThatReconnectsIsRefusedWithWhatToChange() {
      RedisClient client = RedisClient.create("redis://127.0.0.1:1");
      try (DriverContext context = DriverContext.with(Map.of(RedisClient.class, client))) {
        ConfigurationException error =
            catchThrowableOfType(ConfigurationException.class, () -> driver().open(context));
        assertThat(error)
            .hasMessageContaining("autoReconnect(false)")
            .hasMessageContaining("ClientResources");
      } finally {
        client.shutdown(0, 2, TimeUnit.SECONDS);
      }
    }

    @Test
    void aClientLendsItsThreadsAndKeepsThem() throws LinkException {
      RedisClient client = RedisClient.create("redis://127.0.0.1:1");
      client.setOptions(ClientOptions.builder().autoReconnect(false).build());
      try (DriverContext context = DriverContext.with(Map.of(RedisClient.class, client))) {
        for (int i = 0; i < 2; i++) {
          ping(context);
        }
      } finally {
        client.shutdown(0, 2, TimeUnit.SECONDS);
      }
    }

    @Test
    void resourcesOutliveTheBackend() throws LinkException {
      ClientResources resources = ClientResources.create();
      try (DriverContext context = DriverContext.with(Map.of(ClientResources.class, resources))) {
        for (int i = 0; i < 2; i++) {
          ping(context);
        }
        assertThat(resources.eventExecutorGroup().isShuttingDown()).isFalse();
      } finally {
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
      }
    }

    private void ping(DriverContext context) throws LinkException {
      LinkOptions options =
          new LinkOptions(null, null, 0, null, Duration.ofSeconds(10), Duration.ofSeconds(5));
      try (LinkFactory factory = driver().open(context);
          RedisLink link =
              factory.connect(new Endpoint.Tcp("127.0.0.1", server().port()), options)) {
        assertThat(
                plain(link.exchange(List.of(command("PING")), System.nanoTime() + 10_000_000_000L)))
            .containsExactly("PONG");
      }
    }
  }
}
