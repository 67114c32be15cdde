package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Counter;
import io.zeal.Outcome;
import io.zeal.ServerRefusedException;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import io.zeal.verification.servers.MemcachedOptions;
import io.zeal.verification.servers.MemcachedServer;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that comes back without versions of items ({@code -C}): nothing would be atomic. */
class WithoutVersionsTest {

  private OwnServers servers;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void everyChangeThatComparesIsRefused(String protocol) {
    Zeal zeal = servers.open("zeal.memcached.protocol", protocol);
    Counter counter = zeal.counter("hits");
    counter.set(5);
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    int port = servers.get(0).port();
    servers.get(0).kill();
    servers.closing(MemcachedServer.start(MemcachedOptions.defaults().withPort(port).with("-C")));
    Await.until(
        "its return", () -> catchThrowableOfType(ZealException.class, counter::get) == null);

    assertRefused(counter::decrement);
    assertRefused(() -> counter.compareAndSet(0, 1));
    assertRefused(() -> counter.addBounded(1, 5));
    assertRefused(() -> zeal.counter("another"));
    assertRefused(() -> store.putIfAbsent("a", Player.of(1)));
    assertRefused(store::clear);
    assertRefused(() -> zeal.store("another", Player.SCHEMA));
  }

  private static void assertRefused(ThrowingCallable call) {
    assertThat(catchThrowableOfType(ServerRefusedException.class, call))
        .hasMessageContaining("-C")
        .satisfies(e -> assertThat(e.outcome()).contains(Outcome.NOT_SENT));
  }
}
