package io.zeal.redis;

import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which node holds what. */
interface Topology extends AutoCloseable {

  /**
   * The node for a key, or any node for null.
   *
   * @throws LinkException if it is not known and nobody can be asked before the deadline
   */
  Node node(byte @Nullable [] key, long deadline) throws LinkException;

  /**
   * The same for a call that found the wrong node or none: if that is in doubt, it waits until the
   * servers were asked.
   */
  Node nodeAfterDoubt(byte @Nullable [] key, long deadline) throws LinkException;

  /** Whether there is another node where a node sends a request away. */
  boolean redirects();

  /** A node that a redirection named. */
  Node at(Endpoint endpoint);

  /** A redirection said who holds the slot of {@code key} now. */
  void moved(byte[] key, Endpoint endpoint);

  /** A node could not be reached, or says that it takes no writes: ask again who does. */
  void doubt();

  /** Every node that takes writes. */
  List<Node> primaries(long deadline) throws LinkException;

  /** The connections to nodes so far; nobody is asked. */
  Connections connections();

  @Override
  void close();
}
