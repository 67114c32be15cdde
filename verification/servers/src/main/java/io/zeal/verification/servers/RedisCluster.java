package io.zeal.verification.servers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A real cluster on 127.0.0.1. All slots are served when {@code start} or {@link #awaitOk} returns.
 *
 * <p>A node that does not answer for a second counts as failed; with a replica the slots are served
 * again about a second later.
 */
public final class RedisCluster implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String NODE_TIMEOUT_MILLIS = "1000";

  private final ClusterOptions options;
  private final List<RedisServer> nodes = new ArrayList<>();
  private final Map<RedisServer, String> ids = new LinkedHashMap<>();
  private final Map<RedisServer, FaultProxy> proxies = new LinkedHashMap<>();

  private RedisCluster(ClusterOptions options) {
    this.options = options;
  }

  /** Starts three masters. */
  public static RedisCluster start() {
    return start(ClusterOptions.defaults());
  }

  /**
   * Starts a cluster; that takes about two seconds, which a master waits before it serves its
   * slots.
   *
   * @throws MissingServerException if this machine has no server
   */
  public static RedisCluster start(ClusterOptions options) {
    var cluster = new RedisCluster(options);
    try {
      cluster.startNodes();
      cluster.assignSlots();
      cluster.introduceNodes();
      cluster.assignReplicas();
      cluster.awaitOk();
      return cluster;
    } catch (RuntimeException failure) {
      cluster.close();
      throw failure;
    }
  }

  /** The slot of a key. */
  public static int slot(String key) {
    return Slots.of(key);
  }

  /** How it was configured. */
  public ClusterOptions options() {
    return options;
  }

  /** Every node, running or not; those that began as masters come first. */
  public List<RedisServer> nodes() {
    return List.copyOf(nodes);
  }

  /** The ports that clients use, those of proxies where there are any, in the order of nodes. */
  public List<Integer> ports() {
    return nodes.stream().map(this::port).toList();
  }

  /** The port of a node that clients use. */
  public int port(RedisServer node) {
    return options.hasProxies() ? proxy(node).port() : node.port();
  }

  /** What stands before a node. */
  public FaultProxy proxy(RedisServer node) {
    var proxy = proxies.get(node);
    if (proxy == null) {
      throw new IllegalStateException("No proxy before " + node + ": see withProxies().");
    }
    return proxy;
  }

  /** What stands before each node, in the order of nodes. */
  public List<FaultProxy> proxies() {
    return List.copyOf(proxies.values());
  }

  /** Who serves a key now, as the nodes see it. */
  public RedisServer masterOf(String key) {
    return masterOf(slot(key));
  }

  /** Who serves a slot now, as the nodes see it. */
  public RedisServer masterOf(int slot) {
    var owner = ClusterView.of(anyAwake()).ownerOf(slot).orElseThrow();
    return nodes.stream().filter(it -> id(it).equals(owner)).findFirst().orElseThrow();
  }

  /** The masters that run. */
  public List<RedisServer> masters() {
    return awake().filter(RedisCluster::isMaster).toList();
  }

  /** The replicas that run. */
  public List<RedisServer> replicas() {
    return awake().filter(it -> !isMaster(it)).toList();
  }

  /**
   * Kills the master of a key and waits until a replica has taken its place.
   *
   * @return the replica that is master now
   */
  public RedisServer killMasterOf(String key) {
    var master = masterOf(key);
    master.kill();
    Await.until(
        "a replica to take the place of " + master,
        LIMIT,
        () -> !masterOf(key).equals(master) && masterOf(key).isAwake(),
        this::describe);
    awaitOk();
    return masterOf(key);
  }

  /** Begins to move a slot to another master; no key has moved yet. */
  public SlotMove beginMove(int slot, RedisServer target) {
    var move = new SlotMove(this, slot, masterOf(slot), target);
    move.begin();
    return move;
  }

  /** Moves a slot with its keys to another master. */
  public void move(int slot, RedisServer target) {
    beginMove(slot, target).finish();
  }

  /** Waits until the nodes that run know of each other and serve all slots. */
  public void awaitOk() {
    Await.until("the cluster to be well", LIMIT, this::isOk, this::describe);
  }

  /** Ends every node and proxy. */
  @Override
  public void close() {
    proxies.values().forEach(FaultProxy::close);
    nodes.forEach(RedisServer::close);
  }

  String id(RedisServer node) {
    return ids.computeIfAbsent(node, it -> String.valueOf(it.command("CLUSTER", "MYID")));
  }

  void awaitOwner(int slot, RedisServer owner) {
    Await.until(
        "all nodes to know that slot " + slot + " is served by " + owner,
        LIMIT,
        () -> {
          if (awake().allMatch(it -> ClusterView.of(it).ownerOf(slot).equals(owner(owner)))) {
            return true;
          }
          tellMasters(slot, owner);
          return false;
        },
        this::describe);
  }

  /**
   * Says again whose a slot is. On a busy machine gossip from before the move may arrive after it,
   * and two masters then each take the other for the owner, for good.
   */
  private void tellMasters(int slot, RedisServer owner) {
    for (RedisServer node : masters()) {
      try {
        var _ = node.command("CLUSTER", "SETSLOT", String.valueOf(slot), "NODE", id(owner));
      } catch (RedisErrorException e) {
        // It still holds keys of the slot, and is told once more.
      }
    }
  }

  private Optional<String> owner(RedisServer node) {
    return Optional.of(id(node));
  }

  private void startNodes() {
    int count = options.masters() * (1 + options.replicasPerMaster());
    for (int i = 0; i < count; i++) {
      startNode();
    }
    nodes.forEach(this::id);
  }

  private void startNode() {
    int port = Ports.free();
    var node =
        options
            .nodes()
            .withPort(port)
            .with("cluster-enabled", "yes")
            .with("cluster-node-timeout", NODE_TIMEOUT_MILLIS)
            // Replicas stay where they are and may always take over.
            .with("cluster-migration-barrier", "100")
            .with("cluster-replica-validity-factor", "0")
            .with("repl-diskless-sync-delay", "0");
    if (!options.hasProxies()) {
      nodes.add(RedisServer.start(node));
      return;
    }
    var proxy = FaultProxy.start(port);
    try {
      var server =
          RedisServer.start(
              node.with("cluster-announce-ip", proxy.host())
                  .with("cluster-announce-port", String.valueOf(proxy.port()))
                  .with("cluster-announce-bus-port", String.valueOf(bus(port))));
      nodes.add(server);
      proxies.put(server, proxy);
    } catch (RuntimeException failure) {
      proxy.close();
      throw failure;
    }
  }

  private void assignSlots() {
    int masters = options.masters();
    for (int i = 0; i < masters; i++) {
      // Different from the start, so that nodes need not settle it by conflict.
      var _ = nodes.get(i).command("CLUSTER", "SET-CONFIG-EPOCH", String.valueOf(i + 1));
      var slots =
          IntStream.range(Slots.COUNT * i / masters, Slots.COUNT * (i + 1) / masters)
              .mapToObj(String::valueOf);
      var _ =
          nodes
              .get(i)
              .command(
                  Stream.concat(Stream.of("CLUSTER", "ADDSLOTS"), slots).toArray(String[]::new));
    }
  }

  private void introduceNodes() {
    var first = nodes.getFirst();
    for (var other : nodes.subList(1, nodes.size())) {
      var _ =
          first.command(
              "CLUSTER",
              "MEET",
              other.host(),
              String.valueOf(other.port()),
              String.valueOf(bus(other.port())));
    }
    Await.until("all nodes to know each other", LIMIT, this::knowEachOther, this::describe);
  }

  private void assignReplicas() {
    for (int i = options.masters(); i < nodes.size(); i++) {
      var master = nodes.get(i % options.masters());
      var _ = nodes.get(i).command("CLUSTER", "REPLICATE", id(master));
    }
  }

  private boolean isOk() {
    return knowEachOther() && awake().allMatch(RedisCluster::isServing);
  }

  private boolean knowEachOther() {
    return awake()
        .map(ClusterView::of)
        .allMatch(view ->
            awake()
                .map(other -> view.node(id(other)))
                .allMatch(node -> node.filter(ClusterView.Node::isWell).isPresent()));
  }

  private static boolean isServing(RedisServer node) {
    var state = String.valueOf(node.command("CLUSTER", "INFO"));
    return state.contains("cluster_state:ok")
        && (isMaster(node) || node.fact("master_link_status").filter("up"::equals).isPresent());
  }

  private static boolean isMaster(RedisServer node) {
    return node.fact("role").filter("master"::equals).isPresent();
  }

  private Stream<RedisServer> awake() {
    return nodes.stream().filter(RedisServer::isAwake);
  }

  private RedisServer anyAwake() {
    return awake()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No node of the cluster runs."));
  }

  private String describe() {
    return awake()
        .map(it -> it + ":\n" + it.command("CLUSTER", "INFO") + it.command("CLUSTER", "NODES"))
        .collect(Collectors.joining("\n"));
  }

  private static int bus(int port) {
    return port + Ports.BUS_OFFSET;
  }
}
