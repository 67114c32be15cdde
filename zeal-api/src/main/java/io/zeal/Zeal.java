package io.zeal;

import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Shared state: stores, counters, caches and messages over one backend. Safe for concurrent use;
 * open one for the life of the application and close it at the end.
 *
 * {@snippet lang="java" :
 * try (Zeal zeal = Zeal.open()) {
 *   Store<Player> players = zeal.store("players", Schema.of(Player.class));
 *   players.put("user_1", new Player("alice", 100));
 *   zeal.counter("requests").increment();
 * }
 * }
 */
public interface Zeal extends AutoCloseable {

  /**
   * Opens the backend that the settings name, or the only one on the path.
   *
   * @throws ConfigurationException if there is none, or several and none was chosen, or a setting
   *     does not fit
   */
  static Zeal open() {
    return open(ZealConfig.defaults());
  }

  /**
   * Opens with settings pinned in code.
   *
   * @throws ConfigurationException as {@link #open()}
   */
  static Zeal open(ZealConfig config) {
    return Opening.open(java.util.Objects.requireNonNull(config, "config"));
  }

  /** Attaches to the store, or creates it, with {@link StoreOptions#defaults()}. */
  default <R> Store<R> store(String name, Schema<R> schema) {
    return store(name, schema, StoreOptions.defaults());
  }

  /**
   * Attaches to the store, or creates it.
   *
   * @throws SchemaException if it exists with another schema or other options; shows both (S10)
   * @throws CapacityException if it cannot fit; nothing was created (S9)
   * @throws UnsupportedCapabilityException if the options need what the backend lacks
   * @throws InvalidArgumentException if the name is not 1 to 63 bytes of well-formed text
   */
  <R> Store<R> store(String name, Schema<R> schema, StoreOptions options);

  /** The counter of that name, with {@link CounterOptions#defaults()}. */
  default Counter counter(String name) {
    return counter(name, CounterOptions.defaults());
  }

  /**
   * The counter of that name.
   *
   * @throws SchemaException if it exists with other options; shows both (C9)
   * @throws UnsupportedCapabilityException if the backend has no counters
   */
  Counter counter(String name, CounterOptions options);

  /**
   * The values of many counters in one trip, by name; one that failed is among the failures (C10).
   *
   * @throws InvalidArgumentException if a counter is of another instance; nothing was read (C10.6)
   * @throws UnsupportedCapabilityException if the backend has no counters
   */
  BulkResult<Long> getAll(Collection<Counter> counters);

  /**
   * Adds to many counters in one trip, each atomically, and returns the sums by name; one that
   * failed is among the failures, with its outcome (C10).
   *
   * @throws InvalidArgumentException if a counter is of another instance or there twice; nothing
   *     was changed (C10.6)
   * @throws UnsupportedCapabilityException if the backend has no counters
   */
  BulkResult<Long> addAll(Map<Counter, Long> deltas);

  /**
   * The cache of that name, with {@link CacheOptions#defaults()}: refused if it was opened with
   * others, so keep the reference of who did.
   */
  default Cache cache(String name) {
    return cache(name, CacheOptions.defaults());
  }

  /**
   * The cache of that name. The first call opens it; later ones get the same, with equal options.
   *
   * @throws ConfigurationException if {@code zeal-cache} is not on the path, or a directory for its
   *     files was set and cannot be had
   * @throws CapacityException if it does not fit into the backend
   * @throws InvalidArgumentException if the name is not 1 to 63 bytes of well-formed text, or it is
   *     open with other options
   */
  Cache cache(String name, CacheOptions options);

  /**
   * Messages, at most once.
   *
   * @throws UnsupportedCapabilityException if neither the backend nor a module on the path has them
   */
  PubSub pubSub();

  /**
   * Messages, at least once.
   *
   * @throws UnsupportedCapabilityException if neither the backend nor a module on the path has them
   */
  ReliablePubSub reliablePubSub();

  /**
   * Scripts on the server.
   *
   * @throws UnsupportedCapabilityException if the backend has none
   */
  Scripts scripts();

  /**
   * What the backend is and can do. Where it has no messages of its own and a module on the path
   * has them, this names their capabilities and limits too.
   */
  BackendInfo info();

  /**
   * Numbers about everything that is open: the parts {@code backend}, and {@code caches} and {@code
   * messages} once they are used.
   */
  Stats stats();

  /**
   * What an operator should know of everything that is open; asks the servers, for no longer than
   * their deadlines. Those that the setting {@code zeal.doctor.acknowledge} names are among them,
   * marked. What is found at the start is in the log, unless {@code zeal.doctor.at-start} says
   * otherwise.
   */
  List<Finding> inspect();

  /**
   * Releases everything. Afterwards this and what was handed out throw {@link ZealClosedException}
   * from whatever needs the backend, so not from {@link #info}; a second call does nothing.
   */
  @Override
  void close();
}
