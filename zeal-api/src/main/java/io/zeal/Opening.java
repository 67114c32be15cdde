package io.zeal;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Opens a {@link Zeal}: finds plugins, reads settings, chooses the backend; and is what plugins see
 * while they open.
 */
final class Opening implements BackendContext {

  private final ZealConfig config;
  private final Plugins plugins;
  private final Settings settings;
  private final ExecutorService executor;

  private Opening(ZealConfig config, Plugins plugins, Settings settings) {
    this.config = config;
    this.plugins = plugins;
    this.settings = settings;
    this.executor =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("zeal-", 0).factory());
  }

  static Zeal open(ZealConfig config) {
    Plugins plugins = new Plugins(config);
    Settings settings =
        Settings.read(
            config, plugins.all(), System.getProperties(), System.getenv(), plugins.loader());
    Opening opening = new Opening(config, plugins, settings);
    try {
      return new OpenZeal(opening.open(opening.choose(), Role.PRIMARY), opening);
    } catch (RuntimeException | Error e) {
      opening.close(); // and not executor.close(), which would wait for tasks of a failed plugin
      throw e;
    }
  }

  private BackendProvider choose() {
    return config
        .provider()
        .or(() -> settings.find(Settings.BACKEND).map(plugins::backend))
        .orElseGet(plugins::onlyBackend);
  }

  private Backend open(BackendProvider provider, Role role) {
    Backend backend = provider.open(this);
    try {
      for (BackendDecorator decorator : plugins.decorators()) {
        backend = decorator.decorate(backend, role, this);
      }
      return backend;
    } catch (RuntimeException | Error e) {
      closeAfter(e, backend);
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

  Plugins plugins() {
    return plugins;
  }

  /** Ends the executor; tasks that run are interrupted. */
  void close() {
    executor.shutdownNow();
  }

  @Override
  public <T> T setting(Setting<T> setting) {
    return settings.require(setting);
  }

  @Override
  public <T> Optional<T> optionalSetting(Setting<T> setting) {
    return settings.find(setting);
  }

  @Override
  public <T> Optional<T> instance(Class<T> type) {
    return config.instance(type);
  }

  @Override
  public Backend open(String name, Role role) {
    return open(plugins.backend(name), role);
  }

  @Override
  public <S> List<S> plugins(Class<S> type) {
    return plugins.find(type);
  }

  @Override
  public InstantSource clock() {
    return config.clock();
  }

  @Override
  public Executor executor() {
    return executor;
  }
}
