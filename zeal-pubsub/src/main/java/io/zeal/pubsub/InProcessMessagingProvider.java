package io.zeal.pubsub;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Setting;
import java.util.List;

/** Offers messages inside one process, for backends that have none of their own. */
public final class InProcessMessagingProvider implements MessagingProvider {

  /** The name its settings begin with. */
  static final String NAME = "pubsub";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Messaging open(BackendContext context) {
    throw new UnsupportedOperationException("not yet");
  }
}
