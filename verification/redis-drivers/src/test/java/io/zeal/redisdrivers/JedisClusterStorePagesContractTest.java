package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StorePagesTck;

class JedisClusterStorePagesContractTest extends StorePagesTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedCluster.open(config, "jedis");
  }
}
