package io.zeal.spi;

/** Offers caches over any backend. */
public interface CacheProvider extends Plugin {

  /**
   * Opens the caches of one {@link io.zeal.Zeal} instance, over its backend; does not own the
   * backend.
   */
  Caches open(Backend backend, BackendContext context);
}
