package io.zeal.redisdrivers;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import io.zeal.tck.CounterTck;
import io.zeal.tck.FarLine;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import io.zeal.tck.ScriptsTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import io.zeal.tck.TieredFrameTck;
import io.zeal.tck.TieredRaceTck;
import io.zeal.tck.TieredTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit on the backend {@code tiered} over Redis by way of Jedis. */
class TieredJedisContractTest {

  private static final String DRIVER = "jedis";

  @Nested
  @Execution(CONCURRENT)
  class OneServer {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class CacheValues extends CacheTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class CacheRaces extends CacheRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class CacheBulk extends CacheBulkTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class CacheLives extends CacheLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class CacheLoads extends CacheLoadTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class PubSub extends PubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class PubSubQueue extends PubSubQueueTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class PubSubLife extends PubSubLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class ReliablePubSub extends ReliablePubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class ReliableAnswers extends ReliableAnswersTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class ReliableClaims extends ReliableClaimsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class ReliableLife extends ReliableLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class Scripts extends ScriptsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.openTiered(config, DRIVER);
      }
    }

    @Nested
    class Copies extends TieredTck {
      @Override
      protected Zeal open(ZealConfig.Builder config, FarLine line) {
        return SharedServer.openTiered(config, DRIVER, line);
      }
    }

    @Nested
    class CopyRaces extends TieredRaceTck {
      @Override
      protected Zeal open(ZealConfig.Builder config, FarLine line) {
        return SharedServer.openTiered(config, DRIVER, line);
      }
    }

    @Nested
    class CopyFrames extends TieredFrameTck {
      @Override
      protected Zeal open(ZealConfig.Builder config, FarLine line) {
        return SharedServer.openTiered(config, DRIVER, line);
      }
    }
  }
}
