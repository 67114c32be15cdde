package io.zeal.redis;

import io.zeal.redis.spi.LinkException;
import org.jspecify.annotations.Nullable;

/** Where routes get their messages from. Safe for concurrent use. */
interface Receiver extends AutoCloseable {

  /** From here on messages of the route's topic are wanted; the route tells when they come. */
  void add(Route route);

  /** The route is not wanted any more. */
  void remove(Route route);

  /** Why nothing comes at the moment, if so. */
  @Nullable LinkException trouble();

  /** How often a connection came back. */
  long reconnections();

  /** How many subscriptions are not in force any more. */
  long lost();

  @Override
  void close();
}
