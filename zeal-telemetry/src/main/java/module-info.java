/** Metrics and traces of any backend, on the OpenTelemetry API; statistics as text. */
@SuppressWarnings("requires-automatic") // OpenTelemetry's names stand in its manifests
module io.zeal.telemetry {
  requires io.opentelemetry.api;
  requires io.opentelemetry.context;
  requires transitive io.zeal;
  requires static org.jspecify;

  exports io.zeal.telemetry;

  provides io.zeal.spi.BackendDecorator with
      io.zeal.telemetry.TelemetryDecorator;
}
