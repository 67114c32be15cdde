package io.zeal.telemetry;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.spi.Role;
import java.util.Locale;

/**
 * What backend is measured.
 *
 * @param system what it is, as {@code db.system.name}
 * @param role what it was opened for
 * @param remote whether its calls go over a network
 */
record Subject(String system, Role role, boolean remote) {

  /**
   * Who may answer from copies of its own makes its calls over another backend, which is measured
   * by itself.
   */
  static Subject of(BackendInfo info, Role role) {
    boolean remote =
        info.scope() == BackendInfo.Scope.CLUSTER && !info.can(Capability.CACHED_READS);
    return new Subject(remote ? info.name() : Names.ofZeal(info.name()), role, remote);
  }

  String roleName() {
    return role.name().toLowerCase(Locale.ROOT);
  }
}
