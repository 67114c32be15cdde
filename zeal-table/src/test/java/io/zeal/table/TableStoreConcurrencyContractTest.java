package io.zeal.table;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreConcurrencyTck;

class TableStoreConcurrencyContractTest extends StoreConcurrencyTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }
}
