package io.zeal.proofs.messages;

import io.zeal.proofs.SkippedException;
import io.zeal.verification.servers.ClusterOptions;
import io.zeal.verification.servers.FaultProxy;
import io.zeal.verification.servers.MissingServerException;
import io.zeal.verification.servers.RedisCluster;
import io.zeal.verification.servers.RedisOptions;
import io.zeal.verification.servers.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the messages are: a server, or a cluster of three, that keeps what it has confirmed when it
 * is killed. With lines, each process on a server has one of its own that can break; on a cluster
 * there is one before each node.
 */
final class Place implements AutoCloseable {

  private static final RedisOptions DURABLE =
      RedisOptions.defaults().with("appendonly", "yes").with("appendfsync", "always");

  private final @Nullable RedisServer server;
  private final @Nullable RedisCluster cluster;
  private final boolean hasLines;
  private final List<FaultProxy> lines = new ArrayList<>();

  private Place(@Nullable RedisServer server, @Nullable RedisCluster cluster, boolean hasLines) {
    this.server = server;
    this.cluster = cluster;
    this.hasLines = hasLines;
  }

  static Place open(boolean cluster, boolean hasLines) throws SkippedException {
    try {
      if (!cluster) {
        return new Place(RedisServer.start(DURABLE), null, hasLines);
      }
      ClusterOptions options = ClusterOptions.defaults().withNodes(DURABLE);
      RedisCluster three = RedisCluster.start(hasLines ? options.withProxies() : options);
      Place place = new Place(null, three, hasLines);
      if (hasLines) {
        place.lines.addAll(three.proxies());
      }
      return place;
    } catch (MissingServerException e) {
      throw new SkippedException(String.valueOf(e.getMessage()));
    }
  }

  /** How another process reaches it; maybe by a line of its own. */
  String url() {
    if (cluster != null) {
      return "redis+cluster://"
          + cluster.ports().stream().map(it -> "127.0.0.1:" + it).collect(Collectors.joining(","));
    }
    if (!hasLines) {
      return directUrl();
    }
    FaultProxy line = FaultProxy.start(nodes().getFirst().port());
    synchronized (lines) {
      lines.add(line);
    }
    return "redis://" + line.address();
  }

  /** A way without a line of its own. */
  String directUrl() {
    return cluster != null ? url() : "redis://" + nodes().getFirst().address();
  }

  List<FaultProxy> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  List<RedisServer> nodes() {
    return cluster != null ? cluster.nodes() : server != null ? List.of(server) : List.of();
  }

  /** Waits until a node that was restarted serves again what it did. */
  void awaitServing() {
    if (cluster != null) {
      cluster.awaitOk();
    }
  }

  @Override
  public void close() {
    lines().forEach(FaultProxy::close);
    if (cluster != null) {
      cluster.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @Override
  public String toString() {
    return cluster != null ? "cluster" : "server";
  }
}
