package io.zeal;

import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Numbers about a running part of Zeal, as a tree. Immutable; a picture of one moment, whose
 * numbers need not be from the same instant.
 *
 * @param name what the numbers are about, for example {@code table} or the name of a store
 * @param numbers by name, in the unit the name says ({@code rows}, {@code memoryBytes})
 * @param parts what it consists of
 */
public record Stats(String name, Map<String, Long> numbers, Map<String, Stats> parts) {

  /** Copies both maps, ordered by name. */
  public Stats {
    Objects.requireNonNull(name, "name");
    numbers = Collections.unmodifiableMap(new TreeMap<>(numbers));
    parts = Collections.unmodifiableMap(new TreeMap<>(parts));
  }

  /** Numbers without parts. */
  public static Stats of(String name, Map<String, Long> numbers) {
    return new Stats(name, numbers, Map.of());
  }
}
