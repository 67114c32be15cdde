package io.zeal.cache;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import org.junit.jupiter.api.Nested;

/** The kit on caches that instances share, over a server that counts and clears. */
class RichServerCacheContractTest {

  @Nested
  class Values extends CacheTck {
    private final HeapServer server = HeapServer.rich();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Lives extends CacheLifeTck {
    private final HeapServer server = HeapServer.rich();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Loads extends CacheLoadTck {
    private final HeapServer server = HeapServer.rich();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    private final HeapServer server = HeapServer.rich();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Bulk extends CacheBulkTck {
    private final HeapServer server = HeapServer.rich();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }
}
