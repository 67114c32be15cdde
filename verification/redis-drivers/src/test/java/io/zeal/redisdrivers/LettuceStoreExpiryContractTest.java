package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreExpiryTck;

class LettuceStoreExpiryContractTest extends StoreExpiryTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedServer.open(config, "lettuce");
  }
}
