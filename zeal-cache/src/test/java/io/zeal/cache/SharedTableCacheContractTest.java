package io.zeal.cache;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** The kit on caches over a table in a directory, which other instances have as well. */
class SharedTableCacheContractTest {

  /** In memory, where the machine has such: each test makes files of its own. */
  static final class InMemory implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      return Files.isWritable(memory)
          ? Files.createTempDirectory(memory, "zeal-cache")
          : Files.createTempDirectory("zeal-cache");
    }
  }

  @TempDir(factory = InMemory.class)
  Path directory;

  private Zeal inDirectory(ZealConfig.Builder config) {
    return Zeal.open(
        config
            .set("zeal.backend", "table")
            .set("zeal.table.directory", directory.toString())
            .build());
  }

  @Nested
  class Values extends CacheTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Lives extends CacheLifeTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Loads extends CacheLoadTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }

  @Nested
  class Bulk extends CacheBulkTck {
    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return inDirectory(config);
    }
  }
}
