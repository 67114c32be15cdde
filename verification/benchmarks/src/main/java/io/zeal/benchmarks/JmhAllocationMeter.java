package io.zeal.benchmarks;

import java.util.Collection;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Lets JMH's gc profiler measure, in short runs: allocation per operation settles as soon as the
 * code is compiled, and unlike time it does not depend on the neighbours.
 */
final class JmhAllocationMeter implements AllocationMeter {

  /** The normalized figure of the profiler; some versions put a middle dot before it. */
  private static final String FIGURE = "gc.alloc.rate.norm";

  private final Pace pace;

  JmhAllocationMeter(Pace pace) {
    this.pace = pace;
  }

  @Override
  public double bytesPerOperation(Benchmark benchmark, Setting setting, Candidate candidate)
      throws Exception {
    Collection<RunResult> results =
        new Runner(options(benchmark, setting, candidate).build()).run();
    for (RunResult result : results) {
      for (String name : result.getSecondaryResults().keySet()) {
        if (name.endsWith(FIGURE)) {
          return result.getSecondaryResults().get(name).getScore();
        }
      }
    }
    throw new IllegalStateException(
        "JMH reported no " + FIGURE + " for " + candidate.name() + ", " + setting);
  }

  private ChainedOptionsBuilder options(Benchmark benchmark, Setting setting, Candidate candidate) {
    TimeValue time = TimeValue.milliseconds(pace.forksForAllocation() ? 500 : 100);
    return new OptionsBuilder()
        .include("^" + AllocationProbe.class.getName().replace(".", "\\.") + "\\.batch$")
        .param("area", benchmark.area())
        .param("benchmark", benchmark.name())
        .param("candidate", candidate.name())
        .param("rows", Integer.toString(setting.rows()))
        .param("threads", Integer.toString(setting.threads()))
        .threads(setting.threads())
        .forks(pace.forksForAllocation() ? 1 : 0)
        .warmupIterations(1)
        .warmupTime(time)
        .measurementIterations(1)
        .measurementTime(time)
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(true)
        .verbosity(VerboseMode.SILENT);
  }
}
