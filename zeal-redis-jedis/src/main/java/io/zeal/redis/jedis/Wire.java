package io.zeal.redis.jedis;

/** What carries the bytes of one connection. */
interface Wire {

  /** How many bytes were handed over so far. */
  long position();

  /** Whether the byte at this position may have left. */
  boolean mayHaveLeft(long position);

  /** Whether it was found to be closed by the other side, as far as can be told without sending. */
  boolean isEnded();

  /** Breaks the connection, whatever another thread is doing on it. Does not wait. */
  void cut();

  /** Nobody uses it any more. Called once. */
  void end(boolean whole);
}
