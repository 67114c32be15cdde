package io.zeal.redis.spi;

/** Opens connections. Safe for concurrent use. */
public interface LinkFactory extends AutoCloseable {

  /**
   * Connects, sets up TLS, authenticates and chooses the database, all within {@link
   * LinkOptions#connectTimeout()}.
   *
   * @throws LinkException if any of it fails; nothing stays open
   */
  RedisLink connect(Endpoint endpoint, LinkOptions options) throws LinkException;

  /** Ends what the connections shared. They have been closed before. */
  @Override
  void close();
}
