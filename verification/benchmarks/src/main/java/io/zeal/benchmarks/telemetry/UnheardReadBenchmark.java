package io.zeal.benchmarks.telemetry;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Setting;
import java.util.List;

/** What does telemetry on the path cost while nobody listens? */
public final class UnheardReadBenchmark implements Benchmark {

  private static final String WITHOUT = "Zeal table without telemetry";

  @Override
  public String area() {
    return TelemetryBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "get a row, no SDK";
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1), new Setting(1_000, 2), new Setting(100_000, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(new Goal(WITHOUT, 1.03, setting.threads() == 1));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal table with telemetry", Watched::byNobody),
        new Candidate(WITHOUT, Watched::not));
  }

  /** Of a hundredth more rounds than usual can be told. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        usual.coldRounds(),
        usual.warmUpRounds(),
        usual.warmUpSlice(),
        3 * usual.rounds(),
        usual.slice(),
        false);
  }
}
