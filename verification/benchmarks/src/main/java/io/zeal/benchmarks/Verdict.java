package io.zeal.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What comes of it: the last lines, and how the process ends. */
record Verdict(String text, int exitCode) {

  static Verdict of(List<Result> results, List<Allocation> allocations, boolean check) {
    List<String> missed =
        Stream.concat(
                results.stream().filter(Result::isDemandedAndMissed).map(Verdict::miss),
                Allocation.missed(allocations).map(Allocation::toString))
            .toList();
    long demanded =
        allocations.size()
            + results.stream()
                .filter(result -> result.goal() != null && result.goal().demanded())
                .count();
    String misses =
        missed.stream().map(miss -> "missed: " + miss + "\n").collect(Collectors.joining());
    String last =
        String.format(
            Locale.ROOT,
            "bench: %d rows, %d goals demanded, %d missed%s",
            results.size(),
            demanded,
            missed.size(),
            missed.isEmpty() ? "." : check ? "; --check fails." : " (not checked).");
    return new Verdict(misses + last, check && !missed.isEmpty() ? 1 : 0);
  }

  private static String miss(Result result) {
    return String.format(
        Locale.ROOT,
        "%s, %s, against %s: %.2f, goal %s",
        result.work(),
        result.setting(),
        result.peer().name(),
        result.ratio().median(),
        result.goal());
  }
}
