package io.zeal.tiered;

import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import io.zeal.tck.FarLine;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** The provider under test over a far and a near level of the test's own. */
final class TieredTestProvider implements BackendProvider {

  private final Supplier<Backend> far;
  private final Supplier<Backend> near;

  private TieredTestProvider(Supplier<Backend> far, Supplier<Backend> near) {
    this.far = far;
    this.near = near;
  }

  /** An instance over {@code server} with copies in a table. */
  static Zeal open(FarServer server, ZealConfig.Builder config) {
    return Zeal.open(config.backend(new TieredTestProvider(server::connect, () -> null)).build());
  }

  /** The same by way of the kit's line. */
  static Zeal open(FarServer server, FarLine line, ZealConfig.Builder config) {
    return Zeal.open(
        config
            .backend(new TieredTestProvider(() -> line.around(server.connect()), () -> null))
            .build());
  }

  /** The same with another near level. */
  static Zeal open(FarServer server, Supplier<Backend> near, ZealConfig.Builder config) {
    return Zeal.open(config.backend(new TieredTestProvider(server::connect, near)).build());
  }

  /** The same over a far level of the test's own, and a near one, null for a table. */
  static Zeal over(Supplier<Backend> far, Supplier<Backend> near, ZealConfig.Builder config) {
    return Zeal.open(config.backend(new TieredTestProvider(far, near)).build());
  }

  @Override
  public String name() {
    return "tiered-under-test";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return new TieredBackendProvider()
        .open(
            new BackendContext() {
              @Override
              public <T> T setting(Setting<T> setting) {
                return context.setting(setting);
              }

              @Override
              public <T> Optional<T> optionalSetting(Setting<T> setting) {
                return context.optionalSetting(setting);
              }

              @Override
              public <T> Optional<T> instance(Class<T> type) {
                return context.instance(type);
              }

              @Override
              public Backend open(String name, Role role) {
                if (role == Role.FAR) {
                  return far.get();
                }
                Backend own = near.get();
                return own == null ? context.open(name, role) : own;
              }

              @Override
              public <S> List<S> plugins(Class<S> type) {
                return context.plugins(type);
              }

              @Override
              public InstantSource clock() {
                return context.clock();
              }

              @Override
              public Executor executor() {
                return context.executor();
              }
            });
  }
}
