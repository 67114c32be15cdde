package io.zeal.testkit;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import org.junit.jupiter.api.Nested;

/** The kit on the embedded table below a chaos that is switched off. */
class CalmStoreContractTest {

  private static Zeal calm(ZealConfig.Builder config) {
    return Zeal.open(
        config.set("zeal.backend", "table").instance(Chaos.class, Chaos.seeded(1)).build());
  }

  @Nested
  class Counters extends CounterTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Concurrency extends StoreConcurrencyTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Expiry extends StoreExpiryTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Limits extends StoreLimitsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Pages extends StorePagesTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }

  @Nested
  class Stores extends StoreTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return calm(config);
    }
  }
}
