package io.zeal.doctor;

import io.zeal.Finding.Severity;
import java.util.Arrays;
import java.util.Locale;

/**
 * What the command line says.
 *
 * @param failOn from which severity on a finding fails the command
 * @param json whether to print JSON
 * @param help whether only the usage was asked for
 */
record Arguments(Severity failOn, boolean json, boolean help) {

  static final String USAGE =
      """
      Usage: io.zeal.doctor.Main [--fail-on SEVERITY] [--json] [--help]
        --fail-on SEVERITY   exit code 1 from this on: INFO, WARNING or ERROR (default WARNING)
        --json               print JSON
      Settings of Zeal are system properties or variables, for example -Dzeal.backend=redis and
      ZEAL_REDIS_URL. Exit code 0: nothing of that severity; 1: there is; 2: wrong use, or the
      backend cannot be opened.\
      """;

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException if it does not fit; the message says what was found and what
   *     to give
   */
  static Arguments parse(String... args) {
    Severity failOn = Severity.WARNING;
    boolean json = false;
    boolean help = false;
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--fail-on" -> failOn = severity(args, ++i);
        case "--json" -> json = true;
        case "--help", "-h" -> help = true;
        default -> throw new IllegalArgumentException("Unknown argument '" + args[i] + "'.");
      }
    }
    return new Arguments(failOn, json, help);
  }

  private static Severity severity(String[] args, int position) {
    String text = position < args.length ? args[position] : "";
    return Arrays.stream(Severity.values())
        .filter(severity -> severity.name().equals(text.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "--fail-on is '" + text + "'. Use one of INFO, WARNING, ERROR."));
  }
}
