package io.zeal.telemetry;

import io.zeal.spi.BackendDecorator;
import io.zeal.spi.Role;
import io.zeal.tck.DecoratorTck;

/** Nobody has set an SDK. */
class NoSdkContractTest extends DecoratorTck {

  @Override
  protected BackendDecorator decorator() {
    return new TelemetryDecorator();
  }

  @Override
  protected Role role() {
    return Role.PRIMARY;
  }
}
