package io.zeal.verification.servers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A primary and its replica on 127.0.0.1, watched by three sentinels of which two have to agree.
 *
 * <p>A primary that does not answer for half a second counts as down; about a second and a half
 * later the replica has taken its place. Before each of the two servers stands a {@link
 * FaultProxy}, whose port is the one that sentinels know and tell: through it come clients, the
 * replica and the sentinels themselves.
 */
public final class RedisSentinels implements AutoCloseable {

  /** How many sentinels there are. */
  public static final int COUNT = 3;

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String PRIMARY_NAME = "zeal";
  private static final String QUORUM = "2";
  private static final String DOWN_AFTER_MILLIS = "500";
  private static final String FAILOVER_TIMEOUT_MILLIS = "5000";

  private final Map<RedisServer, FaultProxy> servers = new LinkedHashMap<>();
  private final List<RedisServer> sentinels = new ArrayList<>();

  private RedisSentinels() {}

  /** Starts primary, replica and sentinels with the default options. */
  public static RedisSentinels start() {
    return start(RedisOptions.defaults());
  }

  /**
   * Starts primary and replica with these options (a port is ignored), and sentinels that ask for
   * no password. All know each other when this returns.
   *
   * @throws MissingServerException if this machine has no server
   */
  public static RedisSentinels start(RedisOptions options) {
    return start(options, RedisOptions.defaults());
  }

  /**
   * The same with sentinels that have these options, for example a password or users of their own;
   * they know each other by the password.
   *
   * @throws MissingServerException if this machine has no server
   */
  public static RedisSentinels start(RedisOptions options, RedisOptions sentinelOptions) {
    if (options.hasUsers()) {
      throw new IllegalArgumentException("Sentinels do not know the users of a test; use none.");
    }
    var sentinels = new RedisSentinels();
    try {
      sentinels.startAll(options, sentinelOptions);
      sentinels.awaitOk();
      return sentinels;
    } catch (RuntimeException failure) {
      sentinels.close();
      throw failure;
    }
  }

  /** What the sentinels call the primary. */
  public String primaryName() {
    return PRIMARY_NAME;
  }

  /** The sentinels themselves. */
  public List<RedisServer> sentinels() {
    return List.copyOf(sentinels);
  }

  /** The ports of the sentinels. */
  public List<Integer> ports() {
    return sentinels.stream().map(RedisServer::port).toList();
  }

