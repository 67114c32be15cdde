package io.zeal.redis;

import io.zeal.ConfigurationException;
import io.zeal.ErrorCode;
import io.zeal.redis.spi.Command;
import io.zeal.redis.spi.LinkException;
import io.zeal.redis.spi.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a node says of itself.
 *
 * @param node where it is
 * @param kind {@code Redis} or {@code Valkey}
 * @param version its own version
 * @param maxMemory its limit in bytes, 0 for none
 * @param policy what it does at the limit; empty if it does not say
 * @param inCluster whether it is a node of a cluster
 * @param forgets whether it says that it keeps no append-only file
 * @param primary whose replica it is; empty if it is none
 * @param takesWrites whether it takes writes although it may be a replica
 * @param keys how many keys each of its databases has, but for those that have none
 */
record ServerFacts(
    String node,
    String kind,
    String version,
    long maxMemory,
    String policy,
    boolean inCluster,
    boolean forgets,
    String primary,
    boolean takesWrites,
    Map<Integer, Long> keys) {

  /** Redis 7.0, whose version Valkey gives as its compatibility level. */
  private static final int LEAST_MAJOR = 7;

  private static final String UNKNOWN = "unknown";
  private static final Command INFO = Command.named("INFO").build();

  /** A server that takes writes and has no keys. */
  ServerFacts(
      String node,
      String kind,
      String version,
      long maxMemory,
      String policy,
      boolean inCluster,
      boolean forgets) {
    this(node, kind, version, maxMemory, policy, inCluster, forgets, "", true, Map.of());
  }

  /**
   * Asks every primary.
   *
   * @throws ConfigurationException if one is too old
   */
  static List<ServerFacts> of(Server server, long deadline) {
    List<ServerFacts> facts = new ArrayList<>();
    try {
      for (Node node : server.topology().primaries(deadline)) {
        facts.add(of(node, "Opening " + node, deadline));
      }
    } catch (LinkException e) {
      throw Errors.of(e, "Opening the backend 'redis'");
    }
    return facts;
  }

  /** Asks one. */
  static ServerFacts of(Node node, String what, long deadline) {
    Reply reply = node.execute(List.of(INFO), deadline).getFirst();
    boolean allowed =
        !(reply instanceof Reply.Failure(String message) && message.startsWith("NOPERM"));
    return allowed && Errors.answer(reply, what, false) instanceof Reply.Bytes(byte[] text)
        ? read(node.toString(), new String(text, StandardCharsets.UTF_8))
        : new ServerFacts(node.toString(), "server", UNKNOWN, 0, "", false, false);
  }

  static ServerFacts read(String node, String info) {
    Map<String, String> fields = new HashMap<>();
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(line -> {
          int colon = line.indexOf(':');
          fields.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
    String compatible = fields.getOrDefault("redis_version", "0");
    String valkey = fields.get("valkey_version");
    if (number(compatible.split("\\.", -1)[0]) < LEAST_MAJOR) {
      throw new ConfigurationException(
          ErrorCode.INVALID_SETTING,
          "The server at "
              + node
              + " is Redis "
              + compatible
              + "; the backend 'redis' needs Redis 7.0, Valkey 7.2 or newer. Use a newer server.");
    }
    return new ServerFacts(
        node,
        valkey == null ? "Redis" : "Valkey",
        valkey == null ? compatible : valkey,
        number(fields.getOrDefault("maxmemory", "0")),
        fields.getOrDefault("maxmemory_policy", ""),
        fields.getOrDefault("cluster_enabled", "0").equals("1"),
        fields.getOrDefault("aof_enabled", "").equals("0"),
        fields.getOrDefault("role", "").equals("slave")
            ? fields.getOrDefault("master_host", "") + ":" + fields.getOrDefault("master_port", "")
            : "",
        !fields.getOrDefault("slave_read_only", "0").equals("1"),
        keys(fields));
  }

  /** Zero if it is none: what stands before a server may answer in words of its own. */
  private static long number(String digits) {
    return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : 0;
  }

  /** From lines such as {@code db0:keys=12,expires=0,avg_ttl=0}. */
  private static Map<Integer, Long> keys(Map<String, String> fields) {
    Map<Integer, Long> keys = new TreeMap<>();
    fields.forEach((name, value) -> {
      if (name.matches("db\\d{1,9}") && value.matches("keys=\\d{1,18},.*")) {
        keys.put(
            Integer.parseInt(name.substring(2)),
            Long.parseLong(value.substring("keys=".length(), value.indexOf(','))));
      }
    });
    return keys;
  }

  /**
   * Whether it is known not to let a script publish that promises to write nothing: not Redis
   * 7.0.0, nor a server that does not say what it is.
   */
  boolean refusesPublishingReaders() {
    return !version.equals(UNKNOWN) && !version.matches("7\\.0\\.0(\\D.*)?");
  }

  boolean isReplica() {
    return !primary.isEmpty();
  }

  /** Whether it has a limit, and keeps what it has when it is there. */
  boolean refusesWhenFull() {
    return maxMemory > 0 && policy.equals("noeviction");
  }

  /** Whether the server removes keys by itself to make room. */
  boolean mayEvict() {
    return policy.isEmpty() || (maxMemory > 0 && !policy.equals("noeviction"));
  }
}
