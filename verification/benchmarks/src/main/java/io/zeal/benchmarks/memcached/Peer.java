package io.zeal.benchmarks.memcached;

import java.util.List;

/**
 * A client that is used directly. What it returns is for the sink. The calls of a wire are so long
 * that it does not matter who makes them.
 */
interface Peer extends AutoCloseable {

  Object get(String key);

  /** Stores {@link Peers#VALUE}. */
  Object set(String key);

  /** Adds 1 to {@link Peers#COUNTER}. */
  long increment();

  /** All that is under these keys. */
  Object getAll(List<String> keys);

  @Override
  void close();
}
