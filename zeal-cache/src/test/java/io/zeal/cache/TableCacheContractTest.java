package io.zeal.cache;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The kit on caches over the embedded table, which one instance alone has. */
class TableCacheContractTest {

  private static Zeal onTable(ZealConfig.Builder config) {
    return Zeal.open(config.set("zeal.backend", "table").build());
  }

  @Nested
  class Values extends CacheTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  /** Over files that do not hold all that the kit puts. */
  @Nested
  class ValuesOverFiles extends CacheTck {
    @TempDir Path directory;

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(
          config
              .set("zeal.cache.files", "true")
              .set(
                  "zeal.cache.directory",
                  directory.resolve("i" + opened.incrementAndGet()).toString())
              .set("zeal.cache.file-bytes", "1m"));
    }

    private final AtomicInteger opened = new AtomicInteger();
  }

  @Nested
  class Lives extends CacheLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Loads extends CacheLoadTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }

  @Nested
  class Bulk extends CacheBulkTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return onTable(config);
    }
  }
}
