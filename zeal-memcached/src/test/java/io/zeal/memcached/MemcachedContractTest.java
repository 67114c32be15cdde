package io.zeal.memcached;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import io.zeal.tck.CounterTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit on one server and on three, in both protocols, and encrypted. */
class MemcachedContractTest {

  @Nested
  @Execution(CONCURRENT)
  class OneServer {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class CacheValues extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class CacheLives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class CacheLoads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class CacheRaces extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }

    @Nested
    class CacheBulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.open(config);
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class BinaryProtocol {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openBinary(config);
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Encrypted {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openTls(config);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openTls(config);
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class ThreeServers {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class CacheValues extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class CacheLives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class CacheLoads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class CacheRaces extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }

    @Nested
    class CacheBulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServers.openThree(config);
      }
    }
  }
}
