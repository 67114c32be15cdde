package io.zeal;

import java.util.Objects;

/**
 * Something about a configuration or a server that its operator should know.
 *
 * @param code stable, explained in {@code docs/errors.md}
 * @param severity how bad it is
 * @param found what was found, without secrets
 * @param action what to do
 */
public record Finding(String code, Severity severity, String found, String action) {

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
}
