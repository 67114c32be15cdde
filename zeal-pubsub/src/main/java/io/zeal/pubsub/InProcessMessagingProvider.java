package io.zeal.pubsub;

import io.zeal.Capability;
import io.zeal.spi.BackendContext;
import io.zeal.spi.Messaging;
import io.zeal.spi.MessagingProvider;
import io.zeal.spi.Setting;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    return List.of(InProcessMessaging.TIMEOUT, InProcessStreams.STREAM_BYTES);
  }

  /** The publisher's own thread hands messages over, so it knows to how many. */
  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.PUB_SUB, Capability.EXACT_RECEIVERS, Capability.RELIABLE_PUB_SUB);
  }

  @Override
  public Map<String, Long> limits() {
    return Map.of("payloadBytes", (long) InProcessMessaging.PAYLOAD_BYTES);
  }

  @Override
  public Messaging open(BackendContext context) {
    return new InProcessMessaging(context);
  }
}
