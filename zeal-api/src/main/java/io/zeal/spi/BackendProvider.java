package io.zeal.spi;

/** Offers a backend. */
public interface BackendProvider extends Plugin {

  /**
   * Opens the backend.
   *
   * @throws io.zeal.ConfigurationException if a setting does not fit; nothing is left open
   */
  Backend open(BackendContext context);
}
