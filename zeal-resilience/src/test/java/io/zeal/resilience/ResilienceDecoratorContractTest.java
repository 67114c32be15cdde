package io.zeal.resilience;

import io.zeal.spi.BackendDecorator;
import io.zeal.tck.DecoratorTck;

/** What the circuit is not about is passed on. */
class ResilienceDecoratorContractTest extends DecoratorTck {

  @Override
  protected BackendDecorator decorator() {
    return new ResilienceDecorator();
  }
}
