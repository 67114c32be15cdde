package io.zeal.concurrency;

import io.zeal.concurrency.jcstress.Jcstress;
import io.zeal.concurrency.lincheck.Lincheck;
import java.util.Optional;

/**
 * Runs tests for longer, in a process with whatever flags: {@code ./zeal verify concurrency} starts
 * it. What was found is on the standard output.
 */
public final class Main {

  private static final String USAGE =
      """
      jcstress MILLIS          each test for that long
      lincheck SEED HISTORIES  so many histories of each kind
      eviction SEED CALLS      so many calls by each thread\
      """;

  private static final int TIMES = 400;

  private Main() {}

  /** Ends with 0, with 1 if something was found, with 2 for bad arguments. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  private static int run(String[] args) throws InterruptedException {
    try {
      return switch (args.length == 0 ? "" : args[0]) {
        case "jcstress" -> jcstress(Integer.parseInt(args[1]));
        case "lincheck" -> lincheck(Long.parseLong(args[1]), Integer.parseInt(args[2]));
        case "eviction" ->
            told("eviction", Eviction.run(Long.parseLong(args[1]), Integer.parseInt(args[2])));
        default -> badArguments();
      };
    } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
      return badArguments();
    }
  }

  private static int badArguments() {
    System.err.println(USAGE);
    return 2;
  }

  private static int jcstress(int millis) {
    int worst = 0;
    for (String test : Jcstress.tests()) {
      Jcstress.Result result = Jcstress.run(test, millis);
      System.out.println(test + ": " + result.runs() + " runs");
      result.interesting().forEach(line -> System.out.println("  interesting: " + line));
      result.failures().forEach(line -> System.out.println("  forbidden: " + line));
      worst = Math.max(worst, result.passed() ? 0 : 1);
    }
    return worst;
  }

  private static int lincheck(long seed, int histories) {
    int worst = 0;
    for (String test : Lincheck.tests()) {
      var effort = new Lincheck.Effort(seed, histories, TIMES);
      worst = Math.max(worst, told(test, Lincheck.run(test, effort)));
    }
    return worst;
  }

  private static int told(String test, Optional<String> found) {
    System.out.println(test + ": " + found.orElse("nothing found"));
    return found.isPresent() ? 1 : 0;
  }
}
