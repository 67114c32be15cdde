package io.zeal.redisdrivers;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit on caches over each driver, on one server and on a cluster. */
class CacheContractTest {

  @Nested
  @Execution(CONCURRENT)
  class Lettuce {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "lettuce");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "lettuce");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "lettuce");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "lettuce");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "lettuce");
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class LettuceCluster {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "lettuce");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "lettuce");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "lettuce");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "lettuce");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "lettuce");
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Jedis {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "jedis");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "jedis");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "jedis");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "jedis");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "jedis");
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class JedisCluster {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "jedis");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "jedis");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "jedis");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "jedis");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "jedis");
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Redisson {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "redisson");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "redisson");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "redisson");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "redisson");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, "redisson");
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class RedissonCluster {
    @Nested
    class Values extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "redisson");
      }
    }

    @Nested
    class Lives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "redisson");
      }
    }

    @Nested
    class Loads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "redisson");
      }
    }

    @Nested
    class Races extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "redisson");
      }
    }

    @Nested
    class Bulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, "redisson");
      }
    }
  }
}
