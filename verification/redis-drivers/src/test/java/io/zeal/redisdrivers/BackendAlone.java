package io.zeal.redisdrivers;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Executor;

/** What a backend is opened with that has no {@code Zeal} around it: its settings' texts by key. */
record BackendAlone(Map<String, String> settings) implements BackendContext {
  @Override
  public <T> T setting(Setting<T> setting) {
    return optionalSetting(setting).orElseThrow();
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return Optional.ofNullable(settings.get(setting.key()))
        .map(setting::parse)
        .or(setting::defaultValue);
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public Backend open(String name, Role role) {
    throw new UnsupportedOperationException(name);
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
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
