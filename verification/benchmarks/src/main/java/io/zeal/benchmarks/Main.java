package io.zeal.benchmarks;

/** Runs the benchmarks: {@code ./zeal bench [--quick] [--json FILE] [--check] [area...]}. */
public final class Main {

  private Main() {}

  /** Ends with 0, with 1 if a checked goal was missed or a run failed, with 2 for bad options. */
  public static void main(String[] args) {
    System.exit(new Bench(Catalog.all(), new ForkedAnswering(), System.out, System.err).run(args));
  }
}
