package io.zeal.demo;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.Zeal;
import io.zeal.ZealException;
import io.zeal.telemetry.StatsText;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /health/store}: what the backend is, can do and says of itself; 503 if it cannot be
 * read. {@code GET /metrics}: its numbers as Prometheus reads them.
 */
final class Health {

  private final Zeal zeal;
  private final Stores stores;

  Health(Zeal zeal, Stores stores) {
    this.zeal = zeal;
    this.stores = stores;
  }

  void addTo(Routes routes) {
    routes.add("GET", "/health/store", this::health).add("GET", "/metrics", this::metrics);
  }

  record HealthAnswer(
      String status,
      BackendAnswer backend,
      @Nullable StatsAnswer stats,
      @Nullable List<Finding> findings,
      Problem.@Nullable Detail error) {}

  record BackendAnswer(
      String name,
      String scope,
      List<String> capabilities,
      List<String> missing,
      Map<String, String> limits) {}

  record StatsAnswer(String name, Map<String, String> numbers, List<StatsAnswer> parts) {}

  private void health(Exchange exchange) throws IOException {
    var _ = exchange.query();
    BackendAnswer backend = answer(zeal.info());
    try {
      var _ = stores.list(); // numbers may be local; this asks the backend
      exchange.json(
          200, new HealthAnswer("up", backend, answer(zeal.stats()), zeal.inspect(), null));
    } catch (ZealException e) {
      exchange.json(503, new HealthAnswer("down", backend, null, null, Problem.of(e).detail()));
    }
  }

  private void metrics(Exchange exchange) throws IOException {
    var _ = exchange.query();
    exchange.text(StatsText.PROMETHEUS_TYPE, StatsText.prometheus(zeal.stats()));
  }

  private static BackendAnswer answer(BackendInfo info) {
    return new BackendAnswer(
        info.name(),
        info.scope().name(),
        names(info::can),
        names(capability -> !info.can(capability)),
        texts(info.limits()));
  }

  private static List<String> names(Predicate<Capability> which) {
    return Arrays.stream(Capability.values()).filter(which).map(Enum::name).toList();
  }

  private static StatsAnswer answer(Stats stats) {
    return new StatsAnswer(
        stats.name(),
        texts(stats.numbers()),
        stats.parts().values().stream().map(Health::answer).toList());
  }

  private static Map<String, String> texts(Map<String, Long> numbers) {
    Map<String, String> texts = new TreeMap<>();
    numbers.forEach((name, number) -> texts.put(name, String.valueOf(number)));
    return texts;
  }
}
