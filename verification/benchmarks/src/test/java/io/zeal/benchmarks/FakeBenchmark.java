package io.zeal.benchmarks;

import java.util.List;
import java.util.OptionalLong;

/** An area in which nothing is done; how long it "takes" is said by the test. */
record FakeBenchmark(
    List<Candidate> candidates, List<Goal> wanted, OptionalLong maxBytes, boolean isFullOnly)
    implements Benchmark {

  static final String OURS = "ours";
  static final String PEER = "peer";
  static final String OTHER = "other";

  FakeBenchmark(List<Candidate> candidates, List<Goal> wanted, OptionalLong maxBytes) {
    this(candidates, wanted, maxBytes, false);
  }

  static FakeBenchmark fullOnly() {
    return new FakeBenchmark(
        List.of(idle(OURS), idle(PEER)), List.of(), OptionalLong.empty(), true);
  }

  static FakeBenchmark withGoals(Goal... wanted) {
    return new FakeBenchmark(
        List.of(idle(OURS), idle(PEER), idle(OTHER)), List.of(wanted), OptionalLong.empty());
  }

  static FakeBenchmark allocating(long maxBytes) {
    FakeBenchmark fake = withGoals();
    return new FakeBenchmark(fake.candidates, fake.wanted, OptionalLong.of(maxBytes));
  }

  static Candidate idle(String name) {
    return new Candidate(name, setting -> Subject.of(() -> {}, (picks, count, sink) -> {}));
  }

  @Override
  public String area() {
    return "fake";
  }

  @Override
  public String work() {
    return "do nothing";
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(10, 1));
  }

  @Override
  public List<Setting> quickSettings() {
    return isFullOnly ? List.of() : settings();
  }

  @Override
  public List<Goal> goals(Setting setting) {
    return wanted;
  }

  @Override
  public OptionalLong maxBytesPerOperation(Setting setting) {
    return maxBytes;
  }
}
