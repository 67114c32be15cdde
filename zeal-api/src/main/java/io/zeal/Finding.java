package io.zeal;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Something about a configuration or a server that its operator should know.
 *
 * @param code stable, explained in {@code docs/errors.md}
 * @param severity how bad it is
 * @param found what was found, without secrets
 * @param action what to do
 * @param acknowledged whether the operator knows of it, by the setting {@code
 *     zeal.doctor.acknowledge}: it is shown, and raises no alarm
 */
public record Finding(
    String code, Severity severity, String found, String action, boolean acknowledged) {

  private static final String OF_ZEAL = "ZEAL-F";

  /** How bad a finding is, mildest first. */
  public enum Severity {
    /** Good to know. */
    INFO,
    /** A promise may not hold under some circumstances. */
    WARNING,
    /** A promise does not hold. */
    ERROR
  }

  /** Nothing is null. */
  public Finding {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(found, "found");
    Objects.requireNonNull(action, "action");
  }

  /** One that nobody has acknowledged. */
  public Finding(String code, Severity severity, String found, String action) {
    this(code, severity, found, action, false);
  }

  /** The same, acknowledged. */
  public Finding asAcknowledged() {
    return new Finding(code, severity, found, action, true);
  }

  /**
   * Where the code is explained, for example {@code docs/errors.md#zeal-f302}; empty if it is no
   * code of Zeal's own.
   */
  public Optional<String> link() {
    return code.startsWith(OF_ZEAL)
        ? Optional.of("docs/errors.md#" + code.toLowerCase(Locale.ROOT))
        : Optional.empty();
  }
}
