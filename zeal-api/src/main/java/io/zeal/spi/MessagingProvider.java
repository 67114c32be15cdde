package io.zeal.spi;

/**
 * Offers messages inside one process, for backends of scope {@code PROCESS} that have none of their
 * own. A backend of wider scope without messages refuses instead: messages that reach only one
 * process would be a pretence there.
 */
public interface MessagingProvider extends Plugin {

  /** Opens the messages of one {@link io.zeal.Zeal} instance. */
  Messaging open(BackendContext context);
}
