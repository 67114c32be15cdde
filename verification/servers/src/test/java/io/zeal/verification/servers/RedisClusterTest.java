package io.zeal.verification.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisClusterTest {

  @ParameterizedTest
  @CsvSource({
    "123456789, 12739",
    "foo, 12182",
    "{foo}.bar, 12182",
    "a{}b, 13694",
    "{, 4092",
    "größe, 9425"
  })
  void slotIsTheOneThatTheServerCalculates(String key, int slot) {
    assertThat(RedisCluster.slot(key)).isEqualTo(slot);
  }

  @Test
  void slotMovesWithItsKeysWhileTheyAreRead() throws Exception {
    try (var cluster = start(ClusterOptions.defaults())) {
      int slot = RedisCluster.slot("{user}");
      var source = cluster.masterOf(slot);
      var target =
          cluster.masters().stream().filter(it -> !it.equals(source)).findFirst().orElseThrow();
      var keys = List.of("{user}1", "{user}2", "{user}3", "{user}4");
      for (var key : keys) {
        assertThat(source.command("SET", key, "value of " + key)).isEqualTo("OK");
        assertThat(source.command("CLUSTER", "KEYSLOT", key)).isEqualTo((long) slot);
      }
      var over = new AtomicBoolean();
      var reads = new AtomicInteger();
      var reader =
          Thread.ofVirtual()
              .start(() -> {
                while (!over.get()) {
                  for (var key : keys) {
                    if (("value of " + key).equals(read(cluster, source, key))) {
                      reads.incrementAndGet();
                    } else {
                      throw new AssertionError("Lost " + key);
                    }
                  }
                }
              });

      var move = cluster.beginMove(slot, target);
      move.moveKeys(keys.subList(0, 2));

      assertThat(move.keysAtSource()).containsExactlyInAnyOrderElementsOf(keys.subList(2, 4));
      assertThat(source.command("GET", "{user}3")).isEqualTo("value of {user}3");
      assertThatThrownBy(() -> source.command("GET", "{user}1"))
          .hasMessage("ASK %d %s", slot, target);
      assertThatThrownBy(() -> source.command("MGET", "{user}1", "{user}3"))
          .hasMessageStartingWith("TRYAGAIN");
      assertThatThrownBy(() -> target.command("GET", "{user}1")).hasMessageStartingWith("MOVED");
      awaitMore(reads, reader);

      move.finish();
      awaitMore(reads, reader);
      over.set(true);
      reader.join();

      assertThat(cluster.masterOf("{user}1")).isEqualTo(target);
      assertThat(target.command("DBSIZE")).isEqualTo(4L);
      assertThatThrownBy(() -> source.command("GET", "{user}1"))
          .hasMessage("MOVED %d %s", slot, target);
    }
  }

  @Test
  void replicaTakesThePlaceOfAKilledMasterBehindProxies() {
    var options =
        ClusterOptions.defaults()
            .withReplicas(1)
            .withProxies()
            .withNodes(RedisOptions.defaults().withPassword("secret"));
    try (var cluster = start(options)) {
      assertThat(cluster.masters()).hasSize(3);
      assertThat(cluster.replicas()).hasSize(3);
      var old = cluster.masterOf("k");
      try (var connection = old.connect()) {
        connection.command("SET", "k", "v");
        assertThat(connection.command("WAIT", "1", "5000")).isEqualTo(1L);
      }
      var elsewhere =
          cluster.masters().stream().filter(it -> !it.equals(old)).findFirst().orElseThrow();
      assertThatThrownBy(() -> elsewhere.command("GET", "k"))
          .hasMessage("MOVED %d %s", RedisCluster.slot("k"), cluster.proxy(old).address());

      var promoted = cluster.killMasterOf("k");

      assertThat(promoted).isNotEqualTo(old);
      assertThat(promoted.command("GET", "k")).isEqualTo("v");
      assertThatThrownBy(() -> elsewhere.command("GET", "k"))
          .hasMessage("MOVED %d %s", RedisCluster.slot("k"), cluster.proxy(promoted).address());
      cutAndCount(cluster.proxy(promoted), promoted);

      old.restart();
      cluster.awaitOk();

      assertThat(cluster.replicas()).contains(old).hasSize(3);
    }
  }

  private static void cutAndCount(FaultProxy proxy, RedisServer node) {
    proxy.executeThenCut(1, Request.named("APPEND"));
    try (var client = RedisConnection.open(proxy.port())) {
      client.command("AUTH", "secret");
      assertThatThrownBy(() -> client.command("APPEND", "k", "w"))
          .isInstanceOf(UncheckedIOException.class);
    }
    assertThat(node.command("GET", "k")).isEqualTo("vw");
  }

  /** Reads as a client does that first asks the node it knows. */
  private static Object read(RedisCluster cluster, RedisServer known, String key) {
    try {
      return known.command("GET", key);
    } catch (RedisErrorException elsewhere) {
      var port = Integer.parseInt(elsewhere.getMessage().replaceFirst(".*:", ""));
      try (var connection = RedisConnection.open(port)) {
        if (elsewhere.kind().equals("ASK")) {
          connection.command("ASKING");
        }
        return connection.command("GET", key);
      } catch (RedisErrorException movedMeanwhile) {
        return read(cluster, known, key);
      }
    }
  }

  private static void awaitMore(AtomicInteger reads, Thread reader) {
    int before = reads.get();
    Await.until(
        "the reader to read on",
        Duration.ofSeconds(10),
        () -> reads.get() > before + 8,
        () -> reads.get() + " reads, reader alive: " + reader.isAlive());
  }

  private static RedisCluster start(ClusterOptions options) {
    return ServerTests.startOrSkip(() -> RedisCluster.start(options));
  }
}
