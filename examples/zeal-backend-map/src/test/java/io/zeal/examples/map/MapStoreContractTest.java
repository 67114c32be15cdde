package io.zeal.examples.map;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreTck;

class MapStoreContractTest extends StoreTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "map").build());
  }
}
