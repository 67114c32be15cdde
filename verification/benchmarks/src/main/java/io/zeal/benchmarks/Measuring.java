package io.zeal.benchmarks;

import static java.util.Objects.requireNonNull;

import io.zeal.benchmarks.Result.Side;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Answers questions, setting by setting, in this JVM. One thread only. */
final class Measuring {

  private final Pace pace;
  private final AllocationMeter allocation;
  private final PrintStream progress;
  private final boolean quick;
  private boolean cold = true;

  Measuring(Pace pace, AllocationMeter allocation, PrintStream progress, boolean quick) {
    this.quick = quick;
    this.pace = pace;
    this.allocation = allocation;
    this.progress = progress;
  }

  List<Result> answer(Benchmark benchmark) throws Exception {
    List<Result> results = new ArrayList<>();
    for (Setting setting : benchmark.settings(quick)) {
      progress.println(benchmark.area() + ": " + benchmark.work() + ", " + setting + " ...");
      results.addAll(answer(benchmark, setting));
    }
    return results;
  }

  private List<Result> answer(Benchmark benchmark, Setting setting) throws Exception {
    List<Round> rounds = time(benchmark, setting);
    Map<String, Double> bytes = new HashMap<>();
    for (Candidate candidate : benchmark.candidates()) {
      bytes.put(
          candidate.name(),
          benchmark.isAllocationMeasured()
              ? allocation.bytesPerOperation(benchmark, setting, candidate)
              : Double.NaN);
    }
    return results(benchmark, setting, rounds, bytes);
  }

  private List<Round> time(Benchmark benchmark, Setting setting) throws Exception {
    Map<String, Subject> subjects = new LinkedHashMap<>();
    Timing timing = benchmark.timing();
    try {
      for (Candidate candidate : benchmark.candidates()) {
        subjects.put(candidate.name(), candidate.opening().open(setting));
      }
      if (timing == Timing.BATCHES) {
        try (ThreadedSlicer slicer = new ThreadedSlicer(setting)) {
          return measure(benchmark, subjects, slicer);
        }
      }
      try (CallSlicer slicer = new CallSlicer(setting, timing)) {
        return measure(benchmark, subjects, slicer);
      }
    } finally {
      for (Subject subject : subjects.values()) {
        subject.close();
      }
    }
  }

  private List<Round> measure(
      Benchmark benchmark, Map<String, Subject> subjects, PairedRun.Slicer slicer)
      throws Exception {
    Pace own = benchmark.pace(pace);
    return new PairedRun(own, slicer).measure(subjects, warmUpRounds(own));
  }

  private int warmUpRounds(Pace pace) {
    int rounds = cold ? pace.coldRounds() : pace.warmUpRounds();
    cold = false;
    return rounds;
  }

  static List<Result> results(
      Benchmark benchmark, Setting setting, List<Round> rounds, Map<String, Double> bytes) {
    List<Side> sides =
        benchmark.candidates().stream()
            .map(each -> side(each.name(), rounds, requireNonNull(bytes.get(each.name()))))
            .toList();
    return sides.stream()
        .skip(1)
        .map(peer -> result(benchmark, setting, sides.getFirst(), peer, rounds))
        .toList();
  }

  private static Side side(String name, List<Round> rounds, double bytes) {
    Spread nanos = Spread.of(rounds.stream().map(round -> round.nanosOf(name)).toList());
    return new Side(name, nanos, bytes);
  }

  private static Result result(
      Benchmark benchmark, Setting setting, Side ours, Side peer, List<Round> rounds) {
    Spread ratio =
        Spread.of(rounds.stream().map(round -> round.ratio(ours.name(), peer.name())).toList());
    return new Result(
        benchmark.area(),
        benchmark.name(),
        benchmark.work(),
        setting,
        ours,
        peer,
        ratio,
        goalAgainst(peer.name(), benchmark.goals(setting)),
        rounds);
  }

  private static @Nullable Goal goalAgainst(String peer, List<Goal> goals) {
    return goals.stream().filter(goal -> goal.peer().equals(peer)).findFirst().orElse(null);
  }
}
