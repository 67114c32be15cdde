package io.zeal.benchmarks;

import org.openjdk.jmh.infra.Blackhole;

/** A candidate that is open and filled. */
public interface Subject {

  /**
   * Does the work {@code count} times. Several threads call it at once, each with its own picks and
   * sink.
   *
   * <p>The loop stands here, in the candidate, and not in the harness: a shared loop would call all
   * candidates through one call site, which the compiler then could not inline, and the dispatch
   * would be measured along. Whatever an operation yields goes into {@code sink}, whole: a result
   * nobody reads is not computed.
   */
  void run(Picks picks, int count, Blackhole sink);

  /**
   * The nanoseconds of one call, where each is timed by itself: those of {@link #run}, unless what
   * is asked for ends elsewhere, as in a handler.
   */
  default long nanosOfOne(Picks picks, Blackhole sink) {
    long before = System.nanoTime();
    run(picks, 1, sink);
    return System.nanoTime() - before;
  }

  /** Called before each slice and not timed; only where each call is timed by itself. */
  default void prepare() throws Exception {}

  /** Ends what opening started. */
  void close() throws Exception;

  /** A subject that does {@code work} and in the end closes {@code resource}. */
  static Subject of(AutoCloseable resource, Work work) {
    return new Subject() {
      @Override
      public void run(Picks picks, int count, Blackhole sink) {
        work.run(picks, count, sink);
      }

      @Override
      public void close() throws Exception {
        resource.close();
      }
    };
  }

  /** {@link Subject#run} alone. */
  @FunctionalInterface
  interface Work {

    /** See {@link Subject#run}. */
    void run(Picks picks, int count, Blackhole sink);
  }
}
