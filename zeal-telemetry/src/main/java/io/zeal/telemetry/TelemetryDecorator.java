package io.zeal.telemetry;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.zeal.spi.Backend;
import io.zeal.spi.BackendContext;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Role;
import io.zeal.spi.Setting;
import java.util.List;

/**
 * Times and traces the calls to a backend, and exports the statistics of the instance.
 *
 * <p>The {@link OpenTelemetry} is the one that was handed in by {@code ZealConfig.instance}, else
 * the global one if it is set when Zeal is opened: it is looked at then, once, and neither made nor
 * fixed. If there is none the backend's own rows, counters and messages are handed out, and a call
 * costs what it costs without this module.
 */
public final class TelemetryDecorator implements BackendDecorator {

  /** Around all others: what the application sees is what is measured. */
  private static final int OUTERMOST = 1_000_000;

  @Override
  public String name() {
    return "telemetry";
  }

  @Override
  public List<Setting<?>> settings() {
    return TelemetrySettings.all();
  }

  @Override
  public int order() {
    return OUTERMOST;
  }

  /**
   * Calls to a near level are a part of the call that looks there, and not seen by themselves; its
   * statistics are.
   */
  @Override
  public Backend decorate(Backend backend, Role role, BackendContext context) {
    OpenTelemetry found =
        context.instance(OpenTelemetry.class).orElseGet(GlobalOpenTelemetry::getOrNoop);
    TelemetrySettings settings = TelemetrySettings.of(context);
    if (!settings.enabled() || role == Role.NEAR) {
      return backend;
    }
    Subject subject = Subject.of(backend.info(), role);
    Signals signals = Guard.get(() -> Signals.of(found));
    Recorder recorder =
        signals == null || signals.areNone()
            ? null
            : Guard.get(() -> Recorder.of(signals, settings, subject));
    if (signals == null || recorder == null) {
      return role == Role.PRIMARY ? new UnheardBackend(backend) : backend;
    }
    StatsExport export =
        role == Role.PRIMARY
            ? Guard.get(() ->
                StatsExport.begin(signals.meter(), settings.instance(), context::instanceStats))
            : null;
    return new MeasuredBackend(backend, recorder, export == null ? () -> {} : export::close);
  }
}
