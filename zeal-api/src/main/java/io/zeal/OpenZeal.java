package io.zeal;

import io.zeal.spi.Backend;
import io.zeal.spi.CacheProvider;
import io.zeal.spi.Caches;
import io.zeal.spi.CounterSpec;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Plugin;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An open {@link Zeal}: one backend, and the caches and messages above it once they are asked for.
 * No lock is held while a plugin's code runs ({@link Part}).
 */
final class OpenZeal implements Zeal {

  private final Backend backend;
  private final BackendInfo info; // kept, so that messages can name a backend that is closed
  private final BackendInfo shown; // and what messages of a module add to it
  private final Opening opening;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Part<Caches> caches = new Part<>("caches", this::closedError);
  private final Part<Messaging> messaging = new Part<>("messages", this::closedError);

  OpenZeal(Backend backend, Opening opening) {
    this.backend = backend;
    this.info = backend.info();
    this.opening = opening;
    this.shown = withMessages(info, opening.plugins().messaging());
  }

  /**
   * What {@link #messaging} would use of a module is what the application can use. A capability or
   * a limit is shown only if the messages it speaks of are the module's, so that nothing a backend
   * does not claim of its own messages is claimed for it.
   */
  private static BackendInfo withMessages(BackendInfo info, List<MessagingProvider> providers) {
    boolean ownMessages = info.can(Capability.PUB_SUB) && info.can(Capability.RELIABLE_PUB_SUB);
    if (info.scope() != BackendInfo.Scope.PROCESS || ownMessages || providers.size() != 1) {
      return info;
    }
    MessagingProvider provider = providers.getFirst();
    Set<Capability> capabilities = new HashSet<>(info.capabilities());
    Map<String, Long> limits = new HashMap<>(provider.limits());
    limits.putAll(info.limits());
    for (Capability offered : provider.capabilities()) {
      Capability kind =
          offered == Capability.RELIABLE_PUB_SUB || offered == Capability.DURABLE_MESSAGES
              ? Capability.RELIABLE_PUB_SUB
              : Capability.PUB_SUB;
      if (!info.can(kind)) {
        capabilities.add(offered);
      }
    }
    return new BackendInfo(info.name(), info.scope(), capabilities, limits);
  }

  /** Refuses if this instance is closed. */
  void requireOpen() {
    if (closed.get()) {
      throw closedError();
    }
  }

  private ZealClosedException closedError() {
    return new ZealClosedException(
        "This Zeal instance (backend '"
            + info.name()
            + "') is closed. Open another, or close it later.");
  }

  @Override
  public <R> Store<R> store(String name, Schema<R> schema, StoreOptions options) {
    requireOpen();
    Text.requireStoreName(name);
    requireCapabilities(name, Objects.requireNonNull(options, "options"));
    StoreSpec<R> spec =
        new StoreSpec<>(name, Objects.requireNonNull(schema, "schema"), options, null);
    return new BoundStore<>(this, backend.rows(spec), spec);
  }

  private void requireCapabilities(String store, StoreOptions options) {
    for (Capability wanted : options.requested()) {
      if (!info.can(wanted)) {
        throw unsupported(wanted, "Store " + Texts.quote(store) + " asks for it.");
      }
    }
    if (info.can(Capability.COUNT)
        && !info.can(Capability.EXACT_COUNT)
        && !options.accepted().contains(Capability.EXACT_COUNT)) {
      throw unsupported(
          Capability.EXACT_COUNT,
          "Open store "
              + Texts.quote(store)
              + " with StoreOptions.accepting(EXACT_COUNT) if counts may be off.");
    }
  }

  UnsupportedCapabilityException unsupported(Capability capability, String more) {
    return new UnsupportedCapabilityException(
        capability,
        "Backend '"
            + info.name()
            + "' has no "
            + capability
            + ". "
            + more
            + " It has: "
            + new java.util.TreeSet<>(info.capabilities())
            + ". "
            + OwnBackends.with(capability));
  }

  /** Refuses a call that needs a capability the backend lacks. */
  void require(Capability capability, String call) {
    if (!info.can(capability)) {
      throw unsupported(capability, call + " needs it.");
    }
  }

  @Override
  public Counter counter(String name, CounterOptions options) {
    requireOpen();
    Text.requireName(name, "counter");
    require(Capability.COUNTERS, "counter()");
    CounterSpec spec = new CounterSpec(name, Objects.requireNonNull(options, "options"));
    return new BoundCounter(this, backend.counters().counter(spec), spec);
  }

  @Override
  public BulkResult<Long> getAll(Collection<Counter> counters) {
    requireOpen();
    require(Capability.COUNTERS, "getAll(counters)");
    Set<CounterSpec> specs = new LinkedHashSet<>();
    Objects.requireNonNull(counters, "counters").forEach(counter -> specs.add(spec(counter)));
    return backend.counters().getAll(specs);
  }

