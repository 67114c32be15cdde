package io.zeal;

import io.zeal.spi.BackendProvider;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How {@link Zeal#open(ZealConfig)} opens. Immutable.
 *
 * <p>Settings, strongest first: {@link Builder#set} here, system property {@code zeal.x.y},
 * environment variable {@code ZEAL_X_Y}, {@code zeal.properties} on the path, {@link
 * Builder#setDefault} here, the plugin's own default.
 */
public final class ZealConfig {

  private final Map<String, String> pinned;
  private final Map<String, String> defaults;
  private final Map<Class<?>, Object> instances;
  private final @Nullable BackendProvider provider;
  private final @Nullable ClassLoader loader;
  private final @Nullable ModuleLayer layer;
  private final InstantSource clock;

  private ZealConfig(Builder builder) {
    this.pinned = Map.copyOf(builder.pinned);
    this.defaults = Map.copyOf(builder.defaults);
    this.instances = Map.copyOf(builder.instances);
    this.provider = builder.provider;
    this.loader = builder.loader;
    this.layer = builder.layer;
    this.clock = builder.clock;
  }

  /** Nothing pinned: properties, environment and file decide. */
  public static ZealConfig defaults() {
    return builder().build();
  }

  /** Starts a configuration. */
  public static Builder builder() {
    return new Builder();
  }

  Map<String, String> pinned() {
    return pinned;
  }

  Map<String, String> defaultValues() {
    return defaults;
  }

  <T> Optional<T> instance(Class<T> type) {
    return Optional.ofNullable(type.cast(instances.get(type)));
  }

  /** The types of what was handed in. */
  Set<Class<?>> instanceTypes() {
    return instances.keySet();
  }

  Optional<BackendProvider> provider() {
    return Optional.ofNullable(provider);
  }

  Optional<ClassLoader> loader() {
    return Optional.ofNullable(loader);
  }

  Optional<ModuleLayer> layer() {
    return Optional.ofNullable(layer);
  }

  InstantSource clock() {
    return clock;
  }

  /** The keys that are set; never values, which may be secret. */
  @Override
  public String toString() {
    return "ZealConfig" + new java.util.TreeSet<>(pinned.keySet());
  }

  /** Collects a configuration. Not safe for concurrent use. */
  public static final class Builder {

    private final Map<String, String> pinned = new HashMap<>();
    private final Map<String, String> defaults = new HashMap<>();
    private final Map<Class<?>, Object> instances = new HashMap<>();
    private @Nullable BackendProvider provider;
    private @Nullable ClassLoader loader;
    private @Nullable ModuleLayer layer;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Pins a setting: stronger than property, environment and file. */
    public Builder set(String key, String value) {
      pinned.put(
          Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value of " + key));
      return this;
    }

    /** Sets a value for when property, environment and file say nothing. */
    public Builder setDefault(String key, String value) {
      defaults.put(
          Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value of " + key));
      return this;
    }

    /** Uses this backend, whatever is on the path and whatever {@code zeal.backend} says. */
    public Builder backend(BackendProvider provider) {
      this.provider = Objects.requireNonNull(provider, "provider");
      return this;
    }

    /**
     * Hands a ready-made object to the backend, for example a client; whoever made it closes it. It
     * is found by {@code type} alone, which the plugin's own page names; a type that no plugin asks
     * for is a warning in the log.
     */
    public <T> Builder instance(Class<T> type, T instance) {
      instances.put(type, type.cast(Objects.requireNonNull(instance, "instance")));
      return this;
    }

    /**
     * Looks for plugins and {@code zeal.properties} with this loader instead of the context class
     * loader.
     */
    public Builder classLoader(ClassLoader loader) {
      this.loader = Objects.requireNonNull(loader, "loader");
      return this;
    }

    /** Looks for plugins in this module layer and its parents. */
    public Builder moduleLayer(ModuleLayer layer) {
      this.layer = Objects.requireNonNull(layer, "layer");
      return this;
    }

    /**
     * Takes the time from {@code clock} where the backend has {@link Capability#INJECTED_CLOCK};
     * for tests.
     */
    public Builder clock(InstantSource clock) {
      this.clock = Objects.requireNonNull(clock, "clock");
      return this;
    }

    /** The configuration. */
    public ZealConfig build() {
      return new ZealConfig(this);
    }
  }
}
