package io.zeal.cache;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import org.junit.jupiter.api.Nested;

/**
 * The kit on caches that instances share, over a server that can read and write and nothing else
 * (K7.2).
 */
class PoorServerCacheContractTest {

  @Nested
  class Values extends CacheTck {
    private final HeapServer server = HeapServer.poor();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Lives extends CacheLifeTck {
    private final HeapServer server = HeapServer.poor();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Loads extends CacheLoadTck {
    private final HeapServer server = HeapServer.poor();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    private final HeapServer server = HeapServer.poor();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Bulk extends CacheBulkTck {
    private final HeapServer server = HeapServer.poor();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }
}
