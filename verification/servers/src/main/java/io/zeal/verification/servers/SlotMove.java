package io.zeal.verification.servers;

import java.util.ArrayList;
import java.util.List;

/**
 * A slot on its way from one master to another, step by step, so that a test can look at every step
 * of it.
 *
 * <p>While it moves, the source answers for keys that it still has, ASK for keys that it has not,
 * and TRYAGAIN where a command names keys of both kinds. After {@link #finish} it answers MOVED.
 */
public final class SlotMove {

  private static final String MIGRATION_LIMIT_MILLIS = "5000";
  private static final String ALL = String.valueOf(Integer.MAX_VALUE);

  private final RedisCluster cluster;
  private final int slot;
  private final RedisServer source;
  private final RedisServer target;

  SlotMove(RedisCluster cluster, int slot, RedisServer source, RedisServer target) {
    this.cluster = cluster;
    this.slot = slot;
    this.source = source;
    this.target = target;
  }

  void begin() {
    setSlot(target, "IMPORTING", cluster.id(source));
    setSlot(source, "MIGRATING", cluster.id(target));
  }

  /** Whose the slot is until {@link #finish}. */
  public RedisServer source() {
    return source;
  }

  /** Whose it is from then on. */
  public RedisServer target() {
    return target;
  }

  /** The keys that are still at the source. */
  public List<String> keysAtSource() {
    var keys = (List<?>) source.command("CLUSTER", "GETKEYSINSLOT", String.valueOf(slot), ALL);
    return keys == null ? List.of() : keys.stream().map(String::valueOf).toList();
  }

  /** Moves these keys to the target. */
  public void moveKeys(List<String> keys) {
    if (keys.isEmpty()) {
      return;
    }
    var command = new ArrayList<String>();
    command.addAll(List.of("MIGRATE", target.host(), String.valueOf(target.port()), "", "0"));
    command.add(MIGRATION_LIMIT_MILLIS);
    command.addAll(target.migrationCredentials());
    command.add("KEYS");
    command.addAll(keys);
    var _ = source.command(command.toArray(String[]::new));
  }

  /** Moves the keys that are left, makes the slot the target's, and waits until all nodes know. */
  public void finish() {
    moveKeys(keysAtSource());
    setSlot(target, "NODE", cluster.id(target));
    setSlot(source, "NODE", cluster.id(target));
    cluster.awaitOwner(slot, target);
  }

  private void setSlot(RedisServer node, String state, String id) {
    var _ = node.command("CLUSTER", "SETSLOT", String.valueOf(slot), state, id);
  }
}
