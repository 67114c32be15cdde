package io.zeal.verification.servers;

/**
 * What a cluster consists of. Immutable.
 *
 * <p>Defaults: three masters, no replicas, no proxies, nodes with the default options.
 */
public final class ClusterOptions {

  private static final ClusterOptions DEFAULTS =
      new ClusterOptions(3, 0, false, RedisOptions.defaults());

  private final int masters;
  private final int replicasPerMaster;
  private final boolean proxies;
  private final RedisOptions nodes;

  private ClusterOptions(int masters, int replicasPerMaster, boolean proxies, RedisOptions nodes) {
    this.masters = masters;
    this.replicasPerMaster = replicasPerMaster;
    this.proxies = proxies;
    this.nodes = nodes;
  }

  /** The defaults. */
  public static ClusterOptions defaults() {
    return DEFAULTS;
  }

  /** So many masters; a failover needs three of them. */
  public ClusterOptions withMasters(int masters) {
    if (masters < 1) {
      throw new IllegalArgumentException("masters is " + masters + ". Use 1 or more.");
    }
    return new ClusterOptions(masters, replicasPerMaster, proxies, nodes);
  }

  /** So many replicas for each master, so that one of them can be promoted. */
  public ClusterOptions withReplicas(int replicasPerMaster) {
    if (replicasPerMaster < 0) {
      throw new IllegalArgumentException("replicas is " + replicasPerMaster + ". Use 0 or more.");
    }
    return new ClusterOptions(masters, replicasPerMaster, proxies, nodes);
  }

  /**
   * Puts a {@link FaultProxy} before every node, and lets the nodes announce the proxies' ports.
   * Clients and replicas come through them; the bus between the nodes does not.
   */
  public ClusterOptions withProxies() {
    return new ClusterOptions(masters, replicasPerMaster, true, nodes);
  }

  /** Configures each node like this; a port is ignored. */
  public ClusterOptions withNodes(RedisOptions nodes) {
    return new ClusterOptions(masters, replicasPerMaster, proxies, nodes);
  }

  /** How many masters there are. */
  public int masters() {
    return masters;
  }

  /** How many replicas each master has. */
  public int replicasPerMaster() {
    return replicasPerMaster;
  }

  /** Whether there is a proxy before every node. */
  public boolean hasProxies() {
    return proxies;
  }

  /** How each node is configured. */
  public RedisOptions nodes() {
    return nodes;
  }
}
