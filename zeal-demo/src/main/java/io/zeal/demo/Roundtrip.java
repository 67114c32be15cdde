package io.zeal.demo;

import io.zeal.Patch;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** {@code GET /demo/store-roundtrip}: one row through all its changes, each checked. */
final class Roundtrip {

  private final Store<Player> store;

  Roundtrip(Zeal zeal, Stores stores) {
    StoreOptions options =
        StoreOptions.defaults().withTtl(Duration.ofMinutes(1)).withCapacity(1024);
    this.store = zeal.store("demo/roundtrip", Player.SCHEMA, stores.portable(options));
  }

  void addTo(Routes routes) {
    routes.add("GET", "/demo/store-roundtrip", this::run);
  }

  record StepAnswer(String step, boolean ok, long micros) {}

  record RoundtripAnswer(boolean ok, String key, List<StepAnswer> steps) {}

  private void run(Exchange exchange) throws IOException {
    var _ = exchange.query();
    String key = UUID.randomUUID().toString();
    List<StepAnswer> steps;
    try {
      steps = steps(key);
    } finally {
      var _ = store.remove(key);
    }
    boolean ok = steps.stream().allMatch(StepAnswer::ok);
    exchange.json(ok ? 200 : 500, new RoundtripAnswer(ok, key, steps));
  }

  private List<StepAnswer> steps(String key) {
    Player first = new Player("Ada", 100, 1, 2.5, true);
    Player patched = new Player("Ada", 100, 7, 2.5, false);
    List<StepAnswer> steps = new ArrayList<>();
    steps.add(step("absent before", () -> store.get(key).isEmpty()));
    steps.add(
        step(
            "put",
            () -> {
              store.put(key, first);
              return true;
            }));
    steps.add(step("read", () -> store.get(key).equals(Optional.of(first))));
    steps.add(step("patch", () -> store.patch(key, Patch.set("level", 7).and("online", false))));
    steps.add(step("read patched", () -> store.get(key).equals(Optional.of(patched))));
    steps.add(step("increment", () -> store.increment(key, "score", 5) == 105));
    steps.add(step("compare and set", () -> store.compareAndSet(key, "score", 105L, 200L)));
    steps.add(step("read column", () -> store.getLong(key, "score").equals(OptionalLong.of(200))));
    steps.add(step("remove", () -> store.remove(key)));
    steps.add(step("absent after", () -> !store.contains(key)));
    return steps;
  }

  private static StepAnswer step(String name, BooleanSupplier act) {
    long start = System.nanoTime();
    boolean ok = act.getAsBoolean();
    return new StepAnswer(name, ok, (System.nanoTime() - start) / 1000);
  }
}
