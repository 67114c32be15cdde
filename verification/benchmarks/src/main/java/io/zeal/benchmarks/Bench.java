package io.zeal.benchmarks;

import io.zeal.benchmarks.BenchOptions.BadOptionException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The command: options in, table and verdict out. */
final class Bench {

  static final int FAILED = 1;
  static final int BAD_OPTIONS = 2;

  private final List<Benchmark> catalog;
  private final Answering answering;
  private final PrintStream out;
  private final PrintStream err;

  Bench(List<Benchmark> catalog, Answering answering, PrintStream out, PrintStream err) {
    this.catalog = catalog;
    this.answering = answering;
    this.out = out;
    this.err = err;
  }

  /** Where one question is answered: in a JVM of its own, or, in tests, right here. */
  @FunctionalInterface
  interface Answering {

    /** The lines of the table for {@code benchmark}. */
    List<Result> answer(Benchmark benchmark, boolean quick) throws Exception;
  }

  /** Runs and returns the exit code. */
  int run(String... args) {
    SortedSet<String> areas =
        catalog.stream().map(Benchmark::area).collect(Collectors.toCollection(TreeSet::new));
    try {
      return run(BenchOptions.parse(args, areas), areas);
    } catch (BadOptionException e) {
      err.println("bench: " + e.getMessage());
      err.print(BenchOptions.USAGE);
      err.println("Areas: " + String.join(", ", areas));
      return BAD_OPTIONS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("bench: interrupted.");
      return FAILED;
    } catch (Exception e) {
      e.printStackTrace(err);
      err.println("bench: failed, no verdict: " + e.getMessage());
      return FAILED;
    }
  }

  private int run(BenchOptions options, SortedSet<String> areas) throws Exception {
    if (options.help()) {
      out.print(BenchOptions.USAGE);
      out.println("Areas: " + String.join(", ", areas));
      return 0;
    }
    List<Benchmark> wanted = catalog.stream().filter(options::wants).toList();
    wanted.forEach(Bench::requireSense);
    Facts facts = Facts.of(options.quick());
    out.println(facts.line());
    if (facts.isBusy()) {
      out.println(
          "The machine is busy with something else: take the ratios for rough, and the times for nothing.");
    }
    List<Result> results = new ArrayList<>();
    List<Allocation> allocations = new ArrayList<>();
    for (Benchmark benchmark : wanted) {
      if (benchmark.settings(options.quick()).isEmpty()) {
        out.println(benchmark.area() + ": " + benchmark.work() + ": " + benchmark.leftOut());
        continue;
      }
      List<Result> answers = answering.answer(benchmark, options.quick());
      results.addAll(answers);
      allocations.addAll(Allocation.of(benchmark, answers));
    }
    if (options.json().isPresent()) {
      JsonLines.write(options.json().get(), facts, results);
    }
    out.println();
    out.println(Table.of(results));
    out.println();
    Verdict verdict = Verdict.of(results, allocations, options.check());
    out.println(verdict.text());
    return verdict.exitCode();
  }

  /** A goal against a misspelt peer would never be missed. */
  private static void requireSense(Benchmark benchmark) {
    List<String> names = benchmark.candidates().stream().map(Candidate::name).toList();
    if (names.size() < 2 || Set.copyOf(names).size() < names.size()) {
      throw new IllegalArgumentException(
          benchmark.name()
              + " has the candidates "
              + names
              + ". It takes Zeal and at least one peer, all with different names.");
    }
    List<String> peers = names.subList(1, names.size());
    for (Setting setting : benchmark.settings()) {
      for (Goal goal : benchmark.goals(setting)) {
        if (!peers.contains(goal.peer())) {
          throw new IllegalArgumentException(
              benchmark.name()
                  + " has a goal against '"
                  + goal.peer()
                  + "', who is not among its peers: "
                  + peers
                  + ".");
        }
      }
    }
  }
}
