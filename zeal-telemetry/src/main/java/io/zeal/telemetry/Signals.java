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
   * The API's own providers do nothing and are one object each, also behind the global one's guard.
   */
  static Signals of(OpenTelemetry telemetry) {
    MeterProvider meters = telemetry.getMeterProvider();
    TracerProvider tracers = telemetry.getTracerProvider();
    return new Signals(
        meters.get(SCOPE),
        !meters.equals(MeterProvider.noop()),
        tracers.get(SCOPE),
        !tracers.equals(TracerProvider.noop()));
  }

  boolean areNone() {
    return !metered && !traced;
  }
}
