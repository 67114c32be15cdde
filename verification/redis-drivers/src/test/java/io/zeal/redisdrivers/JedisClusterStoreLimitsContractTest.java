package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreLimitsTck;

class JedisClusterStoreLimitsContractTest extends StoreLimitsTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedCluster.open(config, "jedis");
  }
}
