package io.zeal.concurrency.lincheck;

import org.jetbrains.kotlinx.lincheck.CTestStructure;
import org.jetbrains.kotlinx.lincheck.execution.RandomExecutionGenerator;
import org.jetbrains.lincheck.datastructures.CTestConfiguration;
import org.jetbrains.lincheck.datastructures.RandomProvider;

/**
 * Random histories, beginning further behind. Lincheck's random numbers are the same in every run;
 * this is what makes two runs differ, and one be run again.
 */
public final class Later extends RandomExecutionGenerator {

  /** The histories among which a run may begin. */
  static final int BEGINNINGS = 20_000;

  private static volatile int skipped;

  /** Called by Lincheck. */
  public Later(
      CTestConfiguration configuration, CTestStructure structure, RandomProvider randomProvider) {
    super(configuration, structure, randomProvider);
    for (int i = 0; i < skipped; i++) {
      var _ = nextExecution();
    }
  }

  /** Says where runs begin that begin from now on. */
  static void begin(long seed) {
    skipped = (int) Math.floorMod(seed, (long) BEGINNINGS);
  }
}
