package io.zeal.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of the calls to one backend.
 *
 * @param durations where times go; null if calls are not timed
 * @param tracer where spans go; null if calls are none
 */
record Recorder(Subject subject, @Nullable DoubleHistogram durations, @Nullable Tracer tracer) {

  static final String DURATION = "db.client.operation.duration";
  static final String DURATION_DESCRIPTION = "Duration of calls to a backend.";

  /** As OpenTelemetry's conventions for databases ask for. */
  private static final List<Double> BOUNDARIES =
      List.of(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0);

  static Recorder of(Signals signals, TelemetrySettings settings, Subject subject) {
    boolean timed = signals.metered() && settings.operations().includes(subject.remote());
    boolean traced = signals.traced() && settings.traces().includes(subject.remote());
    return new Recorder(
        subject, timed ? durations(signals) : null, traced ? signals.tracer() : null);
  }

  private static DoubleHistogram durations(Signals signals) {
    return signals
        .meter()
        .histogramBuilder(DURATION)
        .setUnit("s")
        .setDescription(DURATION_DESCRIPTION)
        .setExplicitBucketBoundariesAdvice(BOUNDARIES)
        .build();
  }

  boolean isOff() {
    return durations == null && tracer == null;
  }

  /** The calls about one store. */
  Calls calls(String store) {
    return new Calls(this, store);
  }

  /** The calls about no store: counters, whose names may be as many as keys, and scripts. */
  Calls calls() {
    return new Calls(this, null);
  }

  SpanKind kind() {
    return subject.remote() ? SpanKind.CLIENT : SpanKind.INTERNAL;
  }

  /** What a call named {@code operation} is recorded with. */
  Attributes attributes(String operation, @Nullable String store) {
    AttributesBuilder all =
        Attributes.builder()
            .put(Names.SYSTEM, subject.system())
            .put(Names.ROLE, subject.roleName())
            .put(Names.OPERATION, operation);
    if (store != null) {
      all.put(Names.COLLECTION, store);
    }
    return all.build();
  }
}
