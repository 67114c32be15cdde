package io.zeal.testkit;

import io.zeal.spi.BackendDecorator;
import io.zeal.tck.DecoratorTck;
import java.util.Optional;

/** As long as nothing is switched on, everything is passed on. */
class ChaosDecoratorContractTest extends DecoratorTck {

  @Override
  protected BackendDecorator decorator() {
    return new ChaosDecorator();
  }

  @Override
  protected <T> Optional<T> instance(Class<T> type) {
    return type == Chaos.class ? Optional.of(type.cast(Chaos.seeded(1))) : Optional.empty();
  }
}
