package io.zeal.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Stats;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CacheStatsTest {

  /** How often a backend was asked for its statistics. */
  private static final class Asked implements BackendProvider {

    final AtomicInteger times = new AtomicInteger();
    private final BackendProvider provider;

    Asked(BackendProvider provider) {
      this.provider = provider;
    }

    @Override
    public String name() {
      return provider.name();
    }

    @Override
    public List<Setting<?>> settings() {
      return provider.settings();
    }

    @Override
    public Backend open(BackendContext context) {
      return new ForwardingBackend(provider.open(context)) {
        @Override
        public Stats stats() {
          times.incrementAndGet();
          return super.stats();
        }
      };
    }
  }

  /** For itself, and once for all caches: with each of them it may have one store more to count. */
  @Test
  void theBackendIsNotAskedForEachCache() {
    Asked backend = new Asked(HeapServer.local());
    try (Zeal zeal =
        Zeal.open(ZealConfig.builder().backend(backend).set("zeal.cache.files", "false").build())) {
      for (int i = 0; i < 5; i++) {
        zeal.cache("cache-" + i).put("k", "v", String.class);
      }
      backend.times.set(0);

      assertThat(zeal.stats().parts().get("caches").parts()).hasSize(5);

      assertThat(backend.times).hasValue(2);
    }
  }
}
