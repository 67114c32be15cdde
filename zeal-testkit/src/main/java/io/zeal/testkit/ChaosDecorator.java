package io.zeal.testkit;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a {@link Chaos} around backends, if there is one: handed in by {@code
 * ZealConfig.instance(Chaos.class, chaos)}, or asked for by {@code zeal.testkit.chaos=true}. Being
 * on the path alone does nothing, and {@code zeal.testkit.chaos=false} is stronger than what is
 * handed in.
 *
 * <p>It stands where the network is: around the backend the application talks to; of one that keeps
 * copies of another, around the other. It stands closest to the backend, so that other decorators
 * see its faults as they would see real ones.
 */
public final class ChaosDecorator implements BackendDecorator {

  static final Setting<Boolean> CHAOS = Setting.flag("zeal.testkit.chaos");
  static final Setting<Long> SEED =
      Setting.number("zeal.testkit.seed", Long.MIN_VALUE, Long.MAX_VALUE);
  static final Setting<Duration> LATENCY = Setting.duration("zeal.testkit.latency");
  static final Setting<Duration> JITTER = Setting.duration("zeal.testkit.jitter");
  static final Setting<Long> ERRORS = percent("errors");
  static final Setting<Long> TIMEOUTS = percent("timeouts");
  static final Setting<Long> REFUSALS = percent("refusals");
  static final Setting<Long> DROPS = percent("drops");
  static final Setting<Long> DUPLICATES = percent("duplicates");
  static final Setting<Long> REORDERS = percent("reorders");

  private static final System.Logger LOG = System.getLogger("io.zeal.testkit");

  /** Closer to the backend than any other. */
  private static final int ORDER = -10_000;

  private static final double PERCENT = 100;

  private static Setting<Long> percent(String name) {
    return Setting.number("zeal.testkit." + name + "-percent", 0, 100).withDefault(0L);
  }

  @Override
  public String name() {
    return "testkit";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(
        CHAOS, SEED, LATENCY, JITTER, ERRORS, TIMEOUTS, REFUSALS, DROPS, DUPLICATES, REORDERS);
  }

  @Override
  public int order() {
    return ORDER;
  }

  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    Optional<Chaos> handedIn = context.instance(Chaos.class);
    boolean wanted = context.optionalSetting(CHAOS).orElse(handedIn.isPresent());
    if (!wanted || !hasTheNetworkBelow(backend, role)) {
      return backend;
    }
    Chaos chaos = handedIn.orElseGet(() -> asConfigured(context));
    LOG.log(
        System.Logger.Level.WARNING,
        "zeal-testkit may inject faults into backend \"{0}\" ({1}), seed {2}. Take it off the path"
            + " where that is not meant.",
        backend.info().name(),
        role,
        Long.toString(chaos.seed()));
    return withMessages(backend, role, chaos, context);
  }

  /** A near level is memory; and who keeps copies has the network below its far level. */
  private static boolean hasTheNetworkBelow(Backend backend, Role role) {
    return switch (role) {
      case NEAR -> false;
      case FAR -> true;
      case PRIMARY, AUXILIARY -> !backend.info().can(Capability.CACHED_READS);
    };
  }

  private static Chaos asConfigured(BackendContext context) {
    Chaos chaos = context.optionalSetting(SEED).map(Chaos::seeded).orElseGet(Chaos::random);
    return chaos
        .latency(
            context.optionalSetting(LATENCY).orElse(Duration.ZERO),
            context.optionalSetting(JITTER).orElse(Duration.ZERO))
        .errors(context.setting(ERRORS) / PERCENT)
        .timeouts(context.setting(TIMEOUTS) / PERCENT)
        .refusals(context.setting(REFUSALS) / PERCENT)
        .drops(context.setting(DROPS) / PERCENT)
        .duplicates(context.setting(DUPLICATES) / PERCENT)
        .reorders(context.setting(REORDERS) / PERCENT);
  }

  /**
   * Messages of a module stand beside the backend, where no decorator meets them: here they become
   * the backend's own, so that they meet what is switched on.
   */
  private static Backend withMessages(
      Backend backend, Role role, Chaos chaos, BackendContext context) {
    BackendInfo info = backend.info();
    boolean without = !info.can(Capability.PUB_SUB) && !info.can(Capability.RELIABLE_PUB_SUB);
    if (role != Role.PRIMARY || info.scope() != BackendInfo.Scope.PROCESS || !without) {
      return new ChaosBackend(backend, chaos, context.executor());
    }
    List<MessagingProvider> providers = context.plugins(MessagingProvider.class);
    if (providers.size() != 1) {
      return new ChaosBackend(backend, chaos, context.executor());
    }
    MessagingProvider provider = providers.getFirst();
    Messaging module = provider.open(context);
    return new ChaosBackend(backend, with(info, provider), module, chaos, context.executor());
  }

  private static BackendInfo with(BackendInfo info, MessagingProvider provider) {
    Set<Capability> capabilities = new HashSet<>(info.capabilities());
    capabilities.addAll(provider.capabilities());
    Map<String, Long> limits = new HashMap<>(provider.limits());
    limits.putAll(info.limits());
    return new BackendInfo(info.name(), info.scope(), capabilities, limits);
  }
}
