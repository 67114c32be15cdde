package io.zeal.redisdrivers;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a driver is opened with: its settings at their defaults, and handed-in objects. */
record DriverContext(Map<Class<?>, Object> instances, ExecutorService executorService)
    implements BackendContext, AutoCloseable {

  static DriverContext empty() {
    return with(Map.of());
  }

  static DriverContext with(Map<Class<?>, Object> instances) {
    return new DriverContext(instances, Executors.newVirtualThreadPerTaskExecutor());
  }

  @Override
  public <T> T setting(Setting<T> setting) {
    return setting.defaultValue().orElseThrow();
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return setting.defaultValue();
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return Optional.ofNullable(instances.get(type)).map(type::cast);
  }

  @Override
  public Backend open(String name, Role role) {
    throw new UnsupportedOperationException("a driver opens no backend");
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
    return executorService;
  }

  @Override
  public void close() {
    executorService.shutdownNow();
  }
}
