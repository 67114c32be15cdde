package io.zeal.proofs;

/** Runs the proofs: {@code ./zeal verify [area...] [--rounds N] [--seed S]}. */
public final class Main {

  private Main() {}

  /**
   * Ends with 0, with 1 if a promise was broken or a proof could not run, with 2 for bad options.
   */
  public static void main(String[] args) {
    System.exit(new Verify(Catalog.all(), System.out, System.err).run(args));
  }
}
