package io.zeal.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code docs/telemetry.md} and the code say the same. */
class TelemetryPageTest {

  private static final Path PAGE = Path.of("..", "docs", "telemetry.md");

  /** What it should be is left in {@code target/metrics.md}. */
  @Test
  void everyMetricOfTheStatisticsIsOnThePageAsItIs() throws IOException {
    List<String> rows = rows();
    Files.write(Path.of("target", "metrics.md"), rows);
    String page = Files.readString(PAGE);
    int from = page.indexOf("| metric | unit | kind |");
    assertThat(from).as("the page has the table").isPositive();
    List<String> found =
        page.substring(from).lines().skip(2).takeWhile(line -> line.startsWith("|")).toList();
    assertThat(found).isEqualTo(rows);
  }

  private static List<String> rows() {
    Map<String, List<String>> sources = new TreeMap<>();
    Catalog.all()
        .forEach((part, numbers) ->
            numbers.forEach((number, export) ->
                sources
                    .computeIfAbsent(export.metric().name(), _ -> new ArrayList<>())
                    .add(source(part, number, export))));
    return Catalog.metrics().stream()
        .filter(metric -> !metric.equals(Catalog.OTHER))
        .map(metric ->
            "| `%s` | `%s` | %s | %s | %s |"
                .formatted(
                    metric.name(),
                    metric.unit(),
                    kind(metric),
                    metric.description(),
                    String.join("; ", sources.getOrDefault(metric.name(), List.of()))))
        .toList();
  }

  private static String source(String part, String number, Export export) {
    String attributes =
        export.attributes().entrySet().stream()
            .map(it -> "`" + it.getKey() + "=" + it.getValue() + "`")
            .collect(Collectors.joining(" "));
    return part + " `" + number + "`" + (attributes.isEmpty() ? "" : ": " + attributes);
  }

  private static String kind(Metric metric) {
    return switch (metric.kind()) {
      case COUNTER -> "counter";
      case UP_DOWN_COUNTER -> "up-down counter";
      case GAUGE -> "gauge";
    };
  }

  @Test
  void thePageNamesEveryAttributeAndSetting() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(TelemetrySettings.all())
        .allSatisfy(setting -> assertThat(page).contains("`" + setting.key() + "`"));
    assertThat(
            List.of(
                Names.SYSTEM,
                Names.OPERATION,
                Names.COLLECTION,
                Names.BATCH_SIZE,
                Names.ERROR,
                Names.ROLE,
                Names.OUTCOME,
                Names.MESSAGES,
                Names.MESSAGE_OPERATION,
                Names.MESSAGE_OPERATION_TYPE,
                Names.DESTINATION,
                Names.GROUP,
                Names.MESSAGE_COUNT))
        .allSatisfy(name -> assertThat(page).contains("`" + name.getKey() + "`"));
    assertThat(page)
        .contains(
            "`" + Recorder.DURATION + "`",
            "`" + Samples.CACHE + "`",
            "`" + Samples.MESSAGES_KIND + "`",
            "`" + Samples.PART + "`",
            "`" + Samples.NUMBER + "`",
            "`" + StatsExport.INSTANCE + "`",
            "`" + Catalog.OTHER.name() + "`",
            UnheardBackend.NOBODY_LISTENS);
  }
}
