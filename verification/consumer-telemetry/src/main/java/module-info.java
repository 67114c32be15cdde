/** An application with an OpenTelemetry SDK. */
@SuppressWarnings("requires-automatic") // OpenTelemetry's names stand in its manifests
module io.zeal.consumer.telemetry {
  requires io.opentelemetry.api;
  requires io.opentelemetry.sdk;
  requires io.opentelemetry.sdk.metrics;
  requires io.opentelemetry.sdk.testing;
  requires io.opentelemetry.sdk.trace;
  requires io.zeal;
  requires io.zeal.telemetry;
  requires static org.jspecify;

  opens io.zeal.consumer.telemetry to
      io.zeal;
}
