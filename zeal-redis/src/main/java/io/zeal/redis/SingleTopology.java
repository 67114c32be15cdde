package io.zeal.redis;

import io.zeal.redis.spi.Endpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One server. */
final class SingleTopology implements Topology {

  private final Node node;

  SingleTopology(Node node) {
    this.node = node;
  }

  @Override
  public Node node(byte @Nullable [] key, long deadline) {
    return node;
  }

  @Override
  public Node nodeAfterDoubt(byte @Nullable [] key, long deadline) {
    return node;
  }

  @Override
  public boolean redirects() {
    return false;
  }

  @Override
  public Node at(Endpoint endpoint) {
    return node;
  }

  @Override
  public void moved(byte[] key, Endpoint endpoint) {}

  @Override
  public void doubt() {}

  @Override
  public List<Node> primaries(long deadline) {
    return List.of(node);
  }

  @Override
  public Connections connections() {
    return Connections.of(node);
  }

  @Override
  public void close() {
    node.close();
  }
}
