package io.zeal.examples.map;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.util.List;

/** Offers backend {@code map}: rows and counters on the heap, gone with the process. */
public final class MapBackendProvider implements BackendProvider {

  @Override
  public String name() {
    return "map";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return new MapBackend(context.clock());
  }
}
