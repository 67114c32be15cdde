package io.zeal.tiered;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zeal.BackendInfo.Scope;
import io.zeal.Capability;
import io.zeal.CapacityException;
import io.zeal.ConfigurationException;
import io.zeal.Finding;
import io.zeal.InvalidArgumentException;
import io.zeal.MaxBytes;
import io.zeal.ReadOptions;
import io.zeal.Reading;
import io.zeal.Schema;
import io.zeal.Script;
import io.zeal.Stats;
import io.zeal.Store;
import io.zeal.StoreOptions;
import io.zeal.UnsupportedCapabilityException;
import io.zeal.Zeal;
import io.zeal.ZealClosedException;
import io.zeal.ZealConfig;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances with real threads over one server in this process. */
class TieredBackendTest {

  record Player(@MaxBytes(4096) String name, long score) {}

  private static final Schema<Player> PLAYER = Schema.of(Player.class, MethodHandles.lookup());
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final FarServer server = new FarServer();
  private final List<Zeal> opened = new ArrayList<>();

  @AfterEach
  void closeAll() {
    opened.forEach(Zeal::close);
    server.close();
  }

  private Zeal open(String... settings) {
    Zeal zeal = TieredTestProvider.open(server, config(settings));
    opened.add(zeal);
    return zeal;
  }

  private static ZealConfig.Builder config(String... settings) {
    ZealConfig.Builder config = ZealConfig.builder();
    for (int i = 0; i < settings.length; i += 2) {
      config.set("zeal.tiered." + settings[i], settings[i + 1]);
    }
    return config;
  }

  private static Store<Player> players(Zeal zeal) {
    return zeal.store("players", PLAYER);
  }

