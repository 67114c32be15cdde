package io.zeal.proofs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

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

  /** The figures of all rounds, in a line. */
  default String tell(Map<String, Long> figures) {
    return figures.entrySet().stream()
        .map(figure -> figure.getKey() + " " + figure.getValue())
        .collect(Collectors.joining(", "));
  }

  /**
   * What a round did.
   *
   * @param calls that returned
   * @param checks of an answer, or of a value after a restart
   * @param figures what else happened how often, in the order in which it is told
   */
  record Tally(long calls, long checks, Map<String, Long> figures) {

    /** Nothing yet. */
    public static final Tally NONE = new Tally(0, 0);

    /** Keeps the order of the figures. */
    public Tally {
      figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
    }

    /** Without figures. */
    public Tally(long calls, long checks) {
      this(calls, checks, Map.of());
    }

    /** Both together. */
    public Tally plus(Tally other) {
      Map<String, Long> sum = new LinkedHashMap<>(figures);
      other.figures.forEach((what, number) -> sum.merge(what, number, Long::sum));
      return new Tally(calls + other.calls, checks + other.checks, sum);
    }
  }
}
