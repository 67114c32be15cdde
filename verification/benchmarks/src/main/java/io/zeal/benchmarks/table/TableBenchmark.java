package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.ArrayList;
import java.util.List;

/** What the questions of this area share: their circumstances and who is asked. */
abstract class TableBenchmark implements Benchmark {

  static final String AREA = "table";

  final Scale scale;

  TableBenchmark(Scale scale) {
    this.scale = scale;
  }

  /** Whether the rows stay in the processor's caches. */
  static boolean isHot(Setting setting) {
    return setting.rows() <= 1_000;
  }

  /** Whether the goals are about this setting: they are about one thread, and rows as usual. */
  static boolean isAskedOf(Setting setting) {
    return setting.threads() == 1 && setting.rows() <= 100_000;
  }

  /** Where a goal is not demanded it is still something to compare with. */
  static Goal goal(Setting setting, String peer, double maxRatio) {
    return new Goal(peer, maxRatio, isAskedOf(setting));
  }

  @Override
  public final String area() {
    return AREA;
  }

  @Override
  public final String name() {
    return getClass().getSimpleName() + "-" + scale;
  }

  @Override
  public List<Setting> settings() {
    return scale.settings();
  }

  @Override
  public List<Setting> quickSettings() {
    return scale.quickSettings();
  }

  @Override
  public final List<String> jvmFlags() {
    return scale.jvmFlags();
  }

  /** Not with many rows, which would have to be stored once more. */
  @Override
  public boolean isAllocationMeasured() {
    return scale == Scale.USUAL;
  }

  /** With many rows only those with few bytes for each, and the one to compare with. */
  @Override
  public List<Candidate> candidates() {
    List<Candidate> all = new ArrayList<>();
    all.add(new Candidate(zealName(), this::zeal));
    all.add(new Candidate(Peers.HEAP_MAP, this::heapMap));
    all.add(new Candidate(Chronicle.NAME, this::chronicle));
    if (scale == Scale.USUAL) {
      all.add(new Candidate(Peers.CAFFEINE, this::caffeine));
      all.add(new Candidate(Ehcache.NAME, this::ehcache));
      all.add(new Candidate(Ohc.NAME, this::ohc));
    }
    return all;
  }

  String zealName() {
    return ZealTable.NAME;
  }

  abstract Subject zeal(Setting setting);

  abstract Subject heapMap(Setting setting);

  abstract Subject caffeine(Setting setting);

  abstract Subject chronicle(Setting setting);

  abstract Subject ehcache(Setting setting);

  abstract Subject ohc(Setting setting);
}
