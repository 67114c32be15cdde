package io.zeal.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.zeal.ConfigurationException;
import io.zeal.Patch;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code zeal.memcached.longest-outage}: a server is cut off from one client and keeps its rows.
 */
class LongestOutageTest {

  private static final long OUTAGE_NANOS = 1_500_000_000;
  private static final String TIMEOUT = "500ms";

  /** Than an outage; and longer than a timeout, so that not every lost connection is one. */
  private static final String SHORTER = "1500ms";

  private static final String LONGER = "1h";

  private OwnServers servers;
  private Forwarder line;
  private Zeal zeal;

  /** Over the line. */
  private Store<Player> store;

  /** Of an instance that is never cut off. */
  private Store<Player> beside;

  @BeforeEach
  void start() {
    servers = OwnServers.start(1);
    line = servers.closing(new Forwarder(servers.get(0).port()));
  }

  @AfterEach
  void close() {
    servers.close();
  }

  private void open(String... settings) {
    List<String> all = new ArrayList<>(List.of("zeal.memcached.timeout", TIMEOUT));
    all.addAll(List.of(settings));
    zeal = servers.openOn(line.address(), all.toArray(String[]::new));
    store = zeal.store("players", Player.SCHEMA);
    beside = servers.open().store("players", Player.SCHEMA);
  }

  private static boolean answers(Store<Player> store) {
    return catchThrowableOfType(ZealException.class, () -> store.get("touched")) == null;
  }

  private void cutOff() {
    cutOffAnd(() -> {});
  }

  private void cutOffAnd(Runnable meanwhile) {
    cutOffFor(OUTAGE_NANOS, meanwhile);
  }

