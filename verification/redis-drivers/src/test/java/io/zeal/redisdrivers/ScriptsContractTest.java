package io.zeal.redisdrivers;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.ScriptsTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit about scripts over each driver, on one server and on a cluster. */
class ScriptsContractTest {

  @Nested
  @Execution(CONCURRENT)
  class Jedis extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "jedis");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class JedisOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "jedis");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Lettuce extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "lettuce");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class LettuceOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "lettuce");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Redisson extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedServer.open(config, "redisson");
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class RedissonOnACluster extends ScriptsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return SharedCluster.open(config, "redisson");
    }
  }
}
