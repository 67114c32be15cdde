package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreExpiryTck;

class LettuceClusterStoreExpiryContractTest extends StoreExpiryTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedCluster.open(config, "lettuce");
  }
}
