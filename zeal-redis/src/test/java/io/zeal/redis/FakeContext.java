package io.zeal.redis;

import io.zeal.redis.spi.RedisDriver;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What the provider sees: settings by key, and drivers. */
record FakeContext(Map<String, String> settings, List<RedisDriver> drivers)
    implements BackendContext {

  @Override
  public <T> T setting(Setting<T> setting) {
    return optionalSetting(setting).orElseThrow();
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    String text = settings.get(setting.key());
    return text == null ? setting.defaultValue() : Optional.of(setting.parse(text));
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return Optional.empty();
  }

  @Override
  public Backend open(String name, Role role) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return drivers.stream().map(type::cast).toList();
  }

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public Executor executor() {
    return Runnable::run;
  }
}
