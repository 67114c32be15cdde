package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreConcurrencyTck;

class RedissonStoreConcurrencyContractTest extends StoreConcurrencyTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedServer.open(config, "redisson");
  }
}
