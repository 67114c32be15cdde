package io.zeal;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a cache knows of a key: a value, which may be null, or nothing.
 *
 * @param <T> the type of the value
 */
public sealed interface Cached<T> {

  /**
   * There is a value.
   *
   * @param value the value; null if null was cached
   * @param stale whether it has expired and was served all the same
   */
  record Hit<T>(@Nullable T value, boolean stale) implements Cached<T> {}

  /** There is none. */
  record Miss<T>() implements Cached<T> {}

  /** Whether there is a value, null included. */
  default boolean isHit() {
    return this instanceof Hit;
  }

  /** The value, if there is one and it is not null. */
  default Optional<T> toOptional() {
    return this instanceof Hit<T> hit ? Optional.ofNullable(hit.value()) : Optional.empty();
  }
}
