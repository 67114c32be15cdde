package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.DoubleGaugeBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import io.zeal.Stats;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The statistics of an instance as asynchronous instruments: read once for each collection. */
final class StatsExport implements AutoCloseable {

  static final String INSTANCE = "zeal.instance";

  // The SDK's measurements are of both types at once, and take only what they were made for.
  private final Map<Metric, ObservableLongMeasurement> whole = new HashMap<>();
  private final Map<Metric, ObservableDoubleMeasurement> times = new HashMap<>();
  private final String instance;
  private final Supplier<Optional<Stats>> stats;
  private final BatchCallback callback;

  private StatsExport(Meter meter, String instance, Supplier<Optional<Stats>> stats) {
    this.instance = instance;
    this.stats = stats;
    for (Metric metric : Catalog.metrics()) {
      if (metric.isTime()) {
        times.put(metric, gauge(meter, metric).buildObserver());
      } else {
        whole.put(metric, instrument(meter, metric));
      }
    }
    ObservableMeasurement[] all =
        Stream.concat(whole.values().stream(), times.values().stream())
            .toArray(ObservableMeasurement[]::new);
    this.callback = meter.batchCallback(this::record, all[0], all);
  }

  /**
   * Begins; ends with {@link #close}.
   *
   * @param instance what tells this instance from others of the process; empty for nothing
   */
  static StatsExport begin(Meter meter, String instance, Supplier<Optional<Stats>> stats) {
    return new StatsExport(meter, instance, stats);
  }

  private static ObservableLongMeasurement instrument(Meter meter, Metric metric) {
    return switch (metric.kind()) {
      case COUNTER ->
          meter
              .counterBuilder(metric.name())
              .setUnit(metric.unit())
              .setDescription(metric.description())
              .buildObserver();
      case UP_DOWN_COUNTER ->
          meter
              .upDownCounterBuilder(metric.name())
              .setUnit(metric.unit())
              .setDescription(metric.description())
              .buildObserver();
      case GAUGE -> gauge(meter, metric).ofLongs().buildObserver();
    };
  }

  private static DoubleGaugeBuilder gauge(Meter meter, Metric metric) {
    return meter
        .gaugeBuilder(metric.name())
        .setUnit(metric.unit())
        .setDescription(metric.description());
  }

  private void record() {
    stats.get().ifPresent(tree -> Samples.of(tree).forEach(this::record));
  }

  private void record(Sample sample) {
    AttributesBuilder attributes = Attributes.builder();
    sample.attributes().forEach(attributes::put);
    if (!instance.isEmpty()) {
      attributes.put(INSTANCE, instance);
    }
    ObservableLongMeasurement number = whole.get(sample.metric());
    ObservableDoubleMeasurement time = times.get(sample.metric());
    if (number != null) {
      number.record(sample.number(), attributes.build());
    } else if (time != null) {
      time.record(sample.value(), attributes.build());
    }
  }

  @Override
  public void close() {
    callback.close();
  }
}
