package io.zeal.telemetry;

import io.zeal.Finding;
import io.zeal.spi.Backend;
import io.zeal.spi.ForwardingBackend;
import java.util.ArrayList;
import java.util.List;

/**
 * A backend of which nobody wants to hear. Whatever it hands out is the backend's own, so that no
 * call on a row goes through this module.
 */
final class UnheardBackend extends ForwardingBackend {

  /** Telemetry is on the path, and there was no SDK. */
  static final String NOBODY_LISTENS = "ZEAL-F511";

  UnheardBackend(Backend backend) {
    super(backend);
  }

  @Override
  public List<Finding> inspect() {
    List<Finding> all = new ArrayList<>(super.inspect());
    all.add(
        new Finding(
            NOBODY_LISTENS,
            Finding.Severity.INFO,
            "zeal-telemetry is on the path, and no OpenTelemetry SDK was there when Zeal was"
                + " opened: nothing is exported.",
            "Set GlobalOpenTelemetry before Zeal.open, or hand one in:"
                + " ZealConfig.builder().instance(OpenTelemetry.class, …). If that is as it should"
                + " be: zeal.telemetry.enabled=false."));
    return List.copyOf(all);
  }
}
