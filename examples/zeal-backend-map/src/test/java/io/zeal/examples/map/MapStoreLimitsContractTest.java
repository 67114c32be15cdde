package io.zeal.examples.map;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreLimitsTck;

class MapStoreLimitsContractTest extends StoreLimitsTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "map").build());
  }
}
