package io.zeal.tiered;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.UnsupportedCapabilityException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which backends can be the two levels, and what they can do together. */
final class Levels {

  private Levels() {}

  /** Refuses a far level that cannot tell others of a change. */
  static void requireFar(BackendInfo far) {
    for (Capability needed : List.of(Capability.ANNOUNCE, Capability.PUB_SUB)) {
      if (!far.can(needed)) {
        throw new UnsupportedCapabilityException(
            needed,
            "Backend 'tiered' cannot keep copies of what backend '"
                + far.name()
                + "' holds ("
                + TieredSettings.FAR.key()
                + "): it has no "
                + needed
                + ", so other processes would not learn of a change. Use one that has it, for"
                + " example redis, which has ANNOUNCE only with zeal.redis.sharded-channels=false,"
                + " in every process.");
      }
    }
  }

  /** Refuses a near level that others see, or that would not make place. */
  static void requireNear(BackendInfo near) {
    if (near.scope() != BackendInfo.Scope.PROCESS) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Backend 'tiered' cannot keep its copies in backend '"
              + near.name()
              + "' ("
              + TieredSettings.NEAR.key()
              + "): its scope is "
              + near.scope()
              + ", and copies are good for one instance alone. Use one of scope PROCESS, for example"
              + " table without a directory.");
    }
    if (!near.can(Capability.BOUNDED_ROWS)) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "Backend 'tiered' cannot keep its copies in backend '"
              + near.name()
              + "' ("
              + TieredSettings.NEAR.key()
              + "): it has no BOUNDED_ROWS, so copies would take any memory there is. Use one that"
              + " has it, for example table.");
    }
  }

  /**
   * What both can do: what the far level can. But nobody builds copies over copies, copies expire
   * by a clock of their own, and a row that the far level evicts is not announced, so that a copy
   * may outlive it.
   */
  static BackendInfo together(BackendInfo far) {
    Set<Capability> capabilities = EnumSet.copyOf(far.capabilities());
    capabilities.remove(Capability.ANNOUNCE);
    capabilities.remove(Capability.INJECTED_CLOCK);
    capabilities.remove(Capability.BOUNDED_ROWS);
    capabilities.add(Capability.CACHED_READS);
    return new BackendInfo(TieredBackendProvider.NAME, far.scope(), capabilities, far.limits());
  }
}
