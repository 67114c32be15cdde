package io.zeal.outages;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliablePubSubTck;
import io.zeal.tck.ScriptsTck;
import io.zeal.tck.StoreTck;
import io.zeal.verification.servers.RedisServer;
import io.zeal.verification.servers.ServerTests;
import org.junit.jupiter.api.Nested;

/** What a backend can do it can do behind a circuit breaker. */
class KitUnderTheBreakerTest {

  private static final class Started {
    static final RedisServer SERVER = RedisServer.start();
  }

  private static Zeal redis(ZealConfig.Builder config) {
    RedisServer server = ServerTests.startOrSkip(() -> Started.SERVER);
    Zeal zeal =
        Zeal.open(
            config
                .set("zeal.backend", "redis")
                .set("zeal.redis.url", "redis://" + server.address())
                .set("zeal.redis.driver", "jedis")
                .build());
    if (!zeal.stats().parts().get("backend").parts().containsKey("resilience")) {
      zeal.close();
      throw new AssertionError("There is no circuit around the backend.");
    }
    return zeal;
  }

  @Nested
  class Stores extends StoreTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return redis(config);
    }
  }

  @Nested
  class Counters extends CounterTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return redis(config);
    }
  }

  @Nested
  class Scripts extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return redis(config);
    }
  }

  @Nested
  class Messages extends PubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return redis(config);
    }
  }

  @Nested
  class Streams extends ReliablePubSubTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return redis(config);
    }
  }
}
