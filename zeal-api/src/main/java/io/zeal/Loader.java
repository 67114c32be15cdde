package io.zeal;

import org.jspecify.annotations.Nullable;

/**
 * Computes a value that a cache does not have. Runs under no lock and with no connection held; may
 * ask the cache for other keys, not for its own.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Loader<T> {

  /** The value; null is a value and is cached. */
  @Nullable T load(LoadContext<T> context) throws Exception;
}
