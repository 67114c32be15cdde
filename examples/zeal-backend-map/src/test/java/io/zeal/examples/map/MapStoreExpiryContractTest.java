package io.zeal.examples.map;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreExpiryTck;

class MapStoreExpiryContractTest extends StoreExpiryTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "map").build());
  }
}
