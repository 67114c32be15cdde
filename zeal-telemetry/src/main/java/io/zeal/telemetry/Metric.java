package io.zeal.telemetry;

/**
 * Something that is exported, whatever it is exported to.
 *
 * @param name as OpenTelemetry has it
 * @param unit in UCUM: {@code By}, {@code s}, or what is counted in curly brackets
 * @param description one sentence
 */
record Metric(String name, String unit, Kind kind, String description) {

  /** How it behaves. */
  enum Kind {
    /** Never falls while the instance is open. */
    COUNTER,
    /** Rises and falls, and the sum over instances means something. */
    UP_DOWN_COUNTER,
    /** Rises and falls, and a sum means nothing. */
    GAUGE
  }

  static Metric counter(String name, String unit, String description) {
    return new Metric(name, unit, Kind.COUNTER, description);
  }

  static Metric upDown(String name, String unit, String description) {
    return new Metric(name, unit, Kind.UP_DOWN_COUNTER, description);
  }

  static Metric gauge(String name, String unit, String description) {
    return new Metric(name, unit, Kind.GAUGE, description);
  }

  /** Whether numbers, which are milliseconds, become seconds. */
  boolean isTime() {
    return unit.equals("s");
  }
}
