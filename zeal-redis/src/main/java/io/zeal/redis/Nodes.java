package io.zeal.redis;

import io.zeal.redis.spi.Endpoint;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The nodes known by now, one for each endpoint. */
final class Nodes implements AutoCloseable {

  private final Map<Endpoint, Node> byEndpoint = new ConcurrentHashMap<>();
  private final Function<Endpoint, Node> maker;
  private volatile boolean closed;

  Nodes(Function<Endpoint, Node> maker) {
    this.maker = maker;
  }

  Node at(Endpoint endpoint) {
    Node node = byEndpoint.computeIfAbsent(endpoint, maker);
    if (closed) {
      node.close();
    }
    return node;
  }

  Collection<Node> all() {
    return List.copyOf(byEndpoint.values());
  }

  /** Ends the connections to nodes that hold nothing any more. */
  void keepOnly(Set<Endpoint> endpoints) {
    for (Iterator<Node> nodes = byEndpoint.values().iterator(); nodes.hasNext(); ) {
      Node node = nodes.next();
      if (!endpoints.contains(node.endpoint())) {
        nodes.remove();
        node.close();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    byEndpoint.values().forEach(Node::close);
  }
}
