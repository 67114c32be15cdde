package io.zeal.cache.jackson;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import org.junit.jupiter.api.Nested;

/** The kit on caches over the embedded table that write records as JSON. */
class JacksonCacheContractTest {

  private static Zeal withJackson(ZealConfig.Builder config) {
    return Zeal.open(
        config
            .set("zeal.backend", "table")
            .set("zeal.cache.files", "false")
            .set("zeal.cache.codec", "jackson")
            .build());
  }

  @Nested
  class Values extends CacheTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return withJackson(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return withJackson(config);
    }
  }
}
