package io.zeal;

import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import io.zeal.spi.Texts;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Opens a {@link Zeal}: finds plugins, reads settings, chooses the backend; and gives each plugin
 * what it may see.
 */
final class Opening {

  private static final System.Logger LOG = System.getLogger("io.zeal");

  private final ZealConfig config;
  private final Plugins plugins;
  private final Settings settings;
  private final ExecutorService executor;
  private final Doctor doctor;

  /** The types of ready-made objects that plugins have asked for so far. */
  private final Set<Class<?>> asked = ConcurrentHashMap.newKeySet();

  /** What was opened; null before. */
  private volatile @Nullable Zeal opened;

  private Opening(ZealConfig config, Plugins plugins, Settings settings) {
    this.config = config;
    this.plugins = plugins;
    this.settings = settings;
    this.doctor = Doctor.of(settings, plugins.loader());
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
      Zeal zeal = opening.looked();
      if (!plugins.openLate()) {
        opening.sayWhatNobodyTook();
      }
      return zeal;
    } catch (RuntimeException | Error e) {
      opening.close(); // and not executor.close(), which would wait for tasks of a failed plugin
      throw e;
    }
  }

  /** After the look at the start, which closes it again if it ends there. */
  private Zeal looked() {
    Zeal zeal = zeal();
    opened = zeal;
    try {
      doctor.lookAtStart(zeal, executor, Doctor.LIMIT);
      return zeal;
    } catch (RuntimeException | Error e) {
      closeAfter(e, zeal::close);
      throw e;
    }
  }

  private Zeal zeal() {
    Backend backend = open(choose(), Role.PRIMARY, List.of());
    try {
      return new OpenZeal(backend, this); // asks the backend what it is, which may fail
    } catch (RuntimeException | Error e) {
      closeAfter(e, backend::close);
      throw e;
    }
  }

  private BackendProvider choose() {
    return config
        .provider()
        .or(() -> settings.find(Settings.BACKEND).map(plugins::backend))
        .orElseGet(plugins::onlyBackend);
  }

  /**
   * Opens and decorates; {@code openers} are the backends that are being opened around this one.
   */
  private Backend open(BackendProvider provider, Role role, List<String> openers) {
    Context context = new Context(chain(openers, provider.name()));
    Backend backend = Plugins.open("Backend", provider, () -> provider.open(context));
    try {
      for (BackendDecorator decorator : plugins.decorators()) {
        Backend inner = backend;
        backend =
            Plugins.open("Decorator", decorator, () -> decorator.decorate(inner, role, context));
      }
      return backend;
    } catch (RuntimeException | Error e) {
      closeAfter(e, backend::close);
      throw e;
    }
  }

  private static List<String> chain(List<String> openers, String next) {
    List<String> chain = new ArrayList<>(openers);
    chain.add(next);
    if (openers.contains(next)) {
      throw new ConfigurationException(
          ErrorCode.BACKEND_OPENS_ITSELF,
          "Backend "
              + Texts.quote(next)
              + " opens itself: "
              + String.join(" -> ", chain)
              + ". Name another backend where one of them is told what to open.");
    }
    return chain;
  }

  private static void closeAfter(Throwable failure, Runnable close) {
    try {
      close.run();
    } catch (RuntimeException | Error e) {
      failure.addSuppressed(e);
    }
  }

  Doctor doctor() {
    return doctor;
  }

  Plugins plugins() {
    return plugins;
  }

  /** A client of another type than its driver takes would be left aside without a word. */
  private void sayWhatNobodyTook() {
    List<String> left =
        names(config.instanceTypes().stream().filter(type -> !asked.contains(type)));
    if (!left.isEmpty()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "ZealConfig.instance: no plugin on the path took {0}. Types that were asked for: {1}.",
          left,
          names(asked.stream()));
    }
  }

  private static List<String> names(Stream<Class<?>> types) {
    return types.map(Class::getName).sorted().toList();
  }

  /** What is to be done once everything of the instance is closed. */
  void end() {
    close();
    if (plugins.openLate()) {
      sayWhatNobodyTook();
    }
  }

  /** Ends the executor; tasks that run are interrupted. */
  void close() {
    executor.shutdownNow();
  }

  /** What a plugin sees that belongs to no backend: caches, messages. */
  BackendContext context() {
    return new Context(List.of());
  }

  /** What one plugin sees: this, and which backends are being opened around it. */
  private final class Context implements BackendContext {

    private final List<String> chain;

    Context(List<String> chain) {
      this.chain = List.copyOf(chain);
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
      asked.add(type);
      return config.instance(type);
    }

    @Override
    public Backend open(String name, Role role) {
      return Opening.this.open(plugins.backend(name), role, chain);
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

    @Override
    public Optional<Stats> instanceStats() {
      try {
        return Optional.ofNullable(opened).map(Zeal::stats);
      } catch (ZealClosedException e) {
        return Optional.empty();
      }
    }
  }
}
