package io.zeal.redisdrivers;

import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;
import io.zeal.tck.PubSubLifeTck;
import io.zeal.tck.PubSubQueueTck;
import io.zeal.tck.PubSubTck;
import io.zeal.tck.ReliableAnswersTck;
import io.zeal.tck.ReliableClaimsTck;
import io.zeal.tck.ReliableLifeTck;
import io.zeal.tck.ReliablePubSubTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.parallel.Execution;

/** The kit on the backend over Redisson. */
class RedissonContractTest {

  private static final String DRIVER = "redisson";

  @Nested
  @Execution(CONCURRENT)
  class OneServer {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class PubSub extends PubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class PubSubQueue extends PubSubQueueTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class PubSubLife extends PubSubLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class ReliablePubSub extends ReliablePubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableAnswers extends ReliableAnswersTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableClaims extends ReliableClaimsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableLife extends ReliableLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedServer.open(config, DRIVER);
      }
    }
  }

  @Nested
  @Execution(CONCURRENT)
  class Cluster {
    @Nested
    class Store extends StoreTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class StoreLimits extends StoreLimitsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class StoreExpiry extends StoreExpiryTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class StorePages extends StorePagesTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class StoreConcurrency extends StoreConcurrencyTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class Counter extends CounterTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class PubSub extends PubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class PubSubQueue extends PubSubQueueTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class PubSubLife extends PubSubLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class ReliablePubSub extends ReliablePubSubTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableAnswers extends ReliableAnswersTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableClaims extends ReliableClaimsTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }

    @Nested
    class ReliableLife extends ReliableLifeTck {
      @Override
      protected Zeal open(ZealConfig.Builder config) {
        return SharedCluster.open(config, DRIVER);
      }
    }
  }
}
