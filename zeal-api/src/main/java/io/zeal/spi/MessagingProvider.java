package io.zeal.spi;

import io.zeal.Capability;
import java.util.Map;
import java.util.Set;

/**
 * Offers messages inside one process, for backends of scope {@code PROCESS} that have none of their
 * own. A backend of wider scope without messages refuses instead: messages that reach only one
 * process would be a pretence there.
 */
public interface MessagingProvider extends Plugin {

  /**
   * What its messages can do; {@link io.zeal.Zeal#info()} adds it to what the backend can, where
   * the backend has no such messages of its own.
   */
  default Set<Capability> capabilities() {
    return Set.of(Capability.PUB_SUB, Capability.RELIABLE_PUB_SUB);
  }

  /** The limits of its messages by name; {@code payloadBytes} at least, if there is one. */
  default Map<String, Long> limits() {
    return Map.of();
  }

  /** Opens the messages of one {@link io.zeal.Zeal} instance. */
  Messaging open(BackendContext context);
}