  private void cutOffFor(long nanos, Runnable meanwhile) {
    line.shut();
    Await.until("the outage", () -> !answers(store));
    long begin = System.nanoTime();
    meanwhile.run();
    Await.until("a long outage", () -> System.nanoTime() - begin > nanos);
    line.open();
    Await.until("the return", () -> answers(store));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void afterALongerOutageRowsFromBeforeAreAbsentInEveryOpenStore(String protocol) {
    open("zeal.memcached.longest-outage", SHORTER, "zeal.memcached.protocol", protocol);
    store.put("touched", Player.of(1));
    Store<Player> second = zeal.store("second", Player.SCHEMA);
    Store<Player> untouched = zeal.store("untouched", Player.SCHEMA);
    for (Store<Player> one : List.of(second, untouched)) {
      one.put("a", Player.of(1));
      one.put("b", Player.of(1));
    }
    RawItems items = servers.items(0);
    String name = items.row("players", "touched");

    cutOff();

    assertThat(store.get("touched")).isEmpty();
    assertThat(items.find(name)).as("the item, which stayed").isNotNull();
    assertThat(second.patch("a", Patch.set("score", 2))).isFalse();
    assertThat(second.remove("a")).isFalse();
    assertThat(second.putIfAbsent("b", Player.of(3))).isTrue();
    assertThat(second.get("b")).contains(Player.of(3));
    assertThat(untouched.getAll(List.of("a", "b")).orThrow()).isEmpty();
    assertThat(beside.get("touched")).isEmpty();
  }

  @Test
  void theFirstCallAfterwardsMayBeAWrite() {
    open("zeal.memcached.longest-outage", SHORTER);
    Store<Player> second = zeal.store("second", Player.SCHEMA);
    second.put("a", Player.of(1));
    second.put("b", Player.of(1));
    cutOff();
    second.put("c", Player.of(2));
    assertThat(second.getAll(List.of("a", "b", "c")).orThrow()).containsOnlyKeys("c");
    second.put("d", Player.of(2));
    assertThat(second.contains("c")).as("a row from after the outage").isTrue();
  }

  /** All of them find out at once that the store has to begin anew. */
  @Test
  void noneOfManyWritesAfterwardsIsLost() {
    open("zeal.memcached.longest-outage", SHORTER);
    Store<Player> second = zeal.store("second", Player.SCHEMA);
    cutOff();
    List<String> keys = IntStream.range(0, 200).mapToObj(i -> "key-" + i).toList();
    List<Thread> writers =
        keys.stream()
            .map(key -> Thread.ofVirtual().start(() -> second.put(key, Player.of(1))))
            .toList();
    writers.forEach(Await::end);
    assertThat(second.getAll(keys).orThrow()).containsOnlyKeys(keys);
  }

  @Test
  void aStoreThatWasOpenedDuringTheOutageIsOneOfThem() {
    servers.close();
    servers = OwnServers.start(2);
    line = servers.closing(new Forwarder(servers.get(0).port()));
    zeal =
        servers.openOn(
            line.address() + "," + servers.get(1).address(),
            "zeal.memcached.timeout",
            TIMEOUT,
            "zeal.memcached.longest-outage",
            SHORTER);
    store = zeal.store("players", Player.SCHEMA);
    List<String> keys = List.of("a", "b", "c", "d", "e", "f", "g", "h", "i", "j");
    Zeal earlier =
        servers.openOn(
            line.address() + "," + servers.get(1).address(), "zeal.memcached.timeout", "200ms");
    Store<Player> late = earlier.store("late", Player.SCHEMA);
    keys.forEach(key -> late.put(key, Player.of(1)));
    List<Store<Player>> opened = new ArrayList<>();
    line.shut();
    Await.until(
        "the outage",
        () ->
            catchThrowableOfType(ZealException.class, () -> store.getAll(keys).orThrow()) != null);
    long begin = System.nanoTime();
    opened.add(zeal.store("late", Player.SCHEMA));
    Await.until("a long outage", () -> System.nanoTime() - begin > OUTAGE_NANOS);
    line.open();
    Await.until("the return", () -> store.getAll(keys).failures().isEmpty());
    var found = opened.getFirst().getAll(keys).orThrow();
    Ring ring = new Ring(Address.parseAll(line.address() + "," + servers.get(1).address()));
    assertThat(found)
        .as("rows on the server that was there all the time")
        .containsOnlyKeys(keys.stream().filter(key -> ring.owner("late\n" + key) == 1).toList());
  }

  @Test
  void soIsAStoreWhoseEpochWasGoneBefore() {
    open("zeal.memcached.longest-outage", SHORTER);
    RawItems items = servers.items(0);
    items.delete(items.keys().epoch("players"));
    assertThat(store.get("touched")).isEmpty();
    cutOffAnd(() -> beside.put("touched", Player.of(1)));
    assertThat(store.get("touched")).isEmpty();
  }

  @Test
  void aServerThatStoodStillForLongerWasAwayToo() {
    zeal =
        servers.open("zeal.memcached.timeout", TIMEOUT, "zeal.memcached.longest-outage", SHORTER);
    store = zeal.store("players", Player.SCHEMA);
    store.put("touched", Player.of(1));
    servers.pause(0);
    long begin = System.nanoTime();
    assertThat(answers(store)).isFalse();
    Await.until("a long outage", () -> System.nanoTime() - begin > 2 * OUTAGE_NANOS);
    servers.get(0).resume();
    Await.until("the return", () -> answers(store));
    assertThat(store.get("touched")).isEmpty();
  }

  @Test
  void afterAShorterOutageRowsAreStillThere() {
    open("zeal.memcached.longest-outage", LONGER);
    store.put("touched", Player.of(1));
    cutOff();
    assertThat(store.get("touched")).contains(Player.of(1));
  }

  /** It counts from a timeout before, and comes to less than the setting all the same. */
  @Test
  void aConnectionThatIsLostAndMadeAgainIsNoOutage() {
    open("zeal.memcached.longest-outage", "10s");
    store.put("touched", Player.of(1));
    cutOffFor(0, () -> {});
    assertThat(store.get("touched")).contains(Player.of(1));
  }

  @Test
  void withoutTheSettingRowsAreStillThere() {
    open();
    store.put("touched", Player.of(1));
    cutOff();
    assertThat(store.get("touched")).contains(Player.of(1));
  }

  @Test
  void oneThatIsNoLongerThanTheTimeoutIsRefused() {
    assertThatThrownBy(() ->
            servers.open("zeal.memcached.timeout", "2s", "zeal.memcached.longest-outage", "2s"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.memcached.longest-outage")
        .hasMessageContaining("ZEAL-104");
  }
}
