package io.zeal.table;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CounterTck;
import io.zeal.tck.StoreConcurrencyTck;
import io.zeal.tck.StoreExpiryTck;
import io.zeal.tck.StoreLimitsTck;
import io.zeal.tck.StorePagesTck;
import io.zeal.tck.StoreTck;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The kit on tables in a directory; instances of one test share them, as processes do. */
class SharedContractTest {

  @TempDir(factory = SharedMemory.class)
  Path directory;

  private Zeal inDirectory(ZealConfig.Builder config) {
    return Zeal.open(
        config
            .set("zeal.backend", "table")
            .set("zeal.table.directory", directory.toString())
            .build());
  }

  @Nested
  class Stores extends StoreTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Limits extends StoreLimitsTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Expiry extends StoreExpiryTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Pages extends StorePagesTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Concurrency extends StoreConcurrencyTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class CountersInFiles extends CounterTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }
}
