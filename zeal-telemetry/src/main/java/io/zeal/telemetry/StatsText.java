package io.zeal.telemetry;

import io.zeal.Stats;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statistics of an instance as text, for whoever has no OpenTelemetry to ask: {@code
 * Zeal.stats()} as JSON, and as what a Prometheus server reads. Names of stores and caches are in
 * it, keys and values are not.
 */
public final class StatsText {

  /** The content type of {@link #prometheus}. */
  public static final String PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final Pattern NO_NAME = Pattern.compile("[^a-zA-Z0-9_]");

  private StatsText() {}

  /**
   * The tree as one JSON object: {@code name}, {@code numbers} and {@code parts}, which are such
   * objects by name. Numbers are exact; who reads them as floating ones has to mind those above
   * 2^53.
   */
  public static String json(Stats stats) {
    StringBuilder json = new StringBuilder();
    appendJson(stats, json);
    return json.toString();
  }

  private static void appendJson(Stats stats, StringBuilder json) {
    json.append("{\"name\":");
    appendText(stats.name(), json);
    json.append(",\"numbers\":{");
    String comma = "";
    for (Map.Entry<String, Long> number : stats.numbers().entrySet()) {
      json.append(comma);
      appendText(number.getKey(), json);
      json.append(':').append(number.getValue());
      comma = ",";
    }
    json.append("},\"parts\":{");
    comma = "";
    for (Map.Entry<String, Stats> part : stats.parts().entrySet()) {
      json.append(comma);
      appendText(part.getKey(), json);
      json.append(':');
      appendJson(part.getValue(), json);
      comma = ",";
    }
    json.append("}}");
  }

  private static void appendText(String text, StringBuilder json) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) { // a lone one cannot be sent as it is
        json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        json.append(c);
      }
    }
    json.append('"');
  }

  /**
   * What {@code stats} of {@code Zeal.stats()} exports, in the text format 0.0.4 of Prometheus. The
   * names are those of {@code docs/telemetry.md}, as Prometheus writes them; a number that has no
   * name there is a sample of {@code zeal_stats_number}.
   */
  public static String prometheus(Stats stats) {
    SortedMap<String, List<Sample>> families =
        Samples.of(stats).stream()
            .collect(
                Collectors.groupingBy(
                    sample -> family(sample.metric()), TreeMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder();
    families.forEach((name, samples) -> appendFamily(name, samples, text));
    return text.toString();
  }

  /** The name of a metric at Prometheus, which ends with its unit, and of a counter with a word. */
  static String family(Metric metric) {
    String unit =
        switch (metric.unit()) {
          case "By" -> "_bytes";
          case "s" -> "_seconds";
          default -> "";
        };
    String total = metric.kind() == Metric.Kind.COUNTER ? "_total" : "";
    return plain(metric.name()) + unit + total;
  }

  private static String plain(String name) {
    return NO_NAME.matcher(name).replaceAll("_");
  }

  private static void appendFamily(String name, List<Sample> samples, StringBuilder text) {
    Metric metric = samples.getFirst().metric();
    String kind = metric.kind() == Metric.Kind.COUNTER ? "counter" : "gauge";
    String help = metric.description().replace("\\", "\\\\").replace("\n", "\\n");
    text.append("# HELP ").append(name).append(' ').append(help).append('\n');
    text.append("# TYPE ").append(name).append(' ').append(kind).append('\n');
    for (Sample sample : samples) {
      text.append(name).append(labels(sample.attributes())).append(' ');
      if (metric.isTime()) {
        text.append(sample.value());
      } else {
        text.append(sample.number());
      }
      text.append('\n');
    }
  }

  private static String labels(SortedMap<String, String> attributes) {
    return attributes.isEmpty()
        ? ""
        : attributes.entrySet().stream()
            .map(label -> plain(label.getKey()) + "=\"" + escaped(label.getValue()) + '"')
            .collect(Collectors.joining(",", "{", "}"));
  }

  /** A lone surrogate, which has no bytes in UTF-8, is the character for what cannot be shown. */
  private static String escaped(String value) {
    StringBuilder escaped = new StringBuilder();
    value
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '\\' -> escaped.append("\\\\");
            case '"' -> escaped.append("\\\"");
            case '\n' -> escaped.append("\\n");
            default ->
                escaped.appendCodePoint(
                    c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c);
          }
        });
    return escaped.toString();
  }
}
