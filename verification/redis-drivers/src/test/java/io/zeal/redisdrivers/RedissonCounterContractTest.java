package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;

class RedissonCounterContractTest extends CounterTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedServer.open(config, "redisson");
  }
}
