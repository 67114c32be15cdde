package io.zeal.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.zeal.ZealConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An SDK that keeps what it is given. */
final class Sdk implements AutoCloseable {

  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .build();

  OpenTelemetry telemetry() {
    return sdk;
  }

  /** A configuration with this SDK and every call as a span. */
  ZealConfig.Builder config() {
    return ZealConfig.builder()
        .instance(OpenTelemetry.class, sdk)
        .set("zeal.cache.files", "false")
        .set("zeal.telemetry.traces", "all");
  }

  List<MetricData> metrics() {
    return List.copyOf(metrics.collectAllMetrics());
  }

  Optional<MetricData> metric(String name) {
    return metrics().stream().filter(metric -> metric.getName().equals(name)).findFirst();
  }

  /** The attributes of the points of a metric, as plain texts. */
  List<Map<String, String>> attributes(String metric) {
    return metric(metric).stream()
        .flatMap(found -> found.getData().getPoints().stream())
        .map(PointData::getAttributes)
        .map(Sdk::texts)
        .toList();
  }

  static Map<String, String> texts(Attributes attributes) {
    return attributes.asMap().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().getKey(),
                entry -> String.valueOf(entry.getValue()),
                (one, other) -> one,
                TreeMap::new));
  }

  /** How many calls were timed with these attributes, and maybe more. */
  long timed(Map<String, String> attributes) {
    return metric(Recorder.DURATION).stream()
        .flatMap(found -> found.getHistogramData().getPoints().stream())
        .filter(point -> texts(point.getAttributes()).entrySet().containsAll(attributes.entrySet()))
        .mapToLong(point -> point.getCount())
        .sum();
  }

  List<SpanData> spans() {
    return spans.getFinishedSpanItems();
  }

  List<SpanData> spans(String name) {
    return spans().stream().filter(span -> span.getName().equals(name)).toList();
  }

  static String text(SpanData span, String attribute) {
    return span.getAttributes().get(AttributeKey.stringKey(attribute));
  }

  @Override
  public void close() {
    sdk.close();
  }
}