  @Override
  public BulkResult<Long> addAll(Map<Counter, Long> deltas) {
    requireOpen();
    require(Capability.COUNTERS, "addAll(counters)");
    Map<CounterSpec, Long> specs = new LinkedHashMap<>();
    Map<String, CounterSpec> names = new HashMap<>();
    Objects.requireNonNull(deltas, "deltas")
        .forEach((counter, delta) -> {
          CounterSpec spec = spec(counter);
          if (names.put(spec.name(), spec) != null) {
            throw new InvalidArgumentException(
                ErrorCode.INVALID_ARGUMENT,
                "Counter " + Texts.quote(spec.name()) + " is there twice. Name each counter once.");
          }
          specs.put(spec, Objects.requireNonNull(delta, "delta"));
        });
    return backend.counters().addAll(specs);
  }

  private CounterSpec spec(Counter counter) {
    if (Objects.requireNonNull(counter, "counter") instanceof BoundCounter bound
        && bound.owner() == this) {
      return bound.spec();
    }
    throw new InvalidArgumentException(
        ErrorCode.INVALID_ARGUMENT,
        "Counter "
            + Texts.quote(counter.name())
            + " is of another Zeal instance. Pass counters of this one.");
  }

  @Override
  public Cache cache(String name, CacheOptions options) {
    requireOpen();
    Text.requireName(name, "cache");
    return caches().cache(name, Objects.requireNonNull(options, "options"));
  }

  private Caches caches() {
    return caches.open(() -> {
      CacheProvider provider =
          only(
              opening.plugins().caches(),
              "Caches need a module on the path: add io.zeal:zeal-cache.");
      return Plugins.open(
          "Cache provider", provider, () -> provider.open(backend, opening.context()));
    });
  }

  private static <P extends Plugin> P only(List<P> plugins, String advice) {
    if (plugins.size() != 1) {
      throw new ConfigurationException(
          ErrorCode.MODULE_NOT_FOUND,
          plugins.isEmpty()
              ? advice
              : "Several plugins offer the same: "
                  + plugins.stream().map(Plugin::name).toList()
                  + ". Keep one on the path.");
    }
    return plugins.getFirst();
  }

  @Override
  public PubSub pubSub() {
    return messaging(Capability.PUB_SUB).pubSub();
  }

  @Override
  public ReliablePubSub reliablePubSub() {
    return messaging(Capability.RELIABLE_PUB_SUB).reliablePubSub();
  }

  /**
   * The backend's own messages; in one process also those of a module, never so for a backend of
   * wider scope.
   */
  private Messaging messaging(Capability capability) {
    requireOpen();
    if (info.can(capability)) {
      return backend.messaging();
    }
    List<MessagingProvider> providers = opening.plugins().messaging();
    if (info.scope() != BackendInfo.Scope.PROCESS || providers.isEmpty()) {
      throw unsupported(
          capability,
          info.scope() == BackendInfo.Scope.PROCESS
              ? "Add io.zeal:zeal-pubsub for messages inside this process."
              : "Messages that reach one process only would be a pretence on a shared backend.");
    }
    return messaging.open(() -> {
      MessagingProvider provider = only(providers, "");
      return Plugins.open("Messaging provider", provider, () -> provider.open(opening.context()));
    });
  }

  /** Messages that are open; the backend's own are as long as it is. */
  private Optional<Messaging> openMessaging() {
    return hasOwnMessages() ? Optional.of(backend.messaging()) : messaging.opened();
  }

  private boolean hasOwnMessages() {
    return info.can(Capability.PUB_SUB) || info.can(Capability.RELIABLE_PUB_SUB);
  }

  @Override
  public Scripts scripts() {
    requireOpen();
    require(Capability.SCRIPTS, "scripts()");
    return new BoundScripts(this, backend.scripts());
  }

  @Override
  public BackendInfo info() {
    return shown;
  }

  @Override
  public Stats stats() {
    requireOpen();
    Map<String, Stats> parts = new HashMap<>(Map.of("backend", backend.stats()));
    caches.opened().ifPresent(open -> parts.put("caches", open.stats()));
    openMessaging().ifPresent(open -> parts.put("messages", open.stats()));
    return new Stats("zeal", Map.of(), parts);
  }

  @Override
  public List<Finding> inspect() {
    requireOpen();
    List<Finding> findings = new ArrayList<>(backend.inspect());
    caches.opened().ifPresent(open -> findings.addAll(open.inspect()));
    openMessaging().ifPresent(open -> findings.addAll(open.inspect()));
    requireOpen(); // of what closes meanwhile everything cannot be reached, and that means nothing
    return opening.doctor().findings(findings);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      closeAll(caches::close, messaging::close, backend, opening::end);
    }
  }

  /** Closes all of them, whatever one throws; the first error is thrown at the end. */
  private static void closeAll(AutoCloseable... all) {
    Throwable failure = null;
    for (AutoCloseable one : all) {
      try {
        one.close();
      } catch (Throwable e) { // an Error too, such as a class that is missing at the end
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    switch (failure) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  /** The backend; not the settings, some of which are secret. */
  @Override
  public String toString() {
    return "Zeal[" + info.name() + (closed.get() ? ", closed]" : "]");
  }
}
