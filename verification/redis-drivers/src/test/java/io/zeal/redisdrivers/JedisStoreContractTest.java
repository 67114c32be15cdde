package io.zeal.redisdrivers;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.StoreTck;

class JedisStoreContractTest extends StoreTck {
  @Override
  protected Zeal open(ZealConfig.Builder config) {
    return SharedServer.open(config, "jedis");
  }
}
