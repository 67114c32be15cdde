package io.zeal.table;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreTck;

class TableStoreContractTest extends StoreTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }
}
