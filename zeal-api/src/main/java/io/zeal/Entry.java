package io.zeal;

import java.util.Objects;

/** A key and its row, as {@link Store#page} returns them. */
public record Entry<R>(String key, R value) {

  /** Neither is null. */
  public Entry {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(value, "value");
  }
}
