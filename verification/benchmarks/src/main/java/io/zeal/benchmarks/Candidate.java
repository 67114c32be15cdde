package io.zeal.benchmarks;

/**
 * Somebody who can do the work of a {@link Benchmark}.
 *
 * @param name as it stands in the table
 * @param opening makes it ready, rows included
 */
public record Candidate(String name, Opening opening) {

  /** Opens a candidate for a setting, filled with {@link Setting#rows()} rows. */
  @FunctionalInterface
  public interface Opening {

    /** Called once per setting; whatever it starts ends with {@link Subject#close()}. */
    Subject open(Setting setting) throws Exception;
  }
}
