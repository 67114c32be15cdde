package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Cache;
import io.zeal.CacheOptions;
import io.zeal.ValueType;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.tck.CacheBulkTck;
import io.zeal.tck.CacheLifeTck;
import io.zeal.tck.CacheLoadTck;
import io.zeal.tck.CacheRaceTck;
import io.zeal.tck.CacheTck;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The kit on caches whose rows the backend would read from copies of any age, if they let it. */
class CopyingServerCacheContractTest {

  @Test
  void whatAnotherInstanceRemovedIsGoneAlsoForWhoHasReadIt() {
    HeapServer server = HeapServer.copying();
    try (Zeal one = server.open(ZealConfig.builder());
        Zeal two = server.open(ZealConfig.builder())) {
      Cache cache = one.cache("users");
      Cache other = two.cache("users");
      CacheOptions tagged = CacheOptions.defaults().withTags("team");
      cache.put("key", "a", String.class);
      cache.put("tagged", "b", ValueType.of(String.class), tagged);
      assertThat(other.contains("key")).isTrue();
      assertThat(other.contains("tagged")).isTrue();

      cache.remove("key");
      cache.removeTag("team");

      assertThat(other.contains("key")).isFalse();
      assertThat(other.contains("tagged")).isFalse();
      cache.put("key", "c", String.class);
      assertThat(other.contains("key")).isTrue();
      cache.clear();
      assertThat(other.contains("key")).isFalse();
    }
  }

  @Nested
  class Values extends CacheTck {
    private final HeapServer server = HeapServer.copying();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Lives extends CacheLifeTck {
    private final HeapServer server = HeapServer.copying();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Loads extends CacheLoadTck {
    private final HeapServer server = HeapServer.copying();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Races extends CacheRaceTck {
    private final HeapServer server = HeapServer.copying();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }

  @Nested
  class Bulk extends CacheBulkTck {
    private final HeapServer server = HeapServer.copying();

    @Override
    protected Zeal open(ZealConfig.Builder config) {
      return server.open(config);
    }
  }
}
