package io.zeal.resilience;

import io.zeal.spi.BackendDecorator;
import io.zeal.tck.ResilienceTck;
import java.util.function.LongSupplier;

class ResilienceContractTest extends ResilienceTck {

  @Override
  protected BackendDecorator decorator(LongSupplier nanoTime) {
    return new ResilienceDecorator(nanoTime);
  }
}
