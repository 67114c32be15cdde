package io.zeal.redis;

import io.zeal.redis.spi.Endpoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * The nodes known by now, one for each endpoint.
 *
 * <p>A node that a picture of the topology lacks is not closed at once: it may be the target of a
 * slot that moves, whoever told the picture may be behind, and calls may be under way there. It is
 * closed by a later picture that lacks it too, once nobody named it for as long as a call may last,
 * so that no call is cut.
 */
final class Nodes implements AutoCloseable {

  private static final class Known {
    final Node node;
    boolean named = true; // guarded by lock: since the last picture
    long missingSince; // guarded by lock; means something if it was not named

    Known(Node node) {
      this.node = node;
    }
  }

  private final Function<Endpoint, Node> maker;
  private final long graceNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Endpoint, Known> byEndpoint = new HashMap<>(); // guarded by lock
  private Connections former = Connections.NONE; // guarded by lock: those of nodes that were closed
  private boolean closed; // guarded by lock

  /**
   * @param grace how long a call may last that goes to a node it was told
   */
  Nodes(Function<Endpoint, Node> maker, Duration grace) {
    this.maker = maker;
    this.graceNanos = grace.toNanos();
  }

  /** The node at an endpoint that somebody named just now. */
  Node at(Endpoint endpoint) {
    lock.lock();
    try {
      Known known = byEndpoint.computeIfAbsent(endpoint, any -> new Known(maker.apply(any)));
      known.named = true;
      if (closed) {
        known.node.close();
      }
      return known.node;
    } finally {
      lock.unlock();
    }
  }

  Collection<Node> all() {
    lock.lock();
    try {
      return byEndpoint.values().stream().map(known -> known.node).toList();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the connections to nodes that hold nothing any more and that no call is told. */
  void keepOnly(Set<Endpoint> endpoints) {
    List<Node> gone = new ArrayList<>();
    lock.lock();
    try {
      long now = System.nanoTime();
      for (Iterator<Known> all = byEndpoint.values().iterator(); all.hasNext(); ) {
        Known known = all.next();
        if (endpoints.contains(known.node.endpoint())) {
          known.named = true;
        } else if (known.named) {
          known.named = false;
          known.missingSince = now;
        } else if (now - known.missingSince >= graceNanos) {
          all.remove();
          gone.add(known.node);
          former = former.and(Connections.former(known.node));
        }
      }
    } finally {
      lock.unlock();
    }
    gone.forEach(Node::close);
  }

  /** The connections to all nodes, those closed since among them: the numbers never fall. */
  Connections connections() {
    lock.lock();
    try {
      Connections sum = former;
      for (Known known : byEndpoint.values()) {
        sum = sum.and(Connections.of(known.node));
      }
      return sum;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
    } finally {
      lock.unlock();
    }
    all().forEach(Node::close);
  }
}
