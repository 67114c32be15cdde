package io.zeal.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.zeal.Entry;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.Zeal;
import io.zeal.ZealConfig;
import io.zeal.table.TableProcess.Player;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This virtual machine and another one on the same directory; each test has a store of its own. */
class TwoProcessesTest {

  private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.EPOCH);

  @TempDir(factory = SharedMemory.class)
  private static Path directory;

  private static TableProcess other;
  private static Zeal zeal;

  @BeforeAll
  static void open() throws IOException {
    other = TableProcess.start(directory);
    NOW.set(Instant.now());
    InstantSource clock = NOW::get;
    zeal = TableProcess.open(directory, ZealConfig.builder().clock(clock));
    other.awaitReady();
  }

  @AfterAll
  static void close() throws IOException {
    try (TableProcess ending = other;
        Zeal closing = zeal) {
      assertThat(ending).isNotNull();
      assertThat(closing).isNotNull();
    }
  }

  private static Store<Player> store(String name) {
    return TableProcess.store(zeal, name);
  }

  @Test
  void whatOneStoresTheOtherReads() throws IOException {
    Store<Player> store = store("reject-100-rows");
    store.put("mine", TableProcess.player("1"));

    assertThat(other.ask("get reject-100-rows mine")).isEqualTo("Player[name=n1, score=1]");
    assertThat(other.ask("put reject-100-rows theirs 2")).isEqualTo("done");
    assertThat(store.get("theirs")).contains(TableProcess.player("2"));
    for (int i = 3; i < 20; i++) { // known by now, and changed elsewhere
      assertThat(other.ask("put reject-100-rows mine " + i)).isEqualTo("done");
      assertThat(store.get("mine")).contains(TableProcess.player(String.valueOf(i)));
      assertThat(store.increment("mine", "score", 1)).isEqualTo(i + 1);
      assertThat(other.ask("get reject-100-rows mine"))
          .isEqualTo("Player[name=n" + i + ", score=" + (i + 1) + "]");
    }
    assertThat(other.ask("remove reject-100-rows mine")).isEqualTo("true");
    assertThat(store.get("mine")).isEmpty();
    assertThat(store.getLong("mine", "score")).isEmpty();
    assertThat(store.count()).isEqualTo(1);
    assertThat(other.ask("count reject-100-rows")).isEqualTo("1");
  }

  @Test
  void placesThatAreTakenAreCounted() throws IOException {
    var _ = store("reject-100-places");
    assertThat(processes("reject-100-places")).isEqualTo(1);

    assertThat(other.ask("count reject-100-places")).isEqualTo("0");

    assertThat(processes("reject-100-places")).isEqualTo(2);
  }

  private static long processes(String store) {
    Stats stores = zeal.stats().parts().get("backend").parts().get("stores");
    return stores.parts().get(store).numbers().get("processes");
  }

  @Test
  void incrementsOfBothAddUp() throws IOException {
    Store<Player> store = store("reject-100-sums");
    other.begin("add reject-100-sums sum 20000");
    for (int i = 0; i < 20_000; i++) {
      var _ = store.increment("sum", "score", 1);
    }
    assertThat(other.end()).isEqualTo("done");
    other.begin("counter hits 20000");
    for (int i = 0; i < 20_000; i++) {
      var _ = zeal.counter("hits").increment();
    }
    var _ = other.end();

    assertThat(store.getLong("sum", "score")).hasValue(40_000);
    assertThat(zeal.counter("hits").get()).isEqualTo(40_000);
    assertThat(other.ask("counter hits 1")).isEqualTo("40001");
    assertThat(store.count()).isEqualTo(1);
  }

  @Test
  void rowsThatComeAndGoInBothAreCountedExactly() throws IOException {
    Store<Player> store = store("reject-200-churn");
    assertThat(other.ask("fill reject-200-churn stays 0 10")).isEqualTo("done");
    other.begin("churn reject-200-churn theirs 5000");
    for (int i = 0; i < 5_000; i++) {
      store.put("mine" + i % 20, TableProcess.player("1"));
      assertThat(store.remove("mine" + i % 20)).isTrue();
      if (i % 100 == 0) {
        assertThat(store.count()).isBetween(10L, 30L);
      }
    }
    assertThat(other.end()).isEqualTo("done");

    assertThat(store.count()).isEqualTo(10);
    assertThat(other.ask("count reject-200-churn")).isEqualTo("10");
    assertThat(other.ask("all reject-200-churn")).isEqualTo(TableProcess.all(store));
  }

  @Test
  void whatOneClearsIsGoneForTheOther() throws IOException {
    Store<Player> store = store("reject-100-clear");
    assertThat(other.ask("fill reject-100-clear k 0 100")).isEqualTo("done");
    assertThat(store.count()).isEqualTo(100);
    assertThat(store.get("k7")).isPresent();

    assertThat(other.ask("clear reject-100-clear")).isEqualTo("done");

    assertThat(store.count()).isZero();
    assertThat(store.get("k7")).isEmpty();
    assertThat(store.stream()).isEmpty();
    for (int i = 0; i < 100; i++) { // all of them can be had again
      store.put("l" + i, TableProcess.player("1"));
    }
    assertThat(other.ask("put reject-100-clear more 1")).contains("ZEAL-301");
    store.clear();
    assertThat(other.ask("count reject-100-clear")).isEqualTo("0");
    assertThat(other.ask("get reject-100-clear l3")).isEqualTo("none");
    assertThat(other.ask("put reject-100-clear more 1")).isEqualTo("done");
  }

  /** The latest clock of all is everybody's. */
  @Test
  void rowThatHasExpiredForOneHasExpiredForTheOther() throws IOException {
    Store<Player> store = store("reject-100-expiry");
    assertThat(other.ask("live reject-100-expiry theirs 1 PT1H")).isEqualTo("done");
    store.put("mine", TableProcess.player("2"), Duration.ofHours(1));
    store.put("stays", TableProcess.player("3"), Duration.ofHours(3));
    assertThat(other.ask("get reject-100-expiry mine")).contains("score=2");
    assertThat(store.get("theirs")).isPresent();
    assertThat(store.count()).isEqualTo(3);

    var _ = NOW.updateAndGet(now -> now.plus(Duration.ofHours(2)));

    assertThat(store.get("theirs")).isEmpty();
    assertThat(store.get("mine")).isEmpty();
    assertThat(other.ask("get reject-100-expiry mine")).isEqualTo("none");
    assertThat(other.ask("get reject-100-expiry theirs")).isEqualTo("none");
    assertThat(other.ask("get reject-100-expiry stays")).contains("score=3");
    assertThat(other.ask("count reject-100-expiry")).isEqualTo("1");
    assertThat(store.count()).isEqualTo(1);
  }

  @Test
  void fullStoreMakesPlaceForRowsOfBoth() throws IOException {
    Store<Player> store = store("evict-50-rows");
    assertThat(other.ask("fill evict-50-rows theirs 0 50")).isEqualTo("done");
    assertThat(store.count()).isEqualTo(50);
    other.begin("fill evict-50-rows more 0 2000");
    for (int i = 0; i < 2_000; i++) {
      store.put("mine" + i, TableProcess.player(String.valueOf(i)));
    }
    assertThat(other.end()).isEqualTo("done");

    assertThat(store.count()).isEqualTo(50);
    assertThat(other.ask("count evict-50-rows")).isEqualTo("50");
    String all = TableProcess.all(store);
    assertThat(other.ask("all evict-50-rows")).isEqualTo(all);
    assertThat(store.stream().count()).isEqualTo(50);
    store.forEach(
        (key, row) -> assertThat(key).as("whose row it is").endsWith(String.valueOf(row.score())));
    store.put("last", TableProcess.player("7"));
    assertThat(other.ask("get evict-50-rows last")).contains("score=7");
  }

  @Test
  void rowsThatStayAreMetOnceWhileTheOtherChangesMany() throws IOException {
    Store<Player> store = store("reject-300-pages");
    for (int i = 0; i < 100; i++) {
      store.put("stays" + i, TableProcess.player(String.valueOf(i)));
    }
    other.begin("churn reject-300-pages comes 10000");
    for (int round = 0; round < 20; round++) {
      Map<String, Player> met = new HashMap<>();
      for (Entry<Player> entry : pages(store)) {
        assertThat(met.put(entry.key(), entry.value())).as(entry.key()).isNull();
      }
      for (int i = 0; i < 100; i++) {
        assertThat(met).containsEntry("stays" + i, TableProcess.player(String.valueOf(i)));
      }
    }
    assertThat(other.end()).isEqualTo("done");
    assertThat(pages(store)).hasSize(100);
    assertThat(other.ask("all reject-300-pages")).isEqualTo(TableProcess.all(store));
  }

  private static List<Entry<Player>> pages(Store<Player> store) {
    List<Entry<Player>> all = new ArrayList<>();
    List<Entry<Player>> page = store.page("", 7);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = store.page(page.getLast().key(), 7);
    }
    return all;
  }

  /** Whoever is killed leaves a table that others use, and its place to the next one. */
  @Test
  void processThatIsKilledInTheMiddleOfItsWritesHoldsUpNobody() throws Exception {
    Store<Player> store = store("reject-200-killed");
    TableProcess killed = TableProcess.start(directory);
    try {
      killed.awaitReady();
      assertThat(killed.ask("fill reject-200-killed stays 0 20")).isEqualTo("done");
      killed.begin("churn reject-200-killed comes 10000000");
      while (store.stream().noneMatch(entry -> entry.key().startsWith("comes"))) {
        Thread.onSpinWait();
      }
    } finally {
      killed.kill();
    }

    Map<String, Player> left = new TreeMap<>();
    store.forEach(left::put);
    assertThat(store.count()).isEqualTo(left.size()).isBetween(20L, 40L);
    assertThat(other.ask("count reject-200-killed")).isEqualTo(String.valueOf(left.size()));
    for (int i = 0; i < 20; i++) {
      store.put("comes" + i, TableProcess.player("1"));
      assertThat(store.remove("comes" + i)).isTrue();
    }
    assertThat(store.count()).isEqualTo(20);
  }
}
