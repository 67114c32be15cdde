package io.zeal.redisdrivers;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import io.zeal.tck.FarLine;
import io.zeal.tiered.TieredBackendProvider;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The backend {@code tiered}, its far level by way of the kit's line. One for each instance. */
record TieredOnALine(FarLine line) implements BackendProvider {

  @Override
  public String name() {
    return "tiered-on-a-line";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Backend open(BackendContext context) {
    return new TieredBackendProvider().open(new OnALine(context, line));
  }

  private record OnALine(BackendContext context, FarLine line) implements BackendContext {

    @Override
    public Backend open(String name, Role role) {
      Backend level = context.open(name, role);
      return role == Role.FAR ? line.around(level) : level;
    }

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
  }
}
