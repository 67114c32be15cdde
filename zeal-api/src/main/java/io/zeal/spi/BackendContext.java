package io.zeal.spi;

import io.zeal.Stats;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executor;

/** What a plugin is given when it is opened. */
public interface BackendContext {

  /**
   * The value of one of the plugin's own settings.
   *
   * @throws io.zeal.ConfigurationException if it cannot be read, or has no default and is not set
   */
  <T> T setting(Setting<T> setting);

  /** The value of a setting that may be left out. */
  <T> Optional<T> optionalSetting(Setting<T> setting);

  /**
   * A ready-made object that the application handed in, for example a client. Ask for it while you
   * are opened: what nobody asked for by then is named in a warning.
   */
  <T> Optional<T> instance(Class<T> type);

  /**
   * Opens another backend through the same selection and decoration. Whoever opens it closes it.
   *
   * @throws io.zeal.ConfigurationException if there is none of that name, or it is one of those
   *     that are being opened around this call: the message names the chain
   */
  Backend open(String name, Role role);

  /** Where plugins of this plugin are looked up: its drivers, its codecs. */
  <S> java.util.List<S> plugins(Class<S> type);

  /** The time; wall clock unless the application gave another. */
  InstantSource clock();

  /** Runs tasks on virtual threads; it stops with the {@link io.zeal.Zeal} instance. */
  Executor executor();

  /**
   * Numbers about everything that is open in the instance, as {@link io.zeal.Zeal#stats}: the
   * backend with all its decorators, caches, messages. For a plugin that shows them elsewhere; it
   * is asked for later and not while it is opened.
   *
   * @return empty before the instance is open and once it is closed
   */
  default Optional<Stats> instanceStats() {
    return Optional.empty();
  }
}
