package io.zeal.found;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.util.List;

/** Claims the name of {@link RedBackends}. */
public final class MoreRedBackends implements BackendProvider {

  @Override
  public String name() {
    return "red";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    throw new AssertionError("must not be chosen");
  }
}
