package io.zeal.redis.lettuce;

import io.lettuce.core.RedisClient;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.LinkFactory;
import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.Optional;

/**
 * Offers connections through Lettuce.
 *
 * <p>It starts threads of its own, or uses those of an object that the application handed in: a
 * {@link ClientResources}, or a {@link RedisClient} that does not reconnect by itself.
 */
public final class LettuceDriver implements RedisDriver {

  /** One link at a time uses a thread, so that a few serve many; Lettuce takes no fewer. */
  private static final int THREADS = 2;

  @Override
  public String name() {
    return "lettuce";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public LinkFactory open(BackendContext context) {
    Optional<ClientResources> shared =
        context
            .instance(RedisClient.class)
            .map(LettuceDriver::resourcesOf)
            .or(() -> context.instance(ClientResources.class));
    return shared
        .map(resources -> new LettuceLinks(resources, false))
        .orElseGet(() -> new LettuceLinks(ownResources(), true));
  }

  /**
   * A client that reconnects sends again what it had in flight (S14). Ours never does, whatever the
   * options of the client whose threads it uses; but whoever hands in a client expects to see it
   * used as it is, so its options have to be ones that Zeal can keep to.
   */
  private static ClientResources resourcesOf(RedisClient client) {
    if (client.getOptions().isAutoReconnect()) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "The io.lettuce.core.RedisClient that was handed in reconnects by itself and sends again"
              + " what was in flight, so that a write could happen twice. Give it"
              + " ClientOptions.builder().autoReconnect(false), Zeal reconnects; or hand in its"
              + " io.lettuce.core.resource.ClientResources alone.");
    }
    return client.getResources();
  }

  private static ClientResources ownResources() {
    return ClientResources.builder()
        .ioThreadPoolSize(THREADS)
        .computationThreadPoolSize(THREADS)
        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
        .build();
  }
}
