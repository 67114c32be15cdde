package io.zeal.telemetry;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reads the text format 0.0.4, and takes nothing that is not in its description. */
final class PrometheusParser {

  /** One line with a value. */
  record Sample(String name, String type, Map<String, String> labels, String value) {}

  private final String line;
  private int at;

  private PrometheusParser(String line) {
    this.line = line;
  }

  static List<Sample> parse(String text) {
    require(text.isEmpty() || text.endsWith("\n"), "the last line has an end", text);
    List<Sample> samples = new ArrayList<>();
    Set<String> families = new HashSet<>();
    Set<Object> seen = new HashSet<>();
    String family = "";
    String type = "";
    String helped = "";
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("# HELP ")) {
        String[] parts = line.split(" ", 4);
        require(parts.length == 4 && isName(parts[2]), "HELP has name and text", line);
        helped = parts[2];
      } else if (line.startsWith("# TYPE ")) {
        String[] parts = line.split(" ", -1);
        require(parts.length == 4 && parts[2].equals(helped), "TYPE stands behind HELP", line);
        require(Set.of("counter", "gauge").contains(parts[3]), "a known type", line);
        require(families.add(parts[2]), "a family is there once", line);
        family = parts[2];
        type = parts[3];
      } else if (!line.isEmpty()) {
        Sample sample = new PrometheusParser(line).sample(type);
        require(sample.name().equals(family), "a sample stands in its family", line);
        require(type.equals("counter") == family.endsWith("_total"), "counters end so", line);
        require(seen.add(List.of(sample.name(), sample.labels())), "each is there once", line);
        samples.add(sample);
      }
    }
    return samples;
  }

  private Sample sample(String type) {
    String name = word();
    require(isName(name), "a name of a metric", line);
    Map<String, String> labels = new TreeMap<>();
    if (next() == '{') {
      at++;
      while (next() != '}') {
        String label = word();
        require(label.matches("[a-zA-Z_][a-zA-Z0-9_]*"), "a name of a label", line);
        expect('=');
        require(labels.put(label, quoted()) == null, "a label is there once", line);
        if (next() == ',') {
          at++;
        }
      }
      at++;
    }
    expect(' ');
    String value = line.substring(at);
    require(value.matches("-?[0-9]+(\\.[0-9]+)?(E-?[0-9]+)?"), "a number", line);
    return new Sample(name, type, labels, value);
  }

  private String word() {
    int from = at;
    while (at < line.length() && (Character.isLetterOrDigit(next()) || "_:".indexOf(next()) >= 0)) {
      at++;
    }
    return line.substring(from, at);
  }

  private String quoted() {
    expect('"');
    StringBuilder text = new StringBuilder();
    while (next() != '"') {
      char c = line.charAt(at++);
      if (c == '\\') {
        char escaped = line.charAt(at++);
        require("\\\"n".indexOf(escaped) >= 0, "an escape that there is", line);
        text.append(escaped == 'n' ? '\n' : escaped);
      } else {
        text.append(c);
      }
    }
    at++;
    return text.toString();
  }

  private char next() {
    require(at < line.length(), "more", line);
    return line.charAt(at);
  }

  private void expect(char c) {
    require(next() == c, "'" + c + "' at " + at, line);
    at++;
  }

  private static boolean isName(String name) {
    return name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*");
  }

  private static void require(boolean holds, String what, String where) {
    if (!holds) {
      throw new AssertionError("Expected: " + what + ". Found: " + where);
    }
  }
}
