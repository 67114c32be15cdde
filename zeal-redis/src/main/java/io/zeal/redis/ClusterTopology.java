package io.zeal.redis;

import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.Endpoint;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.LinkException.Kind;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A cluster: which primary holds which slot. The whole picture comes from {@code CLUSTER SLOTS} of
 * any node; a redirection corrects its one slot at once and puts the rest in doubt.
 */
final class ClusterTopology implements Topology {

  private static final Command QUESTION = Command.named("CLUSTER").add("SLOTS").build();

  private final List<Endpoint> seeds;
  private final Nodes nodes;
  private final Lookup<AtomicReferenceArray<@Nullable Node>> slots = new Lookup<>(this::ask);

  ClusterTopology(List<Endpoint> seeds, Function<Endpoint, Node> maker, Duration timeout) {
    this.seeds = seeds;
    this.nodes = new Nodes(maker, timeout);
  }

  /**
   * Asks the nodes that hold slots as far as is known, then others that were named, then those of
   * the URL: a node that left the cluster may not have noticed.
   */
  private AtomicReferenceArray<@Nullable Node> ask(long deadline) throws LinkException {
    Set<Node> candidates = new LinkedHashSet<>(shuffled(holders(slots.known())));
    candidates.addAll(shuffled(nodes.all()));
    seeds.forEach(seed -> candidates.add(nodes.at(seed)));
    LinkException last = null;
    int left = candidates.size();
    for (Node candidate : candidates) {
      Reply reply = candidate.execute(List.of(QUESTION), Lookup.turn(deadline, left--)).getFirst();
      if (reply instanceof Reply.Items(List<Reply> ranges) && !ranges.isEmpty()) {
        return picture(ranges, candidate);
      }
      last =
          switch (reply) {
            case Reply.Lost lost -> lost.cause();
            case Reply.Failure(String message) ->
                new LinkException(Kind.REFUSED, candidate + ": " + message, null);
            default ->
                new LinkException(Kind.REFUSED, candidate + " knows no slots of a cluster", null);
          };
    }
    throw last == null ? new LinkException(Kind.UNREACHABLE, "no nodes", null) : last;
  }

  private static List<Node> shuffled(Collection<Node> nodes) {
    List<Node> shuffled = new ArrayList<>(nodes);
    Collections.shuffle(shuffled, ThreadLocalRandom.current());
    return shuffled;
  }

  private AtomicReferenceArray<@Nullable Node> picture(List<Reply> ranges, Node teller)
      throws LinkException {
    @Nullable Node[] holders = new Node[Slots.COUNT];
    Set<Endpoint> primaries = new LinkedHashSet<>();
    for (Reply range : ranges) {
      if (!(range instanceof Reply.Items(List<Reply> parts)
          && parts.size() >= 3
          && parts.get(0) instanceof Reply.Whole(long first)
          && parts.get(1) instanceof Reply.Whole(long last)
          && parts.get(2) instanceof Reply.Items(List<Reply> primary)
          && primary.size() >= 2
          && primary.get(1) instanceof Reply.Whole(long port))) {
        throw new LinkException(
            Kind.REFUSED, teller + " describes its slots in a way unknown here", null);
      }
      Endpoint endpoint = new Endpoint.Tcp(host(primary.getFirst(), teller), (int) port);
      primaries.add(endpoint);
      Arrays.fill(holders, (int) first, (int) last + 1, nodes.at(endpoint));
    }
    nodes.keepOnly(primaries);
    return new AtomicReferenceArray<>(holders);
  }

  /** A node that was not told its own address leaves it out: it is where it was asked. */
  private static String host(Reply host, Node teller) {
    if (host instanceof Reply.Bytes(byte[] bytes) && bytes.length > 0) {
      return new String(bytes, StandardCharsets.UTF_8);
    }
    return teller.endpoint() instanceof Endpoint.Tcp tcp ? tcp.host() : "localhost";
  }

  @Override
  public Node node(byte @Nullable [] key, long deadline) throws LinkException {
    return holder(slots.get(deadline), key);
  }

  @Override
  public Node nodeAfterDoubt(byte @Nullable [] key, long deadline) throws LinkException {
    return holder(slots.fresh(deadline), key);
  }

  private Node holder(AtomicReferenceArray<@Nullable Node> picture, byte @Nullable [] key)
      throws LinkException {
    int slot = key == null ? ThreadLocalRandom.current().nextInt(Slots.COUNT) : Slots.of(key);
    Node node = picture.get(slot);
    if (node == null) {
      slots.doubt();
      throw new LinkException(Kind.UNREACHABLE, "no node holds slot " + slot, null);
    }
    return node;
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
    AtomicReferenceArray<@Nullable Node> picture = slots.known();
    if (picture != null) {
      picture.set(Slots.of(key), nodes.at(endpoint));
    }
    slots.doubt();
  }

  @Override
  public void doubt() {
    slots.doubt();
  }

  @Override
  public List<Node> primaries(long deadline) throws LinkException {
    return List.copyOf(holders(slots.get(deadline)));
  }

  private static Set<Node> holders(@Nullable AtomicReferenceArray<@Nullable Node> picture) {
    Set<Node> holders = new LinkedHashSet<>();
    for (int slot = 0; picture != null && slot < Slots.COUNT; slot++) {
      Node node = picture.get(slot);
      if (node != null) {
        holders.add(node);
      }
    }
    return holders;
  }

  @Override
  public Connections connections() {
    return nodes.connections();
  }

  @Override
  public void close() {
    nodes.close();
  }
}
