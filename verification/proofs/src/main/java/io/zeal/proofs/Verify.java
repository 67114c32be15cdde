package io.zeal.proofs;

import io.zeal.proofs.VerifyOptions.BadOptionException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** The command: options in, a line for each proof and a verdict out. */
final class Verify {

  static final int BROKEN = 1;
  static final int BAD_OPTIONS = 2;

  private final List<Proof> catalog;
  private final PrintStream out;
  private final PrintStream err;

  Verify(List<Proof> catalog, PrintStream out, PrintStream err) {
    this.catalog = catalog;
    this.out = out;
    this.err = err;
  }

  /** How a proof ended. */
  private enum Ending {
    HELD,
    SKIPPED,
    BROKEN
  }

  static String name(Proof proof) {
    return proof.area() + "/" + proof.name();
  }

  /**
   * The seed of one round of one proof: the same whether other proofs run too, and however many
   * rounds there are.
   */
  static long seed(long seed, Proof proof, int round) {
    long mixed = seed * 0x9E37_79B9_7F4A_7C15L + name(proof).hashCode();
    return (mixed ^ (mixed >>> 29)) * 0xBF58_476D_1CE4_E5B9L + round;
  }

  /** Runs and returns the exit code. */
  int run(String... args) {
    try {
      return run(VerifyOptions.parse(args, catalog));
    } catch (BadOptionException e) {
      err.println("verify: " + e.getMessage());
      err.print(VerifyOptions.USAGE);
      err.println(proofs());
      return BAD_OPTIONS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      err.println("verify: interrupted.");
      return BROKEN;
    }
  }

  private String proofs() {
    return catalog.stream()
        .map(proof -> "  " + name(proof) + ": " + proof.claim())
        .collect(Collectors.joining("\n", "Proofs:\n", ""));
  }

  private int run(VerifyOptions options) throws InterruptedException {
    if (options.help()) {
      out.print(VerifyOptions.USAGE);
      out.println(proofs());
      return 0;
    }
    out.println("verify: seed " + options.seed() + ", " + options.rounds() + " rounds each");
    int broken = 0;
    int skipped = 0;
    for (Proof proof : catalog.stream().filter(options::wants).toList()) {
      switch (run(proof, options)) {
        case BROKEN -> broken++;
        case SKIPPED -> skipped++;
        case HELD -> {}
      }
    }
    out.println(verdict(broken, skipped));
    return broken == 0 ? 0 : BROKEN;
  }

  private static String verdict(int broken, int skipped) {
    if (broken > 0) {
      return "BROKEN: " + broken + (broken == 1 ? " proof" : " proofs") + ". Why stands above.";
    }
    return skipped == 0 ? "HELD." : "HELD, but for what was skipped: " + skipped + ".";
  }

  private Ending run(Proof proof, VerifyOptions options) throws InterruptedException {
    out.println(name(proof) + ": " + proof.claim());
    long begin = System.nanoTime();
    Proof.Tally tally = Proof.Tally.NONE;
    for (int round = 1; round <= options.rounds(); round++) {
      try {
        tally = tally.plus(proof.round(seed(options.seed(), proof, round)));
      } catch (SkippedException e) {
        out.println("  skipped: " + e.getMessage());
        return Ending.SKIPPED;
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception | Error e) {
        tell(proof, options, round, e);
        return Ending.BROKEN;
      }
    }
    out.printf(
        "  held: %d rounds, %d calls, %d answers checked, %d s%n",
        options.rounds(),
        tally.calls(),
        tally.checks(),
        (System.nanoTime() - begin) / 1_000_000_000);
    if (!tally.figures().isEmpty()) {
      out.println("  " + proof.tell(tally.figures()));
    }
    return Ending.HELD;
  }

  private void tell(Proof proof, VerifyOptions options, int round, Throwable why) {
    out.println("  BROKEN in round " + round + ": " + why.getMessage());
    if (!(why instanceof BrokenPromiseException) || why.getCause() != null) {
      why.printStackTrace(out);
    }
    out.printf(
        "  again: ./zeal verify %s --rounds %d --seed %d%n", name(proof), round, options.seed());
  }
}
