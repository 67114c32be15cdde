package io.zeal.redis.spi;

import java.util.List;

/**
 * One connection to one node. It never reconnects and never sends anything twice: once an exchange
 * has lost a reply it is closed, and whoever uses it makes another.
 *
 * <p>A link either answers or listens. Until the first {@link #send} it answers: {@link #exchange},
 * called by one thread at a time. From then on it listens: {@link #send} by any thread, {@link
 * #receive} by one thread at a time, also at the same time. {@link #close} is called by any thread
 * at any time.
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
   * @throws IllegalStateException if the link listens
   */
  List<Reply> exchange(List<Command> commands, long deadline);

  /**
   * Writes all commands, in order; the link listens from now on, and what the node sends is got by
   * {@link #receive}. Commands of several calls are not mixed. Returns when the bytes were handed
   * to the operating system. If that is not so by the deadline, or the calling thread is
   * interrupted, the connection is broken; the interrupt flag is left set.
   *
   * @param commands may be empty: then the link begins to listen, and that is all
   * @param deadline a value of {@link System#nanoTime()}
   * @throws LinkException why the connection is broken; any part of the bytes may have left
   * @throws IllegalStateException if an exchange is under way
   */
  void send(List<Command> commands, long deadline) throws LinkException;

  /**
   * Waits for what the node sends next. What came before the connection broke may still be handed
   * out. At the deadline, and when the calling thread is interrupted, the connection is broken; the
   * interrupt flag is left set.
   *
   * <p>While nobody receives, only so much is taken off the connection as fits into a buffer of
   * some hundred kilobytes: it is the node that then has to wait, or to give up.
   *
   * @param deadline a value of {@link System#nanoTime()}
   * @return anything but {@link Reply.Lost}
   * @throws LinkException why the connection is broken
   * @throws IllegalStateException if nothing was sent to listen for
   */
  Reply receive(long deadline) throws LinkException;

  /** Breaks the connection; what an exchange under way has no reply for is lost. */
  @Override
  void close();
}
