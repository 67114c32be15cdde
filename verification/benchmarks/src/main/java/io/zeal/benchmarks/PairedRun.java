package io.zeal.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Measures candidates side by side: in every round each of them works for one slice, in an order
 * shuffled anew.
 *
 * <p>Machines change their speed from second to second, because of their clocks or of neighbours.
 * What is compared is therefore measured within the same second, and only the ratios of one round
 * are ever formed.
 */
final class PairedRun {

  /** The order of candidates in round n is the same in every run. */
  private static final long SEED = 42;

  private final Pace pace;
  private final Slicer slicer;

  PairedRun(Pace pace, Slicer slicer) {
    this.pace = pace;
    this.slicer = slicer;
  }

  /** Works one candidate for one slice. */
  @FunctionalInterface
  interface Slicer {

    /** Nanoseconds per operation, as one thread sees it. */
    double slice(Subject subject, Duration length) throws Exception;
  }

  /**
   * The rounds that count, after some that do not; {@code subjects} are the open candidates by
   * name.
   */
  List<Round> measure(Map<String, Subject> subjects, int warmUpRounds) throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < warmUpRounds; i++) {
      round(subjects, pace.warmUpSlice(), random);
    }
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < pace.rounds(); i++) {
      rounds.add(round(subjects, pace.slice(), random));
    }
    return rounds;
  }

  private Round round(Map<String, Subject> subjects, Duration length, Random random)
      throws Exception {
    List<Map.Entry<String, Subject>> order = new ArrayList<>(subjects.entrySet());
    Collections.shuffle(order, random);
    Map<String, Double> nanos = new LinkedHashMap<>();
    for (Map.Entry<String, Subject> candidate : order) {
      nanos.put(candidate.getKey(), slicer.slice(candidate.getValue(), length));
    }
    return new Round(nanos);
  }
}
