package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreConcurrencyTck;

class RedissonClusterStoreConcurrencyContractTest extends StoreConcurrencyTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedCluster.open(config, "redisson");
  }
}
