package io.zeal.memcached;

import io.zeal.BackendInfo;
import io.zeal.Capability;
import io.zeal.Finding;
import io.zeal.Stats;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.memcached.ClientException.Kind;
import io.zeal.spi.Backend;
import io.zeal.spi.Counters;
import io.zeal.spi.Rows;
import io.zeal.spi.StoreSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Stores and counters on Memcached servers. */
final class MemcachedBackend implements Backend {

  private static final String LOOK = "Looking at the servers";

  private final BackendInfo info;
  private final Servers servers;
  private final Connector connector;
  private final MemcachedCounters counters;
  private final AtomicBoolean closed;

  /** How many items each server had evicted when it was looked at first. */
  private final Map<Integer, Long> evicted = new ConcurrentHashMap<>();

  /**
   * @param closed becomes true as soon as the backend is closed
   */
  MemcachedBackend(Servers servers, Connector connector, AtomicBoolean closed) {
    this.servers = servers;
    this.connector = connector;
    this.closed = closed;
    this.counters = new MemcachedCounters(servers);
    long itemBytes = servers.nodes().stream().mapToLong(Node::itemBytes).min().orElse(0);
    this.info =
        new BackendInfo(
            "memcached",
            BackendInfo.Scope.CLUSTER,
            EnumSet.of(Capability.CLEAR, Capability.COUNTERS),
            Map.of("itemBytes", itemBytes));
  }

  @Override
  public BackendInfo info() {
    return info;
  }

  @Override
  public <R> Rows<R> rows(StoreSpec<R> spec) {
    if (spec.announcer() != null) {
      throw new UnsupportedCapabilityException(
          Capability.ANNOUNCE,
          "Store '"
              + spec.name()
              + "' is to announce its writes, which Memcached cannot carry. Put copies before the"
              + " backend redis instead.");
    }
    StoreOnServers<R> store = new StoreOnServers<>(spec, servers);
    store.attach();
    return new MemcachedRows<>(store);
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public Stats stats() {
    Map<String, Long> numbers = new HashMap<>(servers.counts().numbers());
    List<Client> connected =
        servers.nodes().stream().map(Node::client).filter(Client::isConnected).toList();
    long used = connected.stream().filter(client -> client.inFlight() > 0).count();
    numbers.put("serversAway", (long) servers.nodes().size() - connected.size());
    numbers.put("connectionsUsed", used);
    numbers.put("connectionsIdle", connected.size() - used);
    numbers.put("requestsInFlight", connected.stream().mapToLong(Client::inFlight).sum());
    numbers.put("callsWaiting", servers.nodes().stream().mapToLong(Node::waiting).sum());
    return Stats.of("memcached", numbers);
  }

  @Override
  public List<Finding> inspect() {
    servers.errors().requireOpen(LOOK);
    try {
      Deadline.requireNotInterrupted();
      return look();
    } catch (ClientException e) {
      throw servers.errors().ofRead(e, LOOK);
    }
  }

  /** Throws where it says nothing of the servers: this is closed, or the caller is to stop. */
  private List<Finding> look() throws ClientException {
    List<Finding> findings = new ArrayList<>();
    Deadline deadline = Deadline.in(servers.timeout());
    List<ServerLook> looks = servers.nodes().stream().map(ServerLook::begin).toList();
    for (int i = 0; i < looks.size(); i++) {
      int node = i;
      try {
        findings.addAll(looks.get(i).findings(deadline, now -> evictedBefore(node, now)));
      } catch (ClientException e) {
        if (e.kind() == Kind.INTERRUPTED || closed.get()) {
          throw e;
        }
        findings.add(
            new Finding(
                "ZEAL-F602",
                Finding.Severity.WARNING,
                "nothing is known of a server: " + e.getMessage(),
                "See that it can be reached: the rows and counters it holds cannot be read."));
      }
    }
    return findings;
  }

  /** Less than at first where the server was started anew. */
  private long evictedBefore(int node, long now) {
    return evicted.merge(node, now, Math::min);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      servers.nodes().forEach(Node::close);
      connector.close();
    }
  }
}
