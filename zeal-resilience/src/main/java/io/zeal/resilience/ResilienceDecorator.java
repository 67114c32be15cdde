package io.zeal.resilience;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Stands around every remote backend unless {@code zeal.resilience.enabled} is false. Rules: {@code
 * docs/contract/resilience.md}.
 */
public final class ResilienceDecorator implements BackendDecorator {

  private final LongSupplier nanoTime;

  /** For {@code ServiceLoader}. */
  public ResilienceDecorator() {
    this(System::nanoTime);
  }

  /** With another clock, for tests. */
  ResilienceDecorator(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public String name() {
    return "resilience";
  }

  @Override
  public List<Setting<?>> settings() {
    return ResilienceSettings.all();
  }

  /** Close to the backend, so that whoever counts calls further out sees those that are refused. */
  @Override
  public int order() {
    return 100;
  }

  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    if (!context.setting(ResilienceSettings.ENABLED) || !isRemote(backend.info(), role)) {
      return backend;
    }
    BackendInfo info = backend.info();
    ResilienceSettings settings = ResilienceSettings.of(context, info.name());
    Circuit circuit = new Circuit(info.name(), settings, nanoTime, context.clock());
    Retries retries = new Retries(info.name(), settings, circuit, nanoTime, context.executor());
    return new ResilientBackend(
        backend,
        role != Role.FAR, // whoever keeps copies of its own would take what is stale for new
        circuit,
        retries,
        new Memories(settings, nanoTime));
  }

  /**
   * A backend that is made of copies answers from them whatever its far level does, and that one
   * has a circuit already.
   */
  private static boolean isRemote(BackendInfo info, Role role) {
    return switch (role) {
      case NEAR -> false;
      case FAR -> info.scope() == BackendInfo.Scope.CLUSTER;
      case PRIMARY, AUXILIARY ->
          info.scope() == BackendInfo.Scope.CLUSTER && !info.can(Capability.CACHED_READS);
    };
  }
}
