package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A primary that sentinels know by name. Who it is is asked again when it cannot be reached or
 * takes no writes; the first sentinel that answers is believed, the next in the list is asked if it
 * does not.
 */
final class SentinelTopology implements Topology {

  private final List<Node> sentinels;
  private final String master;
  private final Nodes nodes;
  private final Lookup<Node> primary = new Lookup<>(this::ask);

  SentinelTopology(
      List<Endpoint> sentinels,
      String master,
      Function<Endpoint, Node> sentinelMaker,
      Function<Endpoint, Node> nodeMaker) {
    this.sentinels = sentinels.stream().map(sentinelMaker).toList();
    this.master = master;
    this.nodes = new Nodes(nodeMaker);
  }

  private Node ask(long deadline) throws LinkException {
    Command question = Command.named("SENTINEL").add("GET-MASTER-ADDR-BY-NAME").add(master).build();
    LinkException last = null;
    int left = sentinels.size();
    for (Node sentinel : sentinels) {
      Reply reply = sentinel.execute(List.of(question), Lookup.turn(deadline, left--)).getFirst();
      switch (reply) {
        case Reply.Items(List<Reply> address)
            when address.size() == 2
                && address.getFirst() instanceof Reply.Bytes(byte[] host)
                && address.getLast() instanceof Reply.Bytes(byte[] port) -> {
          Endpoint endpoint = new Endpoint.Tcp(text(host), Integer.parseInt(text(port)));
          nodes.keepOnly(Set.of(endpoint));
          return nodes.at(endpoint);
        }
        case Reply.Lost lost -> last = lost.cause();
        case Reply.Failure(String message) ->
            last = new LinkException(Kind.REFUSED, "sentinel " + sentinel + ": " + message, null);
        default ->
            last =
                new LinkException(
                    Kind.REFUSED,
                    "sentinel " + sentinel + " knows no master '" + master + "'",
                    null);
      }
    }
    throw last == null ? new LinkException(Kind.UNREACHABLE, "no sentinels", null) : last;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Override
  public Node node(byte @Nullable [] key, long deadline) throws LinkException {
    return primary.get(deadline);
  }

  @Override
  public Node nodeAfterDoubt(byte @Nullable [] key, long deadline) throws LinkException {
    return primary.fresh(deadline);
  }

  @Override
  public boolean redirects() {
    return true;
  }

  @Override
  public Node at(Endpoint endpoint) {
    return nodes.at(endpoint);
  }

  @Override
  public void moved(byte[] key, Endpoint endpoint) {
    primary.doubt();
  }

  @Override
  public void doubt() {
    primary.doubt();
  }

  @Override
  public List<Node> primaries(long deadline) throws LinkException {
    return List.of(primary.get(deadline));
  }

  @Override
  public void close() {
    sentinels.forEach(Node::close);
    nodes.close();
  }
}
