package io.zeal.redis.spi;

import java.util.List;

/**
 * One connection to one node. It never reconnects and never sends anything twice: once an exchange
 * has lost a reply it is closed, and whoever uses it makes another.
 *
 * <p>{@link #exchange} is called by one thread at a time, {@link #close} by any thread at any time.
 */
public interface RedisLink extends AutoCloseable {

  /**
   * Writes all commands, in order and in as few writes as possible, then waits for all replies.
   *
   * <p>A command without a reply ends in {@link Reply.Lost}, which says whether its bytes may have
   * left. At the deadline, and when the calling thread is interrupted, every command that has no
   * reply yet is lost; the interrupt flag is left set.
   *
   * @param deadline a value of {@link System#nanoTime()}
   * @return one reply for each command, in the order given
   */
  List<Reply> exchange(List<Command> commands, long deadline);

  /** Breaks the connection; what an exchange under way has no reply for is lost. */
  @Override
  void close();
}
