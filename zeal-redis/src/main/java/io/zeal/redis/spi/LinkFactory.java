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

  /**
   * Whether a thread that waits for a reply or a message does so in a read of a socket. Where
   * messages come in such threads are platform threads then, since a virtual one is told late;
   * false unless overridden: a thread of the library reads.
   */
  default boolean isBlocking() {
    return false;
  }

  /** Ends what the connections shared. They have been closed before. */
  @Override
  void close();
}
