package io.zeal.doctor;

import io.zeal.Finding;
import io.zeal.Finding.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What was found of one backend, the worst first, and what is acknowledged last.
 *
 * @param backend its name
 * @param findings in that order
 */
record Report(String backend, List<Finding> findings) {

  private static final Comparator<Finding> WORST_FIRST =
      Comparator.comparing(Finding::acknowledged)
          .thenComparing(Finding::severity, Comparator.reverseOrder())
          .thenComparing(Finding::code);

  Report {
    findings = findings.stream().sorted(WORST_FIRST).toList();
  }

  /** Whether there is one of that severity or above that nobody has acknowledged. */
  boolean has(Severity least) {
    return findings.stream()
        .anyMatch(it -> !it.acknowledged() && it.severity().compareTo(least) >= 0);
  }

  /** For people. */
  String text() {
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      lines.add("%-8s %s%s".formatted(finding.severity(), finding.code(), mark(finding)));
      lines.add("  found  " + oneLine(finding.found()));
      lines.add("  to do  " + oneLine(finding.action()));
      finding.link().ifPresent(link -> lines.add("  more   " + link));
      lines.add("");
    }
    lines.add("Backend " + backend + ": " + summary() + ".");
    return String.join("\n", lines);
  }

  private static String mark(Finding finding) {
    return finding.acknowledged() ? "  acknowledged" : "";
  }

  private String summary() {
    long acknowledged = findings.stream().filter(Finding::acknowledged).count();
    return count(Severity.ERROR, "error")
        + ", "
        + count(Severity.WARNING, "warning")
        + ", "
        + count(Severity.INFO, "note")
        + (acknowledged > 0 ? ", " + acknowledged + " acknowledged" : "");
  }

  private String count(Severity severity, String word) {
    long count =
        findings.stream().filter(it -> !it.acknowledged() && it.severity() == severity).count();
    return count + " " + word + (count == 1 ? "" : "s");
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s+", " ").strip();
  }

  /** For programs. */
  String json() {
    String all = findings.stream().map(Report::json).collect(Collectors.joining(",\n    "));
    return "{\n  \"backend\": "
        + quote(backend)
        + ",\n  \"findings\": ["
        + (findings.isEmpty() ? "]" : "\n    " + all + "\n  ]")
        + "\n}";
  }

  private static String json(Finding finding) {
    return "{\"code\": "
        + quote(finding.code())
        + ", \"severity\": "
        + quote(finding.severity().name())
        + ", \"found\": "
        + quote(finding.found())
        + ", \"action\": "
        + quote(finding.action())
        + ", \"link\": "
        + finding.link().map(Report::quote).orElse("null")
        + ", \"acknowledged\": "
        + finding.acknowledged()
        + "}";
  }

  private static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) { // a lone one cannot be sent as it is
        quoted.append("\\u%04x".formatted((int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
