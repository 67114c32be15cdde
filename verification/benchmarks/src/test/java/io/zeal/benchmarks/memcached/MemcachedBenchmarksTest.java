package io.zeal.benchmarks.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.benchmarks.Benchmark;
import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.verification.servers.ServerTests;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.infra.Blackhole;

/** Everybody does the work once; how long that takes is another matter. */
class MemcachedBenchmarksTest {

  /** More than a request of folsom for several keys takes. */
  private static final Setting FEW = new Setting(300, 1);

  private static final int TIMES = 3;

  private final Blackhole sink =
      new Blackhole(
          "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");

  static List<Benchmark> all() {
    return MemcachedBenchmarks.all();
  }

  @ParameterizedTest
  @MethodSource("all")
  void everybodyDoesTheWork(Benchmark benchmark) throws Exception {
    var _ = ServerTests.startOrSkip(Peers::server);

    for (Candidate candidate : benchmark.candidates()) {
      Subject subject = candidate.opening().open(FEW);
      subject.run(new Picks(FEW.rows(), 0), TIMES, sink);
      subject.close();
    }
  }

  @Test
  void everyClientReadsWhatItWrote() {
    var _ = ServerTests.startOrSkip(Peers::server);
    List<Peer> peers = new ArrayList<>();
    for (Protocol protocol : Protocol.values()) {
      peers.add(FolsomPeer.open(protocol));
    }
    peers.add(SpyPeer.open());
    peers.add(XmemcachedPeer.open());

    for (Peer peer : peers) {
      try (peer) {
        var _ = peer.set("written");
        assertThat(peer.get("written")).isEqualTo(Peers.VALUE);
      }
    }
  }

  @Test
  void aRowOfZealIsAsLongAsTheValuesOfTheClients() {
    int numbers = Integer.BYTES + Long.BYTES;

    assertThat(Player.number(7).note()).hasSize(Peers.VALUE.length - numbers);
    assertThat(Player.number(999_999).note()).hasSize(Peers.VALUE.length - numbers);
  }
}
