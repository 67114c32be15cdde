package io.zeal.benchmarks.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;

/** A table whose rows are read, as an application opens it. */
final class Watched {

  private Watched() {}

  /** With telemetry switched off, which leaves the backend as it is. */
  static Subject not(Setting setting) {
    return open(ZealConfig.builder().set("zeal.telemetry.enabled", "false"), setting);
  }

  /** As it comes, with telemetry on the path and no SDK. */
  static Subject byNobody(Setting setting) {
    return open(ZealConfig.builder(), setting);
  }

  /** By an SDK, in which every call is timed and, if asked for, a span. */
  static Subject by(OpenTelemetry telemetry, String traces, Setting setting) {
    return open(
        ZealConfig.builder()
            .instance(OpenTelemetry.class, telemetry)
            .set("zeal.telemetry.traces", traces),
        setting);
  }

  private static Subject open(ZealConfig.Builder config, Setting setting) {
    Zeal zeal = Zeal.open(config.set("zeal.backend", "table").build());
    Store<Player> players =
        zeal.store(
            "players",
            Schema.of(Player.class),
            StoreOptions.defaults().withCapacity(2L * setting.rows()));
    for (int row = 0; row < setting.rows(); row++) {
      players.put(Picks.key(row), Player.number(row));
    }
    return reading(zeal, players);
  }

  private static Subject reading(Zeal zeal, Store<Player> players) {
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(players.get(picks.key()).orElseThrow());
          }
        });
  }
}
