package io.zeal.telemetry;

import io.opentelemetry.api.OpenTelemetry;
import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Role;
import io.zeal.tck.DecoratorTck;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;

/** Around the backend of an application, as it comes. */
class PrimaryContractTest extends DecoratorTck {

  @AutoClose private final Sdk sdk = new Sdk();

  @Override
  protected BackendDecorator decorator() {
    return new TelemetryDecorator();
  }

  @Override
  protected Role role() {
    return Role.PRIMARY;
  }

  @Override
  protected <T> Optional<T> instance(Class<T> type) {
    return type == OpenTelemetry.class ? Optional.of(type.cast(sdk.telemetry())) : Optional.empty();
  }
}
