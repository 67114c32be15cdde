package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;

/** What does it cost to have a whole row as a record that nobody has kept as an object? */
final class DecodeRowBenchmark extends ReadRowBenchmark {

  DecodeRowBenchmark() {
    super(Scale.USUAL);
  }

  @Override
  public String work() {
    return "get a row that is decoded";
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(100_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(
        isHot(setting)
            ? Goal.informative(Chronicle.NAME, 0.4)
            : goal(setting, Chronicle.NAME, 0.85),
        Goal.informative(Ohc.NAME, 0.8));
  }

  @Override
  String zealName() {
    return "Zeal table, decoded";
  }

  @Override
  Subject zeal(Setting setting) {
    return reading(ZealTable.openDecoding(setting));
  }
}
