package io.zeal.benchmarks.memcached;

import io.zeal.benchmarks.Candidate;
import io.zeal.benchmarks.Picks;
import io.zeal.benchmarks.Setting;
import io.zeal.benchmarks.Subject;
import io.zeal.verification.servers.MemcachedServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Clients used directly, each in the way its documentation shows first, on values of 100 bytes.
 * They share the values of one server; Zeal has items of its own there.
 */
final class Peers {

  static final String SPY = "spymemcached";
  static final String XMEMCACHED = "xmemcached";

  /** The counter of all of them. */
  static final String COUNTER = "requests";

  static final byte[] VALUE = "0123456789".repeat(10).getBytes(StandardCharsets.US_ASCII);

  /** On a busy machine no answer is missing before that. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Started by the first candidate of a JVM, and ended with the JVM. */
  private static final class Started {
    static final MemcachedServer SERVER = MemcachedServer.start();
  }

  private Peers() {}

  static MemcachedServer server() {
    return Started.SERVER;
  }

  static List<String> keys(Setting setting) {
    return IntStream.range(0, setting.rows()).mapToObj(Picks::key).toList();
  }

  /** What is done with an open client. */
  interface Use {
    Subject with(Peer peer, Setting setting);
  }

  /** Everybody. */
  static List<Candidate> all(Use use) {
    return Stream.concat(
            folsom(use::with).stream(),
            Stream.of(
                new Candidate(SPY, setting -> open(SpyPeer::open, use::with, setting)),
                new Candidate(
                    XMEMCACHED, setting -> open(XmemcachedPeer::open, use::with, setting))))
        .toList();
  }

  /** folsom in both protocols. */
  static List<Candidate> folsom(BiFunction<FolsomPeer, Setting, Subject> use) {
    return Arrays.stream(Protocol.values())
        .map(protocol ->
            new Candidate(
                protocol.folsom, setting -> open(() -> FolsomPeer.open(protocol), use, setting)))
        .toList();
  }

  private static <P extends Peer> Subject open(
      Supplier<P> opening, BiFunction<? super P, Setting, Subject> use, Setting setting) {
    fill(setting);
    return use.apply(opening.get(), setting);
  }

  private static void fill(Setting setting) {
    try (FolsomPeer folsom = FolsomPeer.open(Protocol.TEXT)) {
      folsom.setAll(keys(setting));
      folsom.reset();
    }
  }
}
