package io.zeal;

import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a backend is and can do.
 *
 * @param name the name it is chosen by, for example {@code table}
 * @param scope who shares its state
 * @param capabilities what it can do
 * @param limits its limits by name, in the unit the name says, for example {@code keyBytes}
 */
public record BackendInfo(
    String name, Scope scope, Set<Capability> capabilities, Map<String, Long> limits) {

  /** Who shares a backend's state. */
  public enum Scope {
    /** This one {@code Zeal} instance; another in the same process has its own. */
    PROCESS,
    /** Every process on this host that is given the same place. */
    HOST,
    /** Every process that reaches the same servers. */
    CLUSTER
  }

  /** Copies its collections. */
  public BackendInfo {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(scope, "scope");
    capabilities = Set.copyOf(capabilities);
    limits = Map.copyOf(limits);
  }

  /** Whether the backend has {@code capability}. */
  public boolean can(Capability capability) {
    return capabilities.contains(capability);
  }
}
