package io.zeal.proofs;

/** One scenario, run again and again with other random numbers. */
public interface Proof {

  /** What it is about, the word behind {@code ./zeal verify}: {@code cache}. */
  String area();

  /** Its own name within the area: {@code kill}. */
  String name();

  /** What is done and what has to hold, in a line. */
  String claim();

  /**
   * Runs one round.
   *
   * @param seed of everything that is random here; the instants at which things happen are not
   * @return what was tried, for the line of progress
   * @throws BrokenPromiseException if what has to hold did not
   * @throws SkippedException if this machine lacks something
   */
  Tally round(long seed) throws Exception;

  /**
   * What a round did.
   *
   * @param calls that returned
   * @param checks of an answer, or of a value after a restart
   */
  record Tally(long calls, long checks) {

    /** Nothing yet. */
    public static final Tally NONE = new Tally(0, 0);

    /** Both together. */
    public Tally plus(Tally other) {
      return new Tally(calls + other.calls, checks + other.checks);
    }
  }
}