  /** The primary, as most sentinels see it. */
  public RedisServer primary() {
    return servers.keySet().stream()
        .filter(this::isPrimary)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("The sentinels disagree: " + describe()));
  }

  /** The one that is not the primary, running or not. */
  public RedisServer replica() {
    var primary = primary();
    return servers.keySet().stream().filter(it -> !it.equals(primary)).findFirst().orElseThrow();
  }

  /** What stands before a server, at the port that sentinels tell. */
  public FaultProxy proxy(RedisServer server) {
    var proxy = servers.get(server);
    if (proxy == null) {
      throw new IllegalArgumentException(server + " is neither primary nor replica.");
    }
    return proxy;
  }

  /**
   * Kills the primary and waits until the replica has taken its place.
   *
   * @return the one that is primary now
   */
  public RedisServer killPrimary() {
    var replica = replica();
    primary().kill();
    awaitPrimary(replica);
    return replica;
  }

  /** Waits until the sentinels agree on this primary and it accepts writes. */
  public void awaitPrimary(RedisServer server) {
    Await.until(
        server + " to be primary",
        LIMIT,
        () ->
            sentinels.stream().allMatch(it -> isPrimaryOf(it, server)) && hasRole(server, "master"),
        this::describe);
  }

  /**
   * Waits until all that run know each other and the replica follows the primary. After a former
   * primary is back that may take 20 seconds: sentinels look at it for a while before they make it
   * a replica.
   */
  public void awaitOk() {
    Await.until("sentinels and replica to be well", LIMIT, this::isOk, this::describe);
  }

  /** Ends all of them. */
  @Override
  public void close() {
    sentinels.forEach(RedisServer::close);
    servers.values().forEach(FaultProxy::close);
    servers.keySet().forEach(RedisServer::close);
  }

  private void startAll(RedisOptions options, RedisOptions sentinelOptions) {
    var primary = startServer(options);
    var primaryPort = String.valueOf(proxy(primary).port());
    startServer(options.with("replicaof", primary.host(), primaryPort));
    IntStream.range(0, COUNT)
        .forEach(it -> startSentinel(options, sentinelOptions, primary.host(), primaryPort));
  }

  private RedisServer startServer(RedisOptions options) {
    int port = Ports.free();
    var proxy = FaultProxy.start(port);
    try {
      var server =
          RedisServer.start(
              options
                  .withPort(port)
                  .with("replica-announce-ip", proxy.host())
                  .with("replica-announce-port", String.valueOf(proxy.port()))
                  .with("repl-diskless-sync-delay", "0"));
      servers.put(server, proxy);
      return server;
    } catch (RuntimeException failure) {
      proxy.close();
      throw failure;
    }
  }

  private void startSentinel(
      RedisOptions options, RedisOptions sentinelOptions, String host, String port) {
    var sentinel =
        sentinelOptions
            .with("sentinel", "monitor", PRIMARY_NAME, host, port, QUORUM)
            .with("sentinel", "down-after-milliseconds", PRIMARY_NAME, DOWN_AFTER_MILLIS)
            .with("sentinel", "failover-timeout", PRIMARY_NAME, FAILOVER_TIMEOUT_MILLIS);
    if (options.password().isPresent()) {
      sentinel = sentinel.with("sentinel", "auth-pass", PRIMARY_NAME, options.password().get());
    }
    if (sentinelOptions.password().isPresent()) {
      sentinel = sentinel.with("sentinel", "sentinel-pass", sentinelOptions.password().get());
    }
    sentinels.add(RedisServer.startSentinel(sentinel));
  }

  private boolean isOk() {
    var replica = replica();
    return sentinels.stream().filter(RedisServer::isAwake).allMatch(RedisSentinels::knowsAll)
        && (!replica.isAwake() || isFollowing(replica));
  }

  private static boolean knowsAll(RedisServer sentinel) {
    return sentinel
        .fact("master0")
        .filter(it -> it.contains("status=ok,"))
        .filter(it -> it.contains("slaves=1,sentinels=" + COUNT))
        .isPresent();
  }

  private static boolean isFollowing(RedisServer replica) {
    return hasRole(replica, "slave")
        && replica.fact("master_link_status").filter("up"::equals).isPresent();
  }

  private static boolean hasRole(RedisServer server, String role) {
    return server.fact("role").filter(role::equals).isPresent();
  }

  private boolean isPrimary(RedisServer server) {
    var votes =
        sentinels.stream()
            .filter(RedisServer::isAwake)
            .filter(it -> isPrimaryOf(it, server))
            .count();
    return votes >= Integer.parseInt(QUORUM);
  }

  private boolean isPrimaryOf(RedisServer sentinel, RedisServer server) {
    return !sentinel.isAwake() || proxy(server).address().equals(primaryAddress(sentinel));
  }

  private static String primaryAddress(RedisServer sentinel) {
    var address = (List<?>) sentinel.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", PRIMARY_NAME);
    return address == null ? "" : address.get(0) + ":" + address.get(1);
  }

  private String describe() {
    var primaries = sentinels.stream().map(it -> it + " says " + it.fact("master0").orElse("?"));
    var roles = servers.entrySet().stream().map(it -> it.getValue() + " " + roleOf(it.getKey()));
    return Stream.concat(primaries, roles).collect(Collectors.joining("\n"));
  }

  private static String roleOf(RedisServer server) {
    return server.isAwake() ? String.valueOf(server.command("ROLE")) : "does not run";
  }
}
