package io.zeal.telemetry;

import io.opentelemetry.api.trace.Tracer;
import io.zeal.Scripts;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.ForwardingBackend;
import io.zeal.spi.Messaging;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;

/** A backend whose calls are recorded. */
final class MeasuredBackend extends ForwardingBackend {

  private final Recorder recorder;
  private final Calls calls; // about no store; made once
  private final Runnable endExport;

  /**
   * @param endExport what is done first when it is closed
   */
  MeasuredBackend(Backend backend, Recorder recorder, Runnable endExport) {
    super(backend);
    this.recorder = recorder;
    this.calls = recorder.calls();
    this.endExport = endExport;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    if (recorder.isOff()) {
      return super.rows(spec);
    }
    Calls ofStore = recorder.calls(spec.name());
    Rows<R> rows = ofStore.openStore(() -> super.rows(spec));
    return new MeasuredRows<>(rows, ofStore);
  }

  @Override
  public Counters counters() {
    Counters counters = super.counters();
    return recorder.isOff() ? counters : new MeasuredCounters(counters, calls);
  }

  @Override
  public Messaging messaging() {
    Messaging messaging = super.messaging();
    Tracer tracer = recorder.tracer();
    return tracer == null
        ? messaging
        : new TracedMessaging(messaging, new MessageSpans(tracer, recorder.subject()));
  }

  @Override
  public Scripts scripts() {
    Scripts scripts = super.scripts();
    if (recorder.isOff()) {
      return scripts;
    }
    return (script, keys, arguments) -> calls.runScript(() -> scripts.run(script, keys, arguments));
  }

  /** The export first: it would ask a backend that is closed. */
  @Override
  public void close() {
    try {
      Guard.run(endExport);
    } finally {
      super.close();
    }
  }
}
