package io.zeal;

import io.zeal.spi.BackendDecorator;
import io.zeal.spi.BackendProvider;
import io.zeal.spi.CacheProvider;
import io.zeal.spi.CodecProvider;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Plugin;
import io.zeal.spi.Texts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The plugins on the path, found once for each {@link Zeal} instance. */
final class Plugins {

  private static final String WHERE_TO_LOOK =
      " On the class path a backend is found by META-INF/services alone: a jar that was merged has to"
          + " keep META-INF/services/"
          + BackendProvider.class.getName()
          + ". Where the context class loader is the wrong one, give ZealConfig.classLoader or"
          + " moduleLayer.";

  /** The backends that are published as {@code io.zeal:zeal-…}. */
  private static final Set<String> PUBLISHED = Set.of("table", "redis", "memcached", "tiered");

  private final ZealConfig config;
  private final ClassLoader loader;
  private final List<BackendProvider> backends;
  private final List<BackendDecorator> decorators;
  private final List<CacheProvider> caches;
  private final List<MessagingProvider> messaging;
  private final List<CodecProvider> codecs;

  Plugins(ZealConfig config) {
    this.config = config;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    ClassLoader own = Plugins.class.getClassLoader();
    this.loader =
        config
            .loader()
            .orElseGet(() ->
                context != null ? context : own != null ? own : ClassLoader.getSystemClassLoader());
    this.backends = backends(config);
    this.decorators = new ArrayList<>(distinct(find(BackendDecorator.class)));
    this.decorators.sort(
        Comparator.comparingInt(BackendDecorator::order).thenComparing(Plugin::name));
    this.caches = distinct(find(CacheProvider.class));
    this.messaging = distinct(find(MessagingProvider.class));
    this.codecs = distinct(find(CodecProvider.class));
  }

  private List<BackendProvider> backends(ZealConfig config) {
    List<BackendProvider> found = new ArrayList<>(find(BackendProvider.class));
    config
        .provider()
        .ifPresent(given -> {
          found.removeIf(other -> other.name().equals(given.name()));
          found.add(given);
        });
    return distinct(found);
  }

  ClassLoader loader() {
    return loader;
  }

  List<BackendDecorator> decorators() {
    return decorators;
  }

  List<CacheProvider> caches() {
    return caches;
  }

  List<MessagingProvider> messaging() {
    return messaging;
  }

  /** Whether there are some that are opened only when they are first needed. */
  boolean openLate() {
    return !caches.isEmpty() || !messaging.isEmpty();
  }

  /** Everything that declares settings. */
  List<Plugin> all() {
    List<Plugin> all = new ArrayList<>(backends);
    all.addAll(decorators);
    all.addAll(caches);
    all.addAll(messaging);
    all.addAll(codecs);
    return all;
  }

  /**
   * The backend of that name.
   *
   * @throws ConfigurationException if there is none; lists those there are
   */
  BackendProvider backend(String name) {
    return backends.stream()
        .filter(provider -> provider.name().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new ConfigurationException(
                ErrorCode.BACKEND_NOT_FOUND,
                "No backend named "
                    + Texts.quote(name)
                    + ". Found: "
                    + names(backends)
                    + "."
                    + advice(name)
                    + WHERE_TO_LOOK));
  }

  /**
   * The only backend there is.
   *
   * @throws ConfigurationException if there is none, or more than one
   */
  BackendProvider onlyBackend() {
    if (backends.size() == 1) {
      return backends.getFirst();
    }
    throw new ConfigurationException(
        ErrorCode.BACKEND_NOT_FOUND,
        backends.isEmpty()
            ? "No backend found: []." + add("table") + WHERE_TO_LOOK
            : "Several backends found: "
                + names(backends)
                + ". Choose one: -Dzeal.backend="
                + backends.getFirst().name()
                + ", or ZEAL_BACKEND in the environment.");
  }

  private String advice(String name) {
    if (PUBLISHED.contains(name)) {
      return add(name);
    }
    return nearest(name)
            .map(meant ->
                " The nearest is " + Texts.quote(meant) + "." + (isFound(meant) ? "" : add(meant)))
            .orElse("")
        + " Mend the name, or put the module that has this backend on the path.";
  }

  private static String add(String name) {
    return " Add io.zeal:zeal-"
        + name
        + " to the module path or the class path, or choose another with -Dzeal.backend.";
  }

  /** The name that was meant, if there is one of which half is right. */
  private Optional<String> nearest(String name) {
    return Stream.concat(backends.stream().map(Plugin::name), PUBLISHED.stream())
        .filter(known -> 2 * Settings.distance(name, known) <= known.length())
        .min(
            Comparator.comparingInt((String known) -> Settings.distance(name, known))
                .thenComparing(Comparator.naturalOrder()));
  }

  private boolean isFound(String name) {
    return backends.stream().anyMatch(provider -> provider.name().equals(name));
  }

  private static String names(List<? extends Plugin> plugins) {
    return plugins.stream().map(Plugin::name).sorted().collect(Collectors.joining(", ", "[", "]"));
  }

  /** Every service of {@code type}, where the configuration says to look. */
  <S> List<S> find(Class<S> type) {
    Plugins.class.getModule().addUses(type);
    ServiceLoader<S> services =
        config
            .layer()
            .map(layer -> ServiceLoader.load(layer, type))
            .orElseGet(() -> ServiceLoader.load(type, loader));
    try {
      return services.stream().map(ServiceLoader.Provider::get).toList();
    } catch (ServiceConfigurationError e) {
      throw new ConfigurationException(
          ErrorCode.MODULE_NOT_FOUND,
          "A plugin of type "
              + type.getName()
              + " is declared but cannot be loaded: "
              + e.getMessage()
              + ". Mend or remove its module.",
          e);
    }
  }

  /**
   * What a plugin opens.
   *
   * @param kind what it is, for the message
   * @throws ConfigurationException if a class is missing that it needs
   */
  static <T> T open(String kind, Plugin plugin, Supplier<T> opening) {
    try {
      return opening.get();
    } catch (LinkageError e) {
      throw new ConfigurationException(
          ErrorCode.MODULE_NOT_FOUND,
          kind
              + " "
              + Texts.quote(plugin.name())
              + " cannot be loaded: "
              + e
              + ". Its library is missing, or is there in another version: put everything on the"
              + " path that its artifact depends on.",
          e);
    }
  }

  private static <P extends Plugin> List<P> distinct(List<P> plugins) {
    for (int i = 0; i < plugins.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (plugins.get(i).name().equals(plugins.get(j).name())) {
          throw new ConfigurationException(
              ErrorCode.DUPLICATE_PROVIDER,
              "Two plugins are named "
                  + Texts.quote(plugins.get(i).name())
                  + ": "
                  + plugins.get(j).getClass().getName()
                  + " and "
                  + plugins.get(i).getClass().getName()
                  + ". Keep one on the path.");
        }
      }
    }
    return plugins;
  }
}
