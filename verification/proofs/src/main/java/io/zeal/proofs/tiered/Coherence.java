package io.zeal.proofs.tiered;

import io.zeal.proofs.tiered.Journal.Run;
import io.zeal.proofs.tiered.Journal.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How long after the answer to a write another process first read it, or a later one. Counted in
 * classes, each a tenth wider than the one before, so that rounds can be added; from processes that
 * read the key all the time, since of others nobody knows.
 */
final class Coherence {

  private static final String CLASS = "coherent in class ";
  private static final double STEP = 1.1;
  private static final long MOST_BETWEEN_READS = TimeUnit.MILLISECONDS.toNanos(20);

  private Coherence() {}

  /** The number of writes in each class, as figures. */
  static Map<String, Long> figures(Journal journal) {
    Map<String, List<Run>> byReader = new HashMap<>();
    for (Run run : journal.runs) {
      byReader
          .computeIfAbsent(run.process() + " " + run.key(), reader -> new ArrayList<>())
          .add(run);
    }
    Map<String, Long> figures = new LinkedHashMap<>();
    byReader.values().forEach(runs -> count(runs, journal, figures));
    return figures;
  }

  private static void count(List<Run> runs, Journal journal, Map<String, Long> figures) {
    Run any = runs.getFirst();
    TreeMap<Long, Write> writes = journal.writes.getOrDefault(any.key(), new TreeMap<>());
    runs.sort(Comparator.comparingLong(Run::firstNanos));
    for (Write write : writes.values()) {
      if (write.process() == any.process()) {
        continue;
      }
      Run fresh = null;
      long before = Long.MIN_VALUE;
      for (Run run : runs) {
        if (isFresh(run, write)) {
          fresh = run;
          break;
        }
        boolean isKnown =
            run.number() == 0 || Plan.isShared(run.key()) || writes.containsKey(run.number());
        before = isKnown ? Math.max(before, run.lastNanos()) : Long.MIN_VALUE;
      }
      if (fresh != null
          && before != Long.MIN_VALUE
          && fresh.firstNanos() - before < MOST_BETWEEN_READS) {
        long nanos = Math.max(0, fresh.firstNanos() - write.endedNanos());
        figures.merge(CLASS + classOf(nanos), 1L, Long::sum);
      }
    }
  }

  /** It, or a later one; or that it is gone, which no copy says. */
  private static boolean isFresh(Run run, Write write) {
    return run.number() == 0
        ? run.firstNanos() >= write.endedNanos()
        : run.number() >= write.number() && run.firstNanos() >= write.beganNanos();
  }

  private static int classOf(long nanos) {
    return (int) Math.ceil(Math.log(1 + nanos / 1_000.0) / Math.log(STEP));
  }

  private static double millis(int number) {
    return (Math.pow(STEP, number) - 1) / 1_000;
  }

  /** The figures of rounds, with percentiles instead of classes. */
  static String tell(Map<String, Long> figures) {
    TreeMap<Integer, Long> classes = new TreeMap<>();
    StringBuilder rest = new StringBuilder();
    figures.forEach((name, number) -> {
      if (name.startsWith(CLASS)) {
        classes.merge(Integer.valueOf(name.substring(CLASS.length())), number, Long::sum);
      } else {
        rest.append(", ").append(name).append(' ').append(number);
      }
    });
    return "seen by another process within %.2f ms (p50), %.2f ms (p99), %.0f ms (all)"
            .formatted(at(classes, 0.5), at(classes, 0.99), at(classes, 1))
        + rest;
  }

  private static double at(SortedMap<Integer, Long> classes, double part) {
    long all = classes.values().stream().mapToLong(Long::longValue).sum();
    long passed = 0;
    for (Map.Entry<Integer, Long> each : classes.entrySet()) {
      passed += each.getValue();
      if (passed >= part * all) {
        return millis(each.getKey());
      }
    }
    return Double.NaN;
  }
}
