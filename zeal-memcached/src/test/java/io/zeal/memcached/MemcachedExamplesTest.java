package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.BackendUnavailableException;
import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.MaxBytes;
import io.zeal.OperationTimeoutException;
import io.zeal.Schema;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.verification.servers.MemcachedServer;
import io.zeal.verification.servers.ServerTests;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The examples of {@code docs/memcached.md}. */
class MemcachedExamplesTest {

  record Session(@MaxBytes(64) String user, long pages) {}

  static Zeal open(String servers) {
    ZealConfig config =
        ZealConfig.builder()
            .set("zeal.backend", "memcached")
            .set("zeal.memcached.servers", servers) // cache1:11211,cache2:11211 everywhere
            .build();
    return Zeal.open(config);
  }

  static Store<Session> sessions(Zeal zeal) {
    StoreOptions halfAnHour = StoreOptions.defaults().withTtl(Duration.ofMinutes(30));
    Store<Session> sessions =
        zeal.store("sessions", Schema.of(Session.class, MethodHandles.lookup()), halfAnHour);
    return sessions;
  }

  static long visit(Store<Session> sessions) {
    sessions.put("4711", new Session("alice", 0)); // one trip
    long pages = sessions.increment("4711", "pages", 1); // two: read, compare and swap
    return pages;
  }

  /** A server that is away takes its rows along: the others go on. */
  static Optional<Session> find(Store<Session> sessions, String id) {
    try {
      return sessions.get(id); // empty: it ended, or the server does not have it any more
    } catch (BackendUnavailableException | OperationTimeoutException e) {
      return Optional.empty(); // as good as lost; let the user log in again
    }
  }

  static boolean mayTry(Zeal zeal, String user) {
    CounterOptions perMinute = CounterOptions.defaults().expiringAfter(Duration.ofMinutes(1));
    Counter attempts = zeal.counter("login:" + user, perMinute);
    return attempts.addBounded(1, 5).isPresent();
  }

  @Test
  void whatThePageShowsIsSo() {
    try (Zeal zeal = open(SharedServers.addresses(SharedServers.three()))) {
      Store<Session> sessions = sessions(zeal);

      assertThat(visit(sessions)).isEqualTo(1);
      assertThat(find(sessions, "4711")).contains(new Session("alice", 1));
      assertThat(find(sessions, "4712")).isEmpty();
      for (int i = 0; i < 5; i++) {
        assertThat(mayTry(zeal, "alice")).isTrue();
      }
      assertThat(mayTry(zeal, "alice")).isFalse();
    }
  }

  @Test
  void aSessionOnAServerThatIsAwayIsAsGoodAsLost() {
    try (MemcachedServer server = ServerTests.startOrSkip(MemcachedServer::start);
        Zeal zeal = open(SharedServers.addresses(List.of(server)))) {
      Store<Session> sessions = sessions(zeal);
      visit(sessions);

      server.stop();

      assertThat(find(sessions, "4711")).isEmpty();
    }
  }
}
