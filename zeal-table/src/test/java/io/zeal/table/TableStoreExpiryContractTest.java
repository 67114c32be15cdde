package io.zeal.table;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreExpiryTck;

class TableStoreExpiryContractTest extends StoreExpiryTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }
}