  private static long number(Zeal zeal, String name) {
    Stats backend = Objects.requireNonNull(zeal.stats().parts().get("backend"));
    Stats stores = Objects.requireNonNull(backend.parts().get("stores"));
    Stats players = Objects.requireNonNull(stores.parts().get("players"));
    return Objects.requireNonNull(players.numbers().get(name), name);
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("waited in vain").isNegative();
      Thread.onSpinWait();
    }
  }

  /** Reads until a copy answers. */
  private static Player copied(Zeal zeal, String key) {
    Store<Player> store = players(zeal);
    long before = number(zeal, "hits");
    await(() -> {
      var _ = store.get(key);
      return number(zeal, "hits") > before;
    });
    return store.get(key).orElseThrow();
  }

  @Test
  void secondReadIsACopyAndSaysHowOldItIs() {
    Zeal zeal = open();
    players(zeal).put("a", new Player("anna", 1));

    assertThat(copied(zeal, "a")).isEqualTo(new Player("anna", 1));
    Reading<Player> copy = players(zeal).read("a", ReadOptions.defaults()).orElseThrow();
    assertThat(copy.age()).isPositive().isLessThan(Duration.ofSeconds(5));
    assertThat(copy.stale()).isFalse();
    assertThat(players(zeal).read("a", ReadOptions.maxStaleness(Duration.ZERO)).orElseThrow().age())
        .isZero();
    assertThat(players(zeal).getLong("a", "score")).hasValue(1);
    assertThat(players(zeal).getString("a", "name")).contains("anna");
    assertThat(players(zeal).getAll(List.of("a", "b")).values())
        .isEqualTo(Map.of("a", new Player("anna", 1)));
  }

  @Test
  void peersSeeAChangeWithoutWaitingForAnything() {
    Zeal one = open();
    Zeal two = open();
    players(one).put("a", new Player("anna", 1));
    assertThat(copied(two, "a").score()).isEqualTo(1);

    players(one).put("a", new Player("anna", 2));

    await(() -> players(two).get("a").orElseThrow().score() == 2);
    assertThat(players(one).increment("a", "score", 1)).isEqualTo(3);
    await(() -> players(two).get("a").orElseThrow().score() == 3);
    players(one).clear();
    await(() -> players(two).get("a").isEmpty());
  }

  @Test
  void writerReadsWhatItWroteEachTime() {
    Zeal zeal = open();
    Store<Player> store = players(zeal);
    store.put("a", new Player("anna", 0));
    assertThat(copied(zeal, "a").score()).isZero();

    for (int i = 1; i <= 2_000; i++) {
      store.put("a", new Player("anna", i));
      assertThat(store.get("a").orElseThrow().score()).isEqualTo(i);
      assertThat(store.increment("a", "score", 5)).isEqualTo(i + 5);
      assertThat(store.get("a").orElseThrow().score()).isEqualTo(i + 5);
    }
    assertThat(number(zeal, "ownCopies")).isPositive();
  }

  @Test
  void signedInstancesHearEachOtherAndRefuseOthers() {
    Zeal one = open("secret", "0123456789abcdef");
    Zeal two = open("secret", "fedcba9876543210", "previous-secret", "0123456789abcdef");
    Zeal unsigned = open();
    players(unsigned).put("a", new Player("anna", 1));
    assertThat(copied(two, "a").score()).isEqualTo(1);

    players(one).put("a", new Player("anna", 2));
    await(() -> players(two).get("a").orElseThrow().score() == 2);
    players(unsigned).put("a", new Player("anna", 3));
    await(() -> number(two, "refusedSignature") > 0);
    await(() -> players(two).get("a").orElseThrow().score() == 3); // by the next heartbeat
    assertThat(findings(two)).contains("ZEAL-F502");
    assertThat(findings(unsigned)).contains("ZEAL-F501");
    assertThat(findings(two)).doesNotContain("ZEAL-F501");
    assertThat(two.inspect().toString()).doesNotContain("fedcba").doesNotContain("012345");
  }

  private static List<String> findings(Zeal zeal) {
    return zeal.inspect().stream().map(Finding::code).toList();
  }

  @Test
  void rowThatIsTooLongForACopyIsReadFromTheServer() {
    Zeal zeal = open("near-value-bytes", "10");
    players(zeal).put("short", new Player("0123456789", 1));
    players(zeal).put("long", new Player("0123456789é", 1));
    assertThat(copied(zeal, "short").score()).isEqualTo(1);

    assertThat(players(zeal).get("long")).contains(new Player("0123456789é", 1));
    await(() -> {
      var _ = players(zeal).get("long");
      return number(zeal, "tooLong") > 0;
    });
  }

  @Test
  void storeThatNobodyReadsBeatsNoMore() {
    Zeal zeal = open("heartbeat", "50ms");
    players(zeal).put("a", new Player("anna", 1));
    assertThat(copied(zeal, "a").score()).isEqualTo(1);

    await(() -> number(zeal, "leaseAgeMillis") > 1_500); // twenty and more did not come
    long beats = number(zeal, "heartbeats");
    assertThat(copied(zeal, "a").score()).isEqualTo(1);
    assertThat(number(zeal, "heartbeats")).isGreaterThan(beats);
  }

  @Test
  void storeThatIsReadOnlyWhereWritesAreVisibleBeatsNever() {
    Zeal zeal = open("heartbeat", "50ms");
    Store<Player> store = players(zeal);
    store.put("a", new Player("anna", 1));
    ReadOptions fresh = ReadOptions.maxStaleness(Duration.ZERO);

    for (int i = 0; i < 1_000; i++) {
      assertThat(store.read("a", fresh)).isPresent();
    }
    assertThat(number(zeal, "misses")).isEqualTo(1_000);
    assertThat(number(zeal, "heartbeats")).isZero();
    assertThat(number(zeal, "fills")).isZero();
    assertThat(server.subscriptionsBegun()).isZero();
    assertThat(findings(zeal)).as("deaf").doesNotContain("ZEAL-F503");

    assertThat(copied(zeal, "a").score()).isEqualTo(1);
    assertThat(server.subscriptionsBegun()).isEqualTo(1);
  }

  @Test
  void storeThatMayNotListenIsReadFromTheServerAndSaysSoUntilItMay() {
    server.refuseSubscriptions(
        new io.zeal.BackendUnavailableException(
            "NOPERM no channel", io.zeal.Outcome.NOT_SENT, null));
    Zeal zeal = open("heartbeat", "50ms");
    players(zeal).put("a", new Player("anna", 1));
    await(() -> {
      assertThat(players(zeal).get("a")).isPresent();
      return number(zeal, "listenFailures") > 2; // each beat tries again
    });
    assertThat(number(zeal, "heartbeats")).isZero();
    assertThat(zeal.inspect())
        .filteredOn(finding -> finding.code().equals("ZEAL-F503"))
        .singleElement()
        .asString()
        .contains("'players'")
        .contains("NOPERM no channel");
    assertThat(findings(zeal)).doesNotContain("ZEAL-F504");

    server.refuseSubscriptions(null);
    assertThat(copied(zeal, "a").score()).isEqualTo(1);
    assertThat(findings(zeal)).doesNotContain("ZEAL-F503");
  }

  @Test
  void columnsMayBeNamedAsTheStampsWouldBe() {
    Zeal zeal = open();
    Store<io.zeal.Row> store =
        zeal.store(
            "players",
            Schema.builder()
                .column("stamp0", io.zeal.ColumnType.LONG)
                .column("stamp2", io.zeal.ColumnType.BOOLEAN)
                .build());
    store.increment("a", "stamp0", 4L);
    await(() -> {
      assertThat(store.getLong("a", "stamp0")).hasValue(4);
      return number(zeal, "hits") > 0;
    });
  }

  @Test
  void infoIsThatOfTheServerWithCopies() {
    Zeal zeal = open();

    assertThat(zeal.info().name()).isEqualTo("tiered");
    assertThat(zeal.info().scope()).isEqualTo(Scope.CLUSTER);
    assertThat(zeal.info().can(Capability.CACHED_READS)).isTrue();
    assertThat(zeal.info().can(Capability.ANNOUNCE)).isFalse();
    assertThat(zeal.info().can(Capability.INJECTED_CLOCK)).isFalse();
    assertThat(
            zeal.store(
                    "players", PLAYER, StoreOptions.defaults().requesting(Capability.CACHED_READS))
                .get("a"))
        .isEmpty();
  }

  @Test
  void scriptThatTouchesAStoreNeedsItOpen() {
    Zeal zeal = open();
    Script script = Script.of("return 1").touching("players");

    assertThatThrownBy(() -> zeal.scripts().run(script, List.of(), List.of()))
        .isInstanceOf(InvalidArgumentException.class)
        .hasMessageContaining("'players'")
        .hasMessageContaining("Nothing was run")
        .hasMessageContaining("Zeal.store");
    assertThat(server.scriptsRun()).isZero();
    players(zeal).put("a", new Player("anna", 1));
    assertThat(copied(zeal, "a").score()).isEqualTo(1);
    long hits = number(zeal, "hits");
    var _ = zeal.scripts().run(script, List.of(), List.of());
    var _ = players(zeal).get("a");
    assertThat(server.scriptsRun()).isEqualTo(1);
    assertThat(number(zeal, "hits")).as("copies ended").isEqualTo(hits);
  }

  @Test
  void farLevelThatCannotAnnounceIsRefusedByName() {
    server.without(Capability.ANNOUNCE);

    assertThatThrownBy(this::open)
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContaining("'server'")
        .hasMessageContaining("zeal.tiered.far")
        .hasMessageContaining("ANNOUNCE")
        .hasMessageContaining("zeal.redis.sharded-channels")
        .hasMessageContaining("redis");
  }

  @Test
  void nearLevelThatOthersShareIsRefused() {
    assertThatThrownBy(() -> TieredTestProvider.open(server, server::connect, config()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.tiered.near")
        .hasMessageContaining("CLUSTER");
  }

  @Test
  void settingsThatCannotBeRightAreRefusedWithTheirKey() {
    refused("heartbeat", "is PT0.049S", "heartbeat", "49ms");
    refused("near-ttl", "longer than a day", "near-ttl", "25h");
    refused("secret", "has 15 bytes", "secret", "0123456789abcde");
    refused(
        "previous-secret", "has 5 bytes", "secret", "0123456789abcdef", "previous-secret", "short");
    refused("previous-secret", "zeal.tiered.secret is not", "previous-secret", "0123456789abcdef");
  }

  private void refused(String key, String found, String... settings) {
    assertThatThrownBy(() -> open(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("zeal.tiered." + key)
        .hasMessageContaining(found)
        .hasMessageNotContaining("0123456789abcde");
  }

  @Test
  void afterCloseEveryCallSaysSo() {
    Zeal zeal = open();
    Store<Player> store = players(zeal);
    zeal.close();

    assertThatThrownBy(() -> store.get("a")).isInstanceOf(ZealClosedException.class);
    assertThatThrownBy(() -> players(zeal)).isInstanceOf(ZealClosedException.class);
  }

  @Test
  void refusedFramesAreReportedToWhoeverLooksAndByTheirReason() {
    Zeal signed = open("secret", "0123456789abcdef");
    Zeal unsigned = open();
    players(signed).put("a", new Player("anna", 0));
    assertThat(copied(signed, "a").score()).isZero();
    players(unsigned).put("a", new Player("anna", 1));
    await(() -> number(signed, "refusedSignature") > 0);

    assertThat(refused(signed)).singleElement().asString().contains("signature").contains(" 1 ");
    assertThat(refused(signed)).as("to somebody else").singleElement().asString().contains(" 1 ");
    players(unsigned).put("a", new Player("anna", 2));
    await(() -> number(signed, "refusedSignature") > 1);
    assertThat(refused(signed)).singleElement().asString().contains(" 2 since it was opened");
  }

  private static List<Finding> refused(Zeal zeal) {
    return zeal.inspect().stream().filter(finding -> finding.code().equals("ZEAL-F502")).toList();
  }

  @Test
  void storeThatFindsNoPlaceForItsCopiesNamesBothSettings() {
    Zeal zeal = open("near-entries", "60000000");

    assertThatThrownBy(() -> players(zeal).get("a"))
        .isInstanceOf(CapacityException.class)
        .hasMessageContaining("'players'")
        .hasMessageNotContaining("zeal:tiered:")
        .hasMessageContaining("zeal.tiered.near-entries")
        .hasMessageContaining("zeal.table.memory")
        .hasMessageContaining("60000000")
        .cause()
        .hasMessageContaining("rows x 1160");
  }

  @Test
  void noMoreCopiesThanNearEntriesAreKept() {
    Zeal zeal = open("near-entries", "3");
    for (int i = 0; i < 50; i++) {
      players(zeal).put("key" + i, new Player("p", i));
      assertThat(copied(zeal, "key" + i).score()).isEqualTo(i);
    }
    Stats near =
        Objects.requireNonNull(
            Objects.requireNonNull(zeal.stats().parts().get("backend")).parts().get("near"));
    Stats copies =
        Objects.requireNonNull(
            Objects.requireNonNull(near.parts().get("stores")).parts().get("zeal:tiered:players"));
    assertThat(copies.numbers().get("capacity")).isEqualTo(3);
    assertThat(copies.numbers().get("rows")).isLessThanOrEqualTo(3);
  }

  @SuppressWarnings("ArrayRecordComponent") // that is what T2.8 is about
  record Picture(@MaxBytes(16) byte[] bytes) {}

  @Test
  void arraysOfOwnPutsAreCopiedOnTheWayInAndOut() {
    Zeal zeal = open();
    Store<Picture> pictures =
        zeal.store("pictures", Schema.of(Picture.class, MethodHandles.lookup()));
    await(() -> {
      byte[] given = {1, 2};
      pictures.put("a", new Picture(given));
      given[0] = 9; // T2.8
      byte[] first = pictures.get("a").orElseThrow().bytes();
      assertThat(first).containsExactly(1, 2);
      first[1] = 9;
      assertThat(pictures.get("a").orElseThrow().bytes()).containsExactly(1, 2);
      return numberOf(zeal, "pictures", "ownCopies") > 0 && numberOf(zeal, "pictures", "hits") > 1;
    });
  }

  private static long numberOf(Zeal zeal, String store, String name) {
    Stats backend = Objects.requireNonNull(zeal.stats().parts().get("backend"));
    Stats stores = Objects.requireNonNull(backend.parts().get("stores"));
    return Objects.requireNonNull(
        Objects.requireNonNull(stores.parts().get(store)).numbers().get(name));
  }

  @Test
  void scriptOfUnknownOutcomeEndsTheCopiesToo() {
    Zeal zeal = open();
    players(zeal).put("a", new Player("anna", 1));
    assertThat(copied(zeal, "a").score()).isEqualTo(1);
    server.failScripts(
        new io.zeal.OperationTimeoutException(
            io.zeal.OperationTimeoutException.Stage.SERVER, "late", io.zeal.Outcome.UNKNOWN, null));
    long hits = number(zeal, "hits");

    assertThatThrownBy(
            () -> zeal.scripts().run(Script.of("x").touching("players"), List.of(), List.of()))
        .isInstanceOf(io.zeal.OperationTimeoutException.class);
    var _ = players(zeal).get("a");
    assertThat(number(zeal, "hits")).isEqualTo(hits);
  }

  @Test
  void everyOptionOfAStoreReachesTheFarLevelButTheWishForCopies() {
    StoreOptions asked =
        StoreOptions.defaults()
            .withTtl(Duration.ofMinutes(1))
            .withCapacity(17)
            .withOverflow(io.zeal.Overflow.EVICT)
            .withKeyLimit(31)
            .accepting(Capability.EXACT_COUNT)
            .requesting(Capability.READ_FALLBACK);

    StoreOptions passed = TieredBackend.withoutCopies(asked.requesting(Capability.CACHED_READS));

    assertThat(passed).isEqualTo(asked);
    assertThat(StoreOptions.class.getDeclaredFields())
        .filteredOn(field -> !Modifier.isStatic(field.getModifiers()))
        .as("a new one has to be passed on in TieredBackend.withoutCopies, and tried here")
        .extracting(Field::getName)
        .containsExactlyInAnyOrder(
            "ttl", "capacity", "overflow", "keyLimit", "accepted", "requested");
  }

  @Test
  void columnOfARowThatIsTooLongIsAskedForAloneUntilTheRowChanges() {
    Zeal zeal = open("near-value-bytes", "10");
    Store<Player> store = players(zeal);
    store.put("long", new Player("0123456789é", 1));
    await(() -> {
      var _ = store.getLong("long", "score");
      return number(zeal, "tooLong") > 0;
    });
    long whole = number(zeal, "tooLong");
    for (int i = 0; i < 20; i++) {
      assertThat(store.getLong("long", "score")).hasValue(1);
    }
    assertThat(number(zeal, "tooLong")).as("read whole").isLessThan(whole + 20);

    store.put("long", new Player("short", 2));
    await(() -> {
      assertThat(store.getLong("long", "score")).hasValue(2);
      return number(zeal, "hits") > 0;
    });
  }

  @Test
  void storeThatHearsAndGetsNoLeaseSaysSo() {
    Zeal zeal = open("heartbeat", "50ms", "detection", "100ms");
    server.loseHeartbeats();
    await(() -> {
      var _ = players(zeal).get("a");
      return findings(zeal).contains("ZEAL-F504");
    });
    assertThat(zeal.inspect().toString()).contains("zeal.tiered.detection").contains("late");
  }
}
