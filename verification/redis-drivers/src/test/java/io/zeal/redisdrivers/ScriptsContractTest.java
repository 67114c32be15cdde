package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.ScriptsTck;
import org.junit.jupiter.api.Nested;

/** The kit about scripts over each driver, on one server and on a cluster. */
class ScriptsContractTest {

  @Nested
  class Jedis extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "jedis");
    }
  }

  @Nested
  class JedisOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "jedis");
    }
  }

  @Nested
  class Lettuce extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "lettuce");
    }
  }

  @Nested
  class LettuceOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "lettuce");
    }
  }

  @Nested
  class Redisson extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "redisson");
    }
  }

  @Nested
  class RedissonOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "redisson");
    }
  }
}
