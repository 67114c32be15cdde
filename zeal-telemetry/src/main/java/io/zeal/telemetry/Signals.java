package io.zeal.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;

/**
 * Where metrics and traces go.
 *
 * @param metered whether somebody takes metrics
 * @param traced whether somebody takes traces
 */
record Signals(Meter meter, boolean metered, Tracer tracer, boolean traced) {

  /** What everything of ours is exported under. */
  static final String SCOPE = "io.zeal.telemetry";

  /**
   * The API's own meters and tracers do nothing and are one object each. An SDK hands them out too,
   * where it was set up for one of both: a meter without a reader.
   */
  static Signals of(OpenTelemetry telemetry) {
    Meter meter = telemetry.getMeterProvider().get(SCOPE);
    Tracer tracer = telemetry.getTracerProvider().get(SCOPE);
    return new Signals(
        meter,
        !meter.equals(MeterProvider.noop().get(SCOPE)),
        tracer,
        !tracer.equals(TracerProvider.noop().get(SCOPE)));
  }

  boolean areNone() {
    return !metered && !traced;
  }
}
