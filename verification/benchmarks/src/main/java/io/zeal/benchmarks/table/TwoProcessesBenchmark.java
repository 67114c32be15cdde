package io.zeal.benchmarks.table;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Directory;
import io.zeal.benchmarks.Goal;
import io.zeal.benchmarks.Pace;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.benchmarks.Timing;
import io.zeal.benchmarks.table.Together.Kind;
import io.zeal.benchmarks.table.Together.Worked;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How much more do two processes do to the same rows than one?
 *
 * <p>The figure is the time of a thousand increments, of whichever process. In the end the rows
 * have to have every single one of them.
 */
final class TwoProcessesBenchmark implements Benchmark {

  private static final String ONE_PROCESS = "Zeal table, one process";

  /** What the figure is about: nanoseconds of one would be too few digits. */
  private static final int INCREMENTS = 1_000;

  /** How long both increment before they compare notes. */
  private static final Duration LENGTH = Duration.ofMillis(40);

  @Override
  public String area() {
    return TableBenchmark.AREA;
  }

  @Override
  public String name() {
    return "TwoProcesses";
  }

  @Override
  public String work() {
    return "1,000 increments by two processes";
  }

  @Override
  public Timing timing() {
    return Timing.MEAN;
  }

  /** The other process has to compile as well. */
  @Override
  public Pace pace(Pace usual) {
    return new Pace(
        15, 15, Duration.ofMillis(200), usual.rounds(), usual.slice(), usual.forksForAllocation());
  }

  @Override
  public List<Setting> settings() {
    return List.of(new Setting(100_000, 1), new Setting(1, 1));
  }

  /** 1.6 times as much together, and half as much where all want the same row. */
  @Override
  public List<Goal> goals(Setting setting) {
    return List.of(Goal.demanded(ONE_PROCESS, setting.rows() == 1 ? 2.0 : 1 / 1.6));
  }

  @Override
  public List<String> jvmFlags() {
    return Chronicle.FLAGS;
  }

  @Override
  public List<Candidate> candidates() {
    return List.of(
        new Candidate("Zeal table", setting -> Counting.byTwo(Kind.ZEAL, setting)),
        new Candidate(ONE_PROCESS, setting -> Counting.byOne(Kind.ZEAL, setting)),
        new Candidate(Chronicle.NAME, setting -> Counting.byTwo(Kind.CHRONICLE, setting)),
        new Candidate(
            Chronicle.NAME + ", one process", setting -> Counting.byOne(Kind.CHRONICLE, setting)));
  }

  /** Counts in this process and, if there are any, in others, and in the end counts again. */
  static final class Counting implements Subject {

    private final Directory directory;
    private final Together rows;
    private final List<OtherProcess> others;
    private long expected;

    Counting(Directory directory, Together rows, List<OtherProcess> others) {
      this.directory = directory;
      this.rows = rows;
      this.others = others;
      this.expected = rows.sum().getAsLong();
    }

    static Counting byOne(Kind kind, Setting setting) throws Exception {
      return open(kind, setting, 0);
    }

    static Counting byTwo(Kind kind, Setting setting) throws Exception {
      return open(kind, setting, 1);
    }

    @SuppressWarnings("MustBeClosedChecker")
    private static Counting open(Kind kind, Setting setting, int others) throws Exception {
      Directory directory = Directory.inMemory();
      try {
        Together rows = Together.openFilled(kind, directory.path(), setting);
        try {
          return new Counting(
              directory,
              rows,
              others == 0
                  ? List.of()
                  : List.of(OtherProcess.start(kind, directory.path(), setting)));
        } catch (Exception e) {
          rows.close();
          throw e;
        }
      } catch (Exception e) {
        directory.close();
        throw e;
      }
    }

    @Override
    public void run(Picks picks, int count, Blackhole sink) {
      for (int i = 0; i < count; i++) {
        sink.consume(nanosOfOne(picks, sink));
      }
    }

    @Override
    public long nanosOfOne(Picks picks, Blackhole sink) {
      others.forEach(other -> other.begin(LENGTH));
      double perNano = counted(rows.work(picks, LENGTH));
      for (OtherProcess other : others) {
        try {
          perNano += counted(other.worked());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      return Math.round(INCREMENTS / perNano);
    }

    private double counted(Worked worked) {
      expected += worked.increments();
      return worked.perNano();
    }

    /** What all did must be there, no more and no less. */
    @Override
    public void close() throws Exception {
      others.forEach(OtherProcess::close);
      long found;
      try (directory;
          rows) {
        found = rows.sum().getAsLong();
      }
      if (found != expected) {
        throw new IllegalStateException(
            "After increments by all processes the rows hold "
                + found
                + " together, and it should be "
                + expected
                + ": increments were lost or done twice.");
      }
    }
  }
}
