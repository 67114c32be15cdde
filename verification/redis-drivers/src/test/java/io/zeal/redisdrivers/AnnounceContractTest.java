package io.zeal.redisdrivers;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.redis.RedisBackendProvider;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.tck.AnnounceTck;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit about announcements over each driver, on one server and on a cluster. */
class AnnounceContractTest {

  /** A server, in some buckets although it needs but one. */
  abstract static class OnAServer extends AnnounceTck {

    abstract String driver();

    @Override
    protected Backend open(BackendContext context) {
      return new RedisBackendProvider().open(context);
    }

    @Override
    protected Map<String, String> settings() {
      return Map.of(
          "zeal.redis.url",
          "redis://" + SharedServer.get().address(),
          "zeal.redis.driver",
          driver(),
          "zeal.redis.buckets",
          "3");
    }
  }

  abstract static class OnACluster extends OnAServer {

    @Override
    protected Map<String, String> settings() {
      return Map.of(
          "zeal.redis.url",
          SharedCluster.url(SharedCluster.get()),
          "zeal.redis.driver",
          driver(),
          "zeal.redis.timeout",
          "10s");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Jedis extends OnAServer {
    @Override
    String driver() {
      return "jedis";
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class JedisOnACluster extends OnACluster {
    @Override
    String driver() {
      return "jedis";
    }
  }

  /** Without the capability: all that is left is that the backend says so. */
  @Nested
  @Execution(CONCURRENT)
  class JedisOnShardedChannels extends JedisOnACluster {
    @Override
    protected Map<String, String> settings() {
      Map<String, String> settings = new HashMap<>(super.settings());
      settings.put("zeal.redis.sharded-channels", "true");
      return settings;
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Lettuce extends OnAServer {
    @Override
    String driver() {
      return "lettuce";
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class LettuceOnACluster extends OnACluster {
    @Override
    String driver() {
      return "lettuce";
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Redisson extends OnAServer {
    @Override
    String driver() {
      return "redisson";
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class RedissonOnACluster extends OnACluster {
    @Override
    String driver() {
      return "redisson";
    }
  }
}
