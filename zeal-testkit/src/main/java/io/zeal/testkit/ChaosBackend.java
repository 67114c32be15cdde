package io.zeal.testkit;

import io.zeal.BackendInfo;
import io.zeal.Scripts;
import io.zeal.Stats;
import io.zeal.spi.Announcer;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import io.zeal.spi.Texts;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A backend whose calls and messages meet what is switched on at a {@link Chaos}; while nothing is,
 * the backend itself. Applications have it put around theirs by handing a {@link Chaos} in; this is
 * for tests that have a backend in their hands.
 *
 * <p>{@code info}, {@code stats} and {@code inspect} are never disturbed. {@code stats} has a part
 * {@code chaos} with what was injected.
 */
public final class ChaosBackend extends ForwardingBackend {

  private final Chaos chaos;
  private final Calls calls;
  private final BackendInfo info;

  /** Messages of a module, for a backend that has none; null for none. */
  private final @Nullable Messaging module;

  private final Lines lines;

  /** Around {@code backend}, which this closes. */
  public ChaosBackend(Backend backend, Chaos chaos) {
    this(backend, chaos, task -> Thread.ofVirtual().name("zeal-chaos").start(task));
  }

  ChaosBackend(Backend backend, Chaos chaos, Executor executor) {
    this(backend, backend.info(), null, chaos, executor);
  }

  ChaosBackend(
      Backend backend,
      BackendInfo info,
      @Nullable Messaging module,
      Chaos chaos,
      Executor executor) {
    super(backend);
    this.chaos = Objects.requireNonNull(chaos, "chaos");
    this.info = info;
    this.module = module;
    this.calls = new Calls(chaos, "Backend " + Texts.quote(info.name()), chaos.nextPlace());
    this.lines = new Lines(chaos, executor);
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    Calls own = calls.of("Store " + Texts.quote(spec.name()), "store:" + spec.name());
    Announcer announcer = spec.announcer();
    StoreSpec<R> below = announcer == null ? spec : spec.withAnnouncer(LostReply.around(announcer));
    return new ChaosRows<>(own.read("OPEN_STORE", "", () -> super.rows(below)), spec, own);
  }

  @Override
  public Counters counters() {
    return new ChaosCounters(super.counters(), calls.of("Counters", "counters"));
  }

  @Override
  public Scripts scripts() {
    Scripts scripts = super.scripts();
    Calls own = calls.of("Script", "scripts");
    return (script, keys, arguments) ->
        own.change("RUN", String.join("\0", keys), () -> scripts.run(script, keys, arguments));
  }

  @Override
  public Messaging messaging() {
    return new ChaosMessaging(
        module == null ? super.messaging() : module, calls.of("Messages", "messages"), lines);
  }

  @Override
  public Stats stats() {
    Stats stats = super.stats();
    Map<String, Stats> parts = new HashMap<>(stats.parts());
    parts.put("chaos", injected());
    return new Stats(stats.name(), stats.numbers(), parts);
  }

  private Stats injected() {
    Map<String, Long> numbers = new HashMap<>();
    for (Fault fault : Fault.values()) {
      numbers.put(fault.name().toLowerCase(Locale.ROOT), chaos.injected(fault));
    }
    return Stats.of("chaos", numbers);
  }

  @Override
  public void close() {
    long from = lines.end();
    try {
      if (module != null) {
        module.close();
      }
    } finally {
      super.close();
    }
    lines.await(from);
  }
}
