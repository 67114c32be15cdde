package io.zeal.found;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.util.List;

/** Cannot even be constructed. */
public final class BrokenBackends implements BackendProvider {

  /** Throws. */
  public BrokenBackends() {
    throw new IllegalStateException("a library is missing");
  }

  @Override
  public String name() {
    return "broken";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    throw new AssertionError("cannot be constructed");
  }
}
