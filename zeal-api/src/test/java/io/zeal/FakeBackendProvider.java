package io.zeal;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.function.Function;

/** Offers what a test gives it. */
record FakeBackendProvider(
    String name, List<Setting<?>> settings, Function<BackendContext, Backend> opening)
    implements BackendProvider {

  /** Offers {@code backend} under its own name. */
  static FakeBackendProvider of(Backend backend) {
    return new FakeBackendProvider(backend.info().name(), List.of(), _ -> backend);
  }

  @Override
  public Backend open(BackendContext context) {
    return opening.apply(context);
  }

  /** Opens a {@link Zeal} over {@code backend}, whatever else there is. */
  static Zeal open(Backend backend) {
    return Zeal.open(ZealConfig.builder().backend(of(backend)).build());
  }
}
