package io.zeal.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was typed behind {@code ./zeal bench}.
 *
 * @param areas empty means all
 */
record BenchOptions(
    boolean quick, boolean check, boolean help, Optional<Path> json, List<String> areas) {

  static final String USAGE =
      """
      Usage: ./zeal bench [--quick] [--json FILE] [--check] [area...]
        --quick      shorter and noisier
        --json FILE  write one JSON object per row, rounds included
        --check      end with 1 if a demanded goal is missed: what Zeal allocates,
                     and every ratio whose goal stands without (info)
      """;

  /** Something typed makes no sense; the message says what. */
  static final class BadOptionException extends Exception {

    BadOptionException(String message) {
      super(message);
    }
  }

  static BenchOptions parse(String[] args, SortedSet<String> knownAreas) throws BadOptionException {
    boolean quick = false;
    boolean check = false;
    boolean help = false;
    Optional<Path> json = Optional.empty();
    SortedSet<String> areas = new TreeSet<>();
    Iterator<String> rest = List.of(args).iterator();
    while (rest.hasNext()) {
      String arg = rest.next();
      switch (arg) {
        case "--quick" -> quick = true;
        case "--check" -> check = true;
        case "--help", "-h" -> help = true;
        case "--json" -> json = Optional.of(jsonFile(rest));
        default -> areas.add(area(arg, knownAreas));
      }
    }
    return new BenchOptions(quick, check, help, json, new ArrayList<>(areas));
  }

  /** Looked at now: a run of minutes must not end with a file that cannot be written. */
  private static Path jsonFile(Iterator<String> rest) throws BadOptionException {
    if (!rest.hasNext()) {
      throw new BadOptionException("--json stands last. Put a file name behind it.");
    }
    Path file = Path.of(rest.next());
    Path directory = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file) || directory == null || !Files.isWritable(directory)) {
      throw new BadOptionException(
          "--json cannot write '" + file + "'. Name a file in a directory that is there.");
    }
    return file;
  }

  private static String area(String arg, SortedSet<String> known) throws BadOptionException {
    if (arg.startsWith("-")) {
      throw new BadOptionException("No option '" + arg + "'.");
    }
    if (!known.contains(arg)) {
      throw new BadOptionException("No area '" + arg + "'.");
    }
    return arg;
  }

  boolean wants(Benchmark benchmark) {
    return areas.isEmpty() || areas.contains(benchmark.area());
  }
}
