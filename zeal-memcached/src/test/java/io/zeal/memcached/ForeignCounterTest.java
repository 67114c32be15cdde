package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.Counter;
import io.zeal.CounterOptions;
import io.zeal.Outcome;
import io.zeal.SchemaException;
import io.zeal.ServerRefusedException;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody else's bytes under the name of a counter, over both protocols. */
class ForeignCounterTest {

  private OwnServers servers;
  private RawItems items;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
    items = servers.items(0);
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private Zeal open(String protocol) {
    return servers.open("zeal.memcached.protocol", protocol, "zeal.memcached.timeout", "30s");
  }

  private static void assertRefusesButResets(Counter counter) {
    assertThatThrownBy(counter::increment)
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining(counter.name())
        .hasMessageContaining("Reset it");
    assertThatThrownBy(counter::get).isInstanceOf(SchemaException.class);
    assertThatThrownBy(counter::decrement).isInstanceOf(SchemaException.class);
    assertThatThrownBy(() -> counter.compareAndSet(0, 1)).isInstanceOf(SchemaException.class);
    assertThatThrownBy(() -> counter.addBounded(1, 5)).isInstanceOf(SchemaException.class);
    counter.reset();
    assertThat(counter.get()).isZero();
    assertThat(counter.increment()).isEqualTo(1);
    assertThat(counter.increment()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void itIsRefusedUntilTheCounterIsReset(String protocol) {
    Zeal zeal = open(protocol);
    Counter counter = zeal.counter("hits");
    Counter windowed =
        zeal.counter(
            "hits in a window", CounterOptions.defaults().expiringAfter(Duration.ofDays(1)));
    for (String garbage :
        List.of("garbage", "", "=", "=@", "=1", "=1@", "=1@x", "=-1@0", "-1", "1e3", "+", "0x10")) {
      for (Counter one : List.of(counter, windowed)) {
        items.set(items.keys().counter(one.name()), garbage.getBytes(StandardCharsets.US_ASCII));
        assertRefusesButResets(one);
      }
    }
    assertThat(OwnServers.figure(zeal, "itemsNotOurs")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void oneAmongManyFailsAlone(String protocol) {
    Zeal zeal = open(protocol);
    Counter good = zeal.counter("good");
    Counter bad = zeal.counter("bad");
    items.set(items.keys().counter("bad"), "garbage".getBytes(StandardCharsets.US_ASCII));
    var added = zeal.addAll(Map.of(good, 1L, bad, 1L));
    assertThat(added.values()).containsExactly(Map.entry("good", 1L));
    assertThat(added.failures().get("bad")).isInstanceOf(SchemaException.class);
    var read = zeal.getAll(List.of(good, bad));
    assertThat(read.values()).containsExactly(Map.entry("good", 1L));
    assertThat(read.failures().get("bad")).isInstanceOf(SchemaException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void otherCallsOnTheSameConnectionGoOn(String protocol) {
    Zeal zeal = open(protocol);
    Counter bad = zeal.counter("bad");
    items.set(items.keys().counter("bad"), "garbage".getBytes(StandardCharsets.US_ASCII));
    Store<Player> store = zeal.store("players", Player.SCHEMA);
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong calls = new AtomicLong();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread other =
        Thread.ofVirtual()
            .start(() -> {
              try {
                while (!over.get()) {
                  store.increment("a", "score", 1);
                  calls.incrementAndGet();
                }
              } catch (Throwable e) {
                failure.set(e);
              }
            });
    for (int i = 0; i < 100 || calls.get() < 20; i++) {
      assertThatThrownBy(bad::increment).isInstanceOf(SchemaException.class);
    }
    over.set(true);
    Await.end(other);
    assertThat(failure.get()).isNull();
    assertThat(store.getLong("a", "score")).hasValue(calls.get());
    assertThat(OwnServers.figure(zeal, "connectionsOpened")).isEqualTo(1);
  }

  /** The server has added before anybody sees it; to the last of them with a zero as the sum. */
  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void digitsThatFitNoLongAreRefusedToo(String protocol) {
    Zeal zeal = open(protocol);
    Counter counter = zeal.counter("hits");
    for (String digits :
        List.of("9223372036854775807", "9223372036854775808", "18446744073709551615")) {
      items.set(items.keys().counter("hits"), digits.getBytes(StandardCharsets.US_ASCII));
      assertAdded(catchThrowableOfType(ZealException.class, counter::increment));
      items.set(items.keys().counter("hits"), digits.getBytes(StandardCharsets.US_ASCII));
      assertAdded(zeal.addAll(Map.of(counter, 1L)).failures().get("hits"));
      items.set(items.keys().counter("hits"), digits.getBytes(StandardCharsets.US_ASCII));
      if (!digits.startsWith("9223372036854775807")) {
        assertThatThrownBy(counter::get).isInstanceOf(SchemaException.class);
      }
      counter.reset();
      assertThat(counter.increment()).isEqualTo(1);
      counter.reset();
    }
  }

  private static void assertAdded(ZealException e) {
    assertThat(e)
        .isInstanceOf(ServerRefusedException.class)
        .hasMessageContaining("hits")
        .hasMessageContaining("Reset it");
    assertThat(e.outcome()).contains(Outcome.UNKNOWN);
  }

  @Test
  void aWindowBeyondEveryClockIsBlamedOnTheClocks() {
    Counter counter =
        open("text").counter("hits", CounterOptions.defaults().expiringAfter(Duration.ofHours(1)));
    int end = (int) (System.currentTimeMillis() + Duration.ofHours(3).toMillis());
    servers
        .get(0)
        .command(
            "set %s %s 0 1\r\n5"
                .formatted(items.keys().counter("hits"), Integer.toUnsignedString(end)));
    assertThatThrownBy(counter::get)
        .isInstanceOf(SchemaException.class)
        .hasMessageContaining("NTP");
  }
}
