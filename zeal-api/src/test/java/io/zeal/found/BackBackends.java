package io.zeal.found;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;

/** Opens the backend named {@code given} below itself. */
public final class BackBackends implements BackendProvider {

  @Override
  public String name() {
    return "back";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return context.open("given", Role.FAR);
  }
}
