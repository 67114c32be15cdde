package io.zeal.proofs;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What was typed behind {@code ./zeal verify}.
 *
 * @param areas empty means all; {@code cache} or one proof of it, {@code cache/kill}
 */
record VerifyOptions(boolean help, int rounds, long seed, List<String> areas) {

  static final String USAGE =
      """
      Usage: ./zeal verify [area...] [--rounds N] [--seed S]
        area        all proofs of an area (cache, concurrency, kill, messages, tiered) or one of them (cache/kill); all if none is given
        --rounds N  how often each proof is run (default 10)
        --seed S    the random numbers of an earlier run: it prints them. The same calls are made and the same
                    bytes damaged; the instants at which processes are killed are as good as the clock allows
      """;

  private static final int DEFAULT_ROUNDS = 10;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Something typed makes no sense; the message says what. */
  static final class BadOptionException extends Exception {

    private static final long serialVersionUID = 1L;

    BadOptionException(String message) {
      super(message);
    }
  }

  static VerifyOptions parse(String[] args, List<Proof> known) throws BadOptionException {
    boolean help = false;
    long rounds = DEFAULT_ROUNDS;
    long seed = RANDOM.nextInt(Integer.MAX_VALUE);
    SortedSet<String> areas = new TreeSet<>();
    Iterator<String> rest = List.of(args).iterator();
    while (rest.hasNext()) {
      String arg = rest.next();
      switch (arg) {
        case "--help", "-h" -> help = true;
        case "--rounds" -> rounds = number(arg, rest, 1, Integer.MAX_VALUE);
        case "--seed" -> seed = number(arg, rest, Long.MIN_VALUE, Long.MAX_VALUE);
        default -> areas.add(area(arg, known));
      }
    }
    return new VerifyOptions(help, (int) rounds, seed, new ArrayList<>(areas));
  }

  private static long number(String option, Iterator<String> rest, long least, long most)
      throws BadOptionException {
    if (!rest.hasNext()) {
      throw new BadOptionException(option + " stands last. Put a number behind it.");
    }
    String text = rest.next();
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below.
    }
    throw new BadOptionException(
        option + " is '" + text + "'. Use a number from " + least + " to " + most + ".");
  }

  private static String area(String arg, List<Proof> known) throws BadOptionException {
    if (arg.startsWith("-")) {
      throw new BadOptionException("No option '" + arg + "'.");
    }
    if (known.stream().noneMatch(proof -> isMeant(proof, arg))) {
      throw new BadOptionException("No area '" + arg + "'.");
    }
    return arg;
  }

  boolean wants(Proof proof) {
    return areas.isEmpty() || areas.stream().anyMatch(area -> isMeant(proof, area));
  }

  private static boolean isMeant(Proof proof, String area) {
    return area.equals(proof.area()) || area.equals(Verify.name(proof));
  }
}
