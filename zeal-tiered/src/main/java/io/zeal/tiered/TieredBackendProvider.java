package io.zeal.tiered;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;

/** Offers the backend {@code tiered}: private copies over a backend that can announce. */
public final class TieredBackendProvider implements BackendProvider {

  /** The name it is chosen by. */
  static final String NAME = "tiered";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting<?>> settings() {
    return TieredSettings.all();
  }

  @Override
  public Backend open(BackendContext context) {
    TieredSettings settings = TieredSettings.of(context);
    Backend far = context.open(settings.far(), Role.FAR);
    try {
      Levels.requireFar(far.info());
      Backend near = context.open(settings.near(), Role.NEAR);
      try {
        Levels.requireNear(near.info());
        return new TieredBackend(settings, near, far, context.executor());
      } catch (RuntimeException | Error e) {
        closeAfter(e, near);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      closeAfter(e, far);
      throw e;
    }
  }

  private static void closeAfter(Throwable failure, Backend backend) {
    try {
      backend.close();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }
}
