package io.zeal.redis.spi;

import io.zeal.spi.BackendContext;
import io.zeal.spi.Plugin;

/**
 * Offers connections through one client library. Chosen by {@code zeal.redis.driver}; its settings
 * begin with {@code zeal.redis-} and its name.
 */
public interface RedisDriver extends Plugin {

  /**
   * Makes what all connections of one backend share: threads, memory, a ready-made client that the
   * application handed in ({@link BackendContext#instance}).
   *
   * @throws io.zeal.ConfigurationException if a handed-in client is set up so that it could send a
   *     command twice; the message says what to change
   */
  LinkFactory open(BackendContext context);
}
