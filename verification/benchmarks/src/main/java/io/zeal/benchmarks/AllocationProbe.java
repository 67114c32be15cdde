package io.zeal.benchmarks;

import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Any candidate of any benchmark as JMH wants to see it. Must be public and open for JMH's
 * generated code.
 */
@State(Scope.Benchmark)
public class AllocationProbe {

  /** {@link Benchmark#area()}. */
  @Param("")
  public String area = "";

  /** {@link Benchmark#name()}. */
  @Param("")
  public String benchmark = "";

  /** {@link Candidate#name()}. */
  @Param("")
  public String candidate = "";

  /** {@link Setting#rows()}. */
  @Param("1")
  public int rows;

  /** {@link Setting#threads()}. */
  @Param("1")
  public int threads;

  private Subject subject = Subject.of(() -> {}, (picks, count, sink) -> {});

  /** Opens the candidate that the parameters name. */
  @Setup
  public void open() throws Exception {
    Benchmark found = Catalog.find(area, benchmark);
    for (Candidate each : found.candidates()) {
      if (each.name().equals(candidate)) {
        subject = each.opening().open(new Setting(rows, threads));
        return;
      }
    }
    throw new IllegalArgumentException("No candidate '" + candidate + "' in " + benchmark);
  }

  /** Closes it. */
  @TearDown
  public void close() throws Exception {
    subject.close();
  }

  /** Some operations. */
  @org.openjdk.jmh.annotations.Benchmark
  @OperationsPerInvocation(ThreadedSlicer.BATCH)
  public void batch(Cursor cursor, Blackhole sink) {
    subject.run(cursor.picks, ThreadedSlicer.BATCH, sink);
  }

  /** The picks of one thread. */
  @State(Scope.Thread)
  public static class Cursor {

    private Picks picks = new Picks(1, 0);

    /** Makes the picks that the timed run uses too. */
    @Setup
    public void pick(AllocationProbe probe, ThreadParams thread) {
      picks = new Picks(probe.rows, thread.getThreadIndex());
    }
  }
}
