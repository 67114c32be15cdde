package io.zeal.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.zeal.spi.BackendDecorator;
import io.zeal.tck.DecoratorTck;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;

/** With an SDK that takes everything. */
class TelemetryDecoratorContractTest extends DecoratorTck {

  @AutoClose private final Sdk sdk = new Sdk();

  @Override
  protected BackendDecorator decorator() {
    return new TelemetryDecorator();
  }

  @Override
  protected Map<String, String> settings() {
    return Map.of("zeal.telemetry.traces", "all");
  }

  @Override
  protected <T> Optional<T> instance(Class<T> type) {
    return type == OpenTelemetry.class ? Optional.of(type.cast(sdk.telemetry())) : Optional.empty();
  }
}
