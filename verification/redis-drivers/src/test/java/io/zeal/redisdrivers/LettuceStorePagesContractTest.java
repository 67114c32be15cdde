package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StorePagesTck;

class LettuceStorePagesContractTest extends StorePagesTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedServer.open(config, "lettuce");
  }
}
