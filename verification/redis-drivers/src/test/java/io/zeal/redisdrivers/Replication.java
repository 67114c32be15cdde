package io.zeal.redisdrivers;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.verification.servers.RedisServer;
import java.util.List;
import java.util.Optional;

/** What makes a failover lose nothing, so that a test of one is exact. */
final class Replication {

  private Replication() {}

  /**
   * Stops writes at the primary, those that arrive wait there unexecuted, and returns once the
   * replica has everything that was executed before: whatever is killed then, nothing that was
   * acknowledged is lost to asynchronous replication.
   */
  static void stopWritesAndCatchUp(RedisServer primary, RedisServer replica) {
    assertThat(primary.command("CLIENT", "PAUSE", "60000", "WRITE")).isEqualTo("OK");
    Await.until(
        "the replica to have everything",
        () -> replica.fact("slave_repl_offset").equals(primary.fact("master_repl_offset")));
  }

  /** Returns once one of these, its replica, has everything that the primary had executed. */
  static void catchUp(RedisServer primary, List<RedisServer> replicas) {
    long offset = offset(primary, "master_repl_offset");
    Optional<String> history = primary.fact("master_replid");
    Await.until(
        "a replica to have everything",
        () ->
            replicas.stream()
                .anyMatch(replica ->
                    replica.fact("master_replid").equals(history)
                        && offset(replica, "slave_repl_offset") >= offset));
  }

  private static long offset(RedisServer server, String fact) {
    return Long.parseLong(server.fact(fact).orElse("-1"));
  }
}
