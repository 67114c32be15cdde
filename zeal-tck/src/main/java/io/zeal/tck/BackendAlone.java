package io.zeal.tck;

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
import java.util.concurrent.ExecutorService;

/** What the kit gives a backend that it opens without a {@code Zeal} around it. */
record BackendAlone(Map<String, String> settings, ExecutorService threads)
    implements BackendContext {

  @Override
  public <T> T setting(Setting<T> setting) {
    return optionalSetting(setting)
        .orElseThrow(() ->
            new AssertionError(
                "The backend needs " + setting + ". Give it in AnnounceTck.settings()."));
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
    throw new AssertionError(
        "The backend opens backend '" + name + "', for which the kit has none.");
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    BackendAlone.class.getModule().addUses(type);
    return ServiceLoader.load(type).stream().map(ServiceLoader.Provider::get).toList();
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Executor executor() {
    return threads;
  }
}
