package io.zeal.cache;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.CacheProvider;
import io.zeal.spi.Caches;
import io.zeal.spi.Setting;
import java.util.List;

/** Offers caches over any backend. */
public final class ZealCacheProvider implements CacheProvider {

  /** The name its settings begin with. */
  static final String NAME = "cache";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting<?>> settings() {
    return CacheSettings.all();
  }

  @Override
  public Caches open(Backend backend, BackendContext context) {
    return new ZealCaches(backend, context);
  }
}
