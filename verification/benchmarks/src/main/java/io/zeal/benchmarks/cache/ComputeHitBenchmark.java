package io.zeal.benchmarks.cache;

import io.zeal.Cache;
import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import java.util.List;

/** What does a hit of {@code getOrCompute} cost above {@code get}? */
public final class ComputeHitBenchmark implements Benchmark {

  private static final String COMPUTE = "Zeal getOrCompute";
  private static final String GET = "Zeal get";

  @Override
  public String area() {
    return CacheBenchmarks.AREA;
  }

  @Override
  public String work() {
    return "getOrCompute what is there";
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(1_000, 1), new Setting(1_000, 2));
  }

  @Override
  public List<Setting> quickSettings() {
    return List.of(new Setting(1_000, 1));
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(GET, 1.3));
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate(COMPUTE, ComputeHitBenchmark::compute),
        new Candidate(
            GET, setting -> ReadHitBenchmark.reading(ZealCache.open(setting, Files.OFF))));
  }

  private static Subject compute(Setting setting) {
    ZealCache zeal = ZealCache.open(setting, Files.OFF);
    Cache documents = zeal.documents();
    return Subject.of(
        zeal,
        (picks, count, sink) -> {
          for (int i = 0; i < count; i++) {
            sink.consume(
                documents.getOrCompute(
                    picks.key(),
                    Document.class,
                    load -> {
                      throw new IllegalStateException("not cached: " + load.key());
                    }));
          }
        });
  }
}
