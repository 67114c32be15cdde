package io.zeal.demo;

import io.zeal.spi.BackendDecorator;
import io.zeal.tck.DecoratorTck;
import java.util.Optional;

/** As long as nothing is to be lost, the decorator passes everything on. */
class LossesDecoratorContractTest extends DecoratorTck {

  private final Losses losses = new Losses();

  @Override
  protected BackendDecorator decorator() {
    return new LossesDecorator();
  }

  @Override
  protected <T> Optional<T> instance(Class<T> type) {
    return type == Losses.class ? Optional.of(type.cast(losses)) : Optional.empty();
  }
}
