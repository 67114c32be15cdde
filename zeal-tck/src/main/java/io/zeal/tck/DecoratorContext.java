package io.zeal.tck;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What the kit gives a decorator: its settings, ready-made objects, the time, and threads. */
record DecoratorContext(Map<String, String> settings, Instances instances)
    implements BackendContext {

  /** Ready-made objects by type. */
  interface Instances {
    <T> Optional<T> of(Class<T> type);
  }

  @Override
  public <T> T setting(Setting<T> setting) {
    return optionalSetting(setting)
        .orElseThrow(() ->
            new AssertionError(
                "The decorator needs " + setting + ". Give it in DecoratorTck.settings()."));
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return Optional.ofNullable(settings.get(setting.key()))
        .map(setting::parse)
        .or(setting::defaultValue);
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return instances.of(type);
  }

  @Override
  public Backend open(String name, Role role) {
    throw new AssertionError(
        "The decorator opens backend '" + name + "', for which the kit has none.");
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return List.of();
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Executor executor() {
    return task -> Thread.ofVirtual().start(task);
  }
}
