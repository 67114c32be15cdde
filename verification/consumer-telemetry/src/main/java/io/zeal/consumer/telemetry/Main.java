package io.zeal.consumer.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.zeal.Finding;
import io.zeal.MaxBytes;
import io.zeal.Schema;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.telemetry.StatsText;
import java.util.Collection;

/** The application. A test starts it in a process of its own; its lines are what is expected. */
final class Main {

  record Player(@MaxBytes(64) String name, long score) {}

  private Main() {}

  public static void main(String[] args) {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    InMemorySpanExporter spans = InMemorySpanExporter.create();
    SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
    SdkTracerProvider tracers =
        SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spans)).build();
    System.out.println("Zeal is in module " + Zeal.class.getModule().getName());
    withoutSdk();
    try (OpenTelemetrySdk telemetry =
        OpenTelemetrySdk.builder().setMeterProvider(meters).setTracerProvider(tracers).build()) {
      withSdk(telemetry, reader);
      spans.getFinishedSpanItems().forEach(span -> System.out.println("span: " + span.getName()));
    }
  }

  private static void withoutSdk() {
    try (Zeal zeal = Zeal.open()) {
      zeal.store("players", Schema.of(Player.class)).put("a", new Player("alice", 1));
      zeal.inspect().stream()
          .map(Finding::code)
          .filter(code -> code.startsWith("ZEAL-F5"))
          .forEach(code -> System.out.println("finding: " + code));
    }
  }

  private static void withSdk(OpenTelemetry telemetry, InMemoryMetricReader reader) {
    try (Zeal zeal = open(telemetry)) {
      zeal.store("players", Schema.of(Player.class)).put("a", new Player("alice", 1));
      print(reader.collectAllMetrics());
      String json = StatsText.json(zeal.stats());
      String metrics = StatsText.prometheus(zeal.stats()); // PROMETHEUS_TYPE is its content type
      System.out.println("json: " + json.startsWith("{\"name\":\"zeal\""));
      metrics.lines().filter(it -> it.startsWith("zeal_stores")).forEach(System.out::println);
    }
  }

  /** As docs/telemetry.md has it. */
  private static Zeal open(OpenTelemetry telemetry) {
    ZealConfig.Builder config = ZealConfig.builder().set("zeal.telemetry.traces", "all");
    return Zeal.open(config.instance(OpenTelemetry.class, telemetry).build());
  }

  private static void print(Collection<MetricData> metrics) {
    metrics.stream()
        .map(MetricData::getName)
        .filter(name -> name.startsWith("db.") || name.equals("zeal.store.rows"))
        .sorted()
        .forEach(name -> System.out.println("metric: " + name));
  }
}
