package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A primary that sentinels know by name. Who it is is asked again when it cannot be reached, takes
 * no writes or turns out to be a replica at a new connection ({@link PrimaryLinks}). A sentinel may
 * be behind: one that names no primary, or a server that is none, is passed over for the next.
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
      Function<Endpoint, Node> nodeMaker,
      Duration timeout) {
    this.sentinels = sentinels.stream().map(sentinelMaker).toList();
    this.master = master;
    this.nodes = new Nodes(nodeMaker, timeout);
  }

  /** Believes the first sentinel that names a server which takes itself for the primary. */
  private Node ask(long deadline) throws LinkException {
    Map<Endpoint, LinkException> refused = new HashMap<>();
    LinkException last = new LinkException(Kind.UNREACHABLE, "no sentinels", null);
    int left = sentinels.size();
    for (Node sentinel : sentinels) {
      long turn = Lookup.turn(deadline, left--);
      try {
        Endpoint told = primaryAsToldBy(sentinel, turn);
        LinkException before = refused.get(told);
        if (before != null) {
          throw before;
        }
        try {
          Node node = nodes.at(told);
          PrimaryLinks.requirePrimary(
              told, command -> node.execute(List.of(command), turn).getFirst());
          nodes.keepOnly(Set.of(told));
          return node;
        } catch (LinkException e) {
          refused.put(told, e);
          throw e;
        }
      } catch (LinkException e) {
        last = e;
      }
    }
    throw last;
  }

  private Endpoint primaryAsToldBy(Node sentinel, long deadline) throws LinkException {
    Command question = Command.named("SENTINEL").add("GET-MASTER-ADDR-BY-NAME").add(master).build();
    return switch (sentinel.execute(List.of(question), deadline).getFirst()) {
      case Reply.Items(List<Reply> address)
          when address.size() == 2
              && address.getFirst() instanceof Reply.Bytes(byte[] host)
              && address.getLast() instanceof Reply.Bytes(byte[] port) ->
          new Endpoint.Tcp(text(host), Integer.parseInt(text(port)));
      case Reply.Lost lost when lost.cause().kind() == Kind.AUTHENTICATION ->
          throw new LinkException(
              Kind.AUTHENTICATION,
              "sentinel "
                  + sentinel
                  + " refused user or password; put what it asks for into"
                  + " zeal.redis.sentinel.user and zeal.redis.sentinel.password",
              lost.cause());
      case Reply.Lost lost -> throw lost.cause();
      case Reply.Failure(String message) ->
          throw new LinkException(Kind.REFUSED, "sentinel " + sentinel + ": " + message, null);
      default ->
          throw new LinkException(
              Kind.REFUSED, "sentinel " + sentinel + " knows no master '" + master + "'", null);
    };
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
  public Connections connections() {
    return nodes.connections();
  }

  @Override
  public void close() {
    sentinels.forEach(Node::close);
    nodes.close();
  }
}
