package io.zeal;

import static io.zeal.Refused.neverSays;
import static io.zeal.Refused.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.zeal.spi.Condition;
import io.zeal.spi.Texts;
import io.zeal.spi.Write;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BoundStoreTest {

  @SuppressWarnings("ArrayRecordComponent") // the store compares content
  record Player(
      long n,
      byte small,
      double d,
      float f,
      boolean flag,
      @MaxBytes(8) String text,
      @MaxBytes(4) byte[] bytes) {}

  private static final Schema<Player> SCHEMA = Schema.of(Player.class);
  private static final int N = 0;
  private static final int SMALL = 1;
  private static final int D = 2;
  private static final int F = 3;
  private static final int TEXT = 5;

  /** Attributes of a store that outlive it, because a log line may need them. */
  private static final Set<String> ATTRIBUTES = Set.of("name", "schema", "options");

  private final FakeBackend backend = new FakeBackend("fake");
  private final Zeal zeal = FakeBackendProvider.open(backend);
  private final Store<Player> store =
      zeal.store("players", SCHEMA, StoreOptions.defaults().withTtl(Duration.ofSeconds(5)));

  @AfterEach
  void close() {
    zeal.close();
  }

  private static Player player(String text) {
    return new Player(1, (byte) 2, 3.5, 4.5f, true, text, new byte[] {1, 2});
  }

  private Object onlyCall() {
    assertThat(backend.calls).hasSize(1);
    return backend.calls.removeFirst();
  }

  // What reaches the backend

  @Test
  void putSendsTheRowWithTheStoresTtl() {
    Player row = player("x");

    store.put("k", row);

    assertThat(onlyCall()).isEqualTo(new Write.Put<>("k", row, 5000, new Condition.Always<>()));
  }

  @Test
  void putSendsATtlOfItsOwnRoundedUpToMilliseconds() {
    Player row = player("x");
    Map<Duration, Long> expected =
        Map.of(
            Duration.ZERO,
            0L,
            Duration.ofNanos(1),
            1L,
            Duration.ofMillis(1),
            1L,
            Duration.ofNanos(1_000_001),
            2L,
            Duration.ofDays(365_000),
            365_000L * 86_400_000L);

    expected.forEach((ttl, millis) -> {
      store.put("k", row, ttl);
      assertThat(onlyCall()).isEqualTo(new Write.Put<>("k", row, millis, new Condition.Always<>()));
    });
  }

  @Test
  void putIfAbsentSendsItsCondition() {
    Player row = player("x");

    assertThat(store.putIfAbsent("k", row)).isTrue();
    assertThat(onlyCall()).isEqualTo(new Write.Put<>("k", row, 5000, new Condition.Absent<>()));
    assertThat(store.putIfAbsent("k", row)).isFalse();
  }

  @Test
  void replaceKeepsTheRemainingTime() {
    Player row = player("x");
    Player next = player("y");
    store.put("k", row);
    backend.calls.clear();

    assertThat(store.replace("k", row, next)).isTrue();
    assertThat(onlyCall())
        .isEqualTo(new Write.Put<>("k", next, Write.KEEP, new Condition.RowEquals<>(row)));
    assertThat(store.replace("k", row, next)).isFalse();
    assertThat(store.replace("none", row, next)).isFalse();
  }

  @Test
  void patchSendsItsColumnsByPositionAsTheirTypes() {
    store.put("k", player("x"));
    backend.calls.clear();

    assertThat(store.patch("k", Patch.set("text", "y").and("n", 7).and("d", 1.5f))).isTrue();

    assertThat(onlyCall())
        .isEqualTo(
            new Write.Patch<Player>(
                "k",
                List.of(
                    new Write.Change(TEXT, "y"), new Write.Change(N, 7L), new Write.Change(D, 1.5)),
                new Condition.Present<>()));
    assertThat(store.get("k").orElseThrow().text).isEqualTo("y");
    assertThat(store.patch("none", Patch.set("n", 1))).isFalse();
  }

  @Test
  void incrementSendsANumberInTheFormOfItsColumn() {
    assertThat(store.increment("k", "n", 3)).isEqualTo(3);
    assertThat(onlyCall()).isEqualTo(new Write.Add<>("k", N, 3, new Condition.Always<>()));
    assertThat(store.increment("k", "small", -3)).isEqualTo(-3);
    assertThat(onlyCall()).isEqualTo(new Write.Add<>("k", SMALL, -3, new Condition.Always<>()));
    assertThat(store.increment("k", "d", 0.1)).isEqualTo(0.1);
    assertThat(onlyCall())
        .isEqualTo(
            new Write.Add<>("k", D, Double.doubleToRawLongBits(0.1), new Condition.Always<>()));
    assertThat(store.increment("k", "f", 0.1)).isEqualTo(0.1f);
    assertThat(onlyCall())
        .isEqualTo(
            new Write.Add<>("k", F, Float.floatToRawIntBits(0.1f), new Condition.Always<>()));
  }

  @Test
  void compareAndSetSendsBothValuesAsTheColumnsType() {
    store.put("k", player("x"));
    backend.calls.clear();

    assertThat(store.compareAndSet("k", "small", 2, 3L)).isTrue();
    assertThat(onlyCall())
        .isEqualTo(
            new Write.Patch<Player>(
                "k",
                List.of(new Write.Change(SMALL, (byte) 3)),
                new Condition.ColumnEquals<>(SMALL, (byte) 2)));
    assertThat(store.compareAndSet("k", "small", 2, 3)).isFalse();
    assertThat(store.compareAndSet("k", "bytes", new byte[] {1, 2}, new byte[0])).isTrue();
    assertThat(store.compareAndSet("none", "n", 0, 1)).isFalse();
  }

  @Test
  void touchSendsTheStoresTtlOrItsOwn() {
    assertThat(store.touch("k")).isFalse();
    assertThat(onlyCall()).isEqualTo(new Write.Touch<>("k", 5000, new Condition.Present<>()));
    store.put("k", player("x"));
    backend.calls.clear();
    assertThat(store.touch("k", Duration.ofNanos(1))).isTrue();
    assertThat(onlyCall()).isEqualTo(new Write.Touch<>("k", 1, new Condition.Present<>()));
    store.touch("k", Duration.ZERO);
    assertThat(onlyCall()).isEqualTo(new Write.Touch<>("k", 0, new Condition.Present<>()));
  }

  @Test
  void removeSendsItsCondition() {
    Player row = player("x");
    assertThat(store.remove("k")).isFalse();
    assertThat(onlyCall()).isEqualTo(new Write.Remove<>("k", new Condition.Always<>()));
    store.put("k", row);
    backend.calls.clear();
    assertThat(store.remove("k", row)).isTrue();
    assertThat(onlyCall()).isEqualTo(new Write.Remove<>("k", new Condition.RowEquals<>(row)));
  }

  @Test
  void readsAskForTheKeyWithTheirOptions() {
    store.get("k");
    assertThat(onlyCall()).isEqualTo(new FakeRows.Read("k", ReadOptions.defaults()));
    store.contains("k");
    assertThat(onlyCall())
        .isEqualTo(new FakeRows.Read("k", ReadOptions.maxStaleness(Duration.ZERO)));
    store.containsCached("k"); // rows without copies
    assertThat(onlyCall())
        .isEqualTo(new FakeRows.Read("k", ReadOptions.maxStaleness(Duration.ZERO)));
    ReadOptions options = ReadOptions.maxStaleness(Duration.ofSeconds(9));
    store.read("k", options);
    assertThat(onlyCall()).isEqualTo(new FakeRows.Read("k", options));
  }

  @Test
  void singleColumnsAreReadInTheirTypes() {
    store.put("k", player("x"));

    assertThat(store.getLong("k", "n")).hasValue(1);
    assertThat(store.getLong("k", "small")).hasValue(2);
    assertThat(store.getDouble("k", "d")).hasValue(3.5);
    assertThat(store.getDouble("k", "f")).hasValue(4.5);
    assertThat(store.getBoolean("k", "flag")).contains(true);
    assertThat(store.getString("k", "text")).contains("x");
    assertThat(store.getBytes("k", "bytes").orElseThrow()).containsExactly(1, 2);
  }

  @Test
  void singleColumnsOfNoRowAreEmpty() {
    assertThat(store.getLong("k", "n")).isEmpty();
    assertThat(store.getDouble("k", "d")).isEmpty();
    assertThat(store.getBoolean("k", "flag")).isEmpty();
    assertThat(store.getString("k", "text")).isEmpty();
    assertThat(store.getBytes("k", "bytes")).isEmpty();
  }

  @Test
  void callsOnManyKeysReportEach() {
    Map<String, Player> rows = new LinkedHashMap<>();
    rows.put("a", player("x"));
    rows.put("b", player("y"));

    assertThat(store.putAll(rows).orThrow()).isEqualTo(Map.of("a", true, "b", true));
    assertThat(store.getAll(List.of("a", "none", "b", "a")).orThrow()).isEqualTo(rows);
    assertThat(store.removeAll(List.of("a", "none", "a")).orThrow())
        .isEqualTo(Map.of("a", true, "none", false));
    assertThat(store.getAll(List.of()).orThrow()).isEmpty();
  }

  @Test
  void putAllSendsTheStoresTtl() {
    Player row = player("x");

    store.putAll(Map.of("k", row));

    assertThat(onlyCall()).isEqualTo(new Write.Put<>("k", row, 5000, new Condition.Always<>()));
  }

  @Test
  void streamAndForEachVisitEveryRowPageByPage() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String key = "k%03d".formatted(i);
      keys.add(key);
      store.put(key, player("x"));
    }
    backend.calls.clear();

    assertThat(store.stream().map(Entry::key)).containsExactlyElementsOf(keys);
    assertThat(backend.calls)
        .containsExactly(
            new FakeRows.Page("", 256),
            new FakeRows.Page("k255", 256),
            new FakeRows.Page("k511", 256),
            new FakeRows.Page("k599", 256));
    List<String> visited = new ArrayList<>();
    store.forEach((key, _) -> visited.add(key));
    assertThat(visited).isEqualTo(keys);
    assertThat(store.count()).isEqualTo(600);
  }

  @Test
  void aStreamFetchesNoMoreThanIsTaken() {
    for (int i = 0; i < 600; i++) {
      store.put("k%03d".formatted(i), player("x"));
    }
    backend.calls.clear();

    assertThat(store.stream().limit(3).count()).isEqualTo(3);

    assertThat(backend.calls).containsExactly(new FakeRows.Page("", 256));
  }

  @Test
  void clearRemovesEveryRow() {
    store.put("k", player("x"));

    store.clear();

    assertThat(store.page("", 10)).isEmpty();
  }

  @Test
  void aStoreKnowsWhatItWasOpenedWith() {
    assertThat(store.name()).isEqualTo("players");
    assertThat(store.schema()).isSameAs(SCHEMA);
    assertThat(store.options().ttl()).contains(Duration.ofSeconds(5));
    assertThat(store).hasToString("Store['players' " + SCHEMA + "]");
  }

  // What does not

  interface KeyCall {
    void on(Store<Player> store, String key);
  }

  private static Arguments keyed(String name, KeyCall call) {
    return Arguments.of(name, call);
  }

  static Stream<Arguments> callsWithAKey() {
    Player row = player("x");
    return Stream.of(
        keyed("get", Store::get),
        keyed("read", (store, key) -> store.read(key, ReadOptions.defaults())),
        keyed("contains", Store::contains),
        keyed("containsCached", Store::containsCached),
        keyed("getLong", (store, key) -> store.getLong(key, "n")),
        keyed("getDouble", (store, key) -> store.getDouble(key, "d")),
        keyed("getBoolean", (store, key) -> store.getBoolean(key, "flag")),
        keyed("getString", (store, key) -> store.getString(key, "text")),
        keyed("getBytes", (store, key) -> store.getBytes(key, "bytes")),
        keyed("put", (store, key) -> store.put(key, row)),
        keyed("put with ttl", (store, key) -> store.put(key, row, Duration.ZERO)),
        keyed("putIfAbsent", (store, key) -> store.putIfAbsent(key, row)),
        keyed("replace", (store, key) -> store.replace(key, row, row)),
        keyed("patch", (store, key) -> store.patch(key, Patch.set("n", 1))),
        keyed("increment", (store, key) -> store.increment(key, "n", 1)),
        keyed("increment floating", (store, key) -> store.increment(key, "d", 1.0)),
        keyed("compareAndSet", (store, key) -> store.compareAndSet(key, "n", 1, 2)),
        keyed("touch", Store::touch),
        keyed("touch with ttl", (store, key) -> store.touch(key, Duration.ZERO)),
        keyed("remove", Store::remove),
        keyed("remove expected", (store, key) -> store.remove(key, row)),
        keyed("getAll", (store, key) -> store.getAll(Arrays.asList("good", key))),
        keyed("putAll", (store, key) -> store.putAll(goodAnd(key, row))),
        keyed("removeAll", (store, key) -> store.removeAll(Arrays.asList("good", key))));
  }

  private static Map<String, Player> goodAnd(String key, Player row) {
    Map<String, Player> rows = new LinkedHashMap<>();
    rows.put("good", row);
    rows.put(key, row);
    return rows;
  }

  @Test
  void everyMethodWithAKeyIsAmongThoseCalls() {
    long withKey =
        Proxies.methods(Store.class)
            .filter(method ->
                Arrays.stream(method.getParameters())
                    .anyMatch(it -> Set.of("key", "keys", "rows").contains(it.getName())))
            .count();

    assertThat(callsWithAKey()).hasSize((int) withKey);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsWithAKey")
  void aBadKeyNeverReachesTheBackend(String name, KeyCall call) {
    for (String key : List.of("", "k".repeat(64), "é".repeat(32), "a\ud800")) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_KEY,
          () -> call.on(store, key),
          "Store 'players'",
          Texts.quote(key));
    }
    assertThatNullPointerException().isThrownBy(() -> call.on(store, null)).withMessage("key");
    assertThat(backend.calls).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsWithAKey")
  void aBackendThatChecksKeysIsGivenThemAsTheyAreUnlessThereAreMany(String name, KeyCall call) {
    backend.checksKeys = true;
    Store<Player> unchecked = zeal.store("unchecked", SCHEMA);
    String tooLong = "k".repeat(64);

    if (name.endsWith("All")) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_KEY,
          () -> call.on(unchecked, tooLong),
          "64 bytes of UTF-8");
    } else {
      call.on(unchecked, tooLong);
      assertThat(backend.calls).isNotEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsWithAKey")
  void aKeyOfTheGreatestLengthDoes(String name, KeyCall call) {
    call.on(store, "k".repeat(63));

    assertThat(backend.calls).isNotEmpty();
  }

  @Test
  void theKeyLimitIsTheStoresOwn() {
    Store<Player> wide = zeal.store("wide", SCHEMA, StoreOptions.defaults().withKeyLimit(1024));

    assertThat(wide.get("k".repeat(1024))).isEmpty();
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> wide.get("k".repeat(1025)),
        "1025 bytes",
        "1 to 1024");
  }

  /** As it may happen with a map that other threads change. */
  @Test
  void aKeyThatComesIntoTheMapWhilePutAllLooksAtItIsCheckedToo() {
    Map<String, Player> changing =
        new AbstractMap<>() {
          private int looks;

          @Override
          public Set<Map.Entry<String, Player>> entrySet() {
            looks++;
            return Map.of(looks == 1 ? "good" : "\ud800", player("x")).entrySet();
          }
        };

    assertThat(store.putAll(changing).orThrow()).containsOnlyKeys("good");
    refused(
        InvalidArgumentException.class, ErrorCode.INVALID_KEY, () -> store.putAll(changing), "key");
    assertThat(backend.calls).hasSize(1);
  }

  interface RowCall {
    void with(Store<Player> store, Player row);
  }

  private static Arguments row(String name, RowCall call) {
    return Arguments.of(name, call);
  }

  static Stream<Arguments> callsThatStoreARow() {
    return Stream.of(
        row("put", (store, row) -> store.put("k", row)),
        row("put with ttl", (store, row) -> store.put("k", row, Duration.ZERO)),
        row("putIfAbsent", (store, row) -> store.putIfAbsent("k", row)),
        row("replace", (store, row) -> store.replace("k", player("x"), row)),
        row("putAll", (store, row) -> store.putAll(goodAnd("bad", row))));
  }

  static Stream<Arguments> callsThatExpectARow() {
    return Stream.of(
        row("replace", (store, row) -> store.replace("k", row, player("x"))),
        row("remove", (store, row) -> store.remove("k", row)));
  }

  static Stream<Arguments> callsWithARow() {
    return Stream.concat(callsThatStoreARow(), callsThatExpectARow());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsThatStoreARow")
  void aValueTooLongForItsColumnIsRefusedWithBothSizes(String name, RowCall call) {
    CapacityException text =
        refused(
            CapacityException.class,
            ErrorCode.VALUE_TOO_LONG,
            () -> call.with(store, player("ééééé")),
            "Column 'text' holds 8 bytes",
            "has 10");
    neverSays(text, "ééééé");
    refused(
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> call.with(store, new Player(0, (byte) 0, 0, 0, false, "", new byte[5])),
        "Column 'bytes' holds 4 bytes",
        "has 5");
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aValueTooLongToBeStoredEqualsNoRowAndAsksNobody() {
    Player tooLong = player("ééééé");
    Player tooManyBytes = new Player(0, (byte) 0, 0, 0, false, "", new byte[5]);

    for (Player expected : List.of(tooLong, tooManyBytes)) {
      assertThat(store.replace("k", expected, player("x"))).isFalse();
      assertThat(store.remove("k", expected)).isFalse();
    }
    assertThat(store.compareAndSet("k", "text", "x".repeat(9), "y")).isFalse();
    assertThat(store.compareAndSet("k", "text", "x".repeat(Column.LARGEST + 1), "y")).isFalse();
    assertThat(store.compareAndSet("k", "bytes", new byte[5], new byte[0])).isFalse();
    assertThat(store.compareAndSet("k", "small", 128, 0)).isFalse();
    assertThat(backend.calls).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsWithARow")
  void textThatIsNotWellFormedIsRefused(String name, RowCall call) {
    InvalidArgumentException error =
        refused(
            InvalidArgumentException.class,
            ErrorCode.INVALID_ARGUMENT,
            () -> call.with(store, player("y\ud800")),
            "Column 'text'",
            "lone surrogate");
    neverSays(error, "y\ud800");
    assertThat(backend.calls).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsWithARow")
  void aRowWithANullIsRefusedByItsColumn(String name, RowCall call) {
    assertThatNullPointerException()
        .isThrownBy(() -> call.with(store, player(null)))
        .withMessageContaining("column 'text'");
    assertThatNullPointerException()
        .isThrownBy(() -> call.with(store, new Player(0, (byte) 0, 0, 0, false, "", null)))
        .withMessageContaining("column 'bytes'");
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aRowOfAnotherSchemaIsRefused() {
    Schema<Row> ab =
        Schema.builder().column("a", ColumnType.LONG).column("b", ColumnType.LONG).build();
    Schema<Row> ba =
        Schema.builder().column("b", ColumnType.LONG).column("a", ColumnType.LONG).build();
    Store<Row> rows = zeal.store("rows", ab);
    Row other = Row.of(ba, Map.of("a", 1));
    Row own = Row.of(ab, Map.of("a", 1));

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> rows.put("k", other),
            () -> rows.putIfAbsent("k", other),
            () -> rows.replace("k", own, other),
            () -> rows.replace("k", other, own),
            () -> rows.remove("k", other),
            () -> rows.putAll(Map.of("k", other)))) {
      refused(
          SchemaException.class,
          ErrorCode.SCHEMA_MISMATCH,
          call,
          "Store 'rows'",
          ab.toString(),
          ba.toString());
    }
    assertThat(backend.calls).isEmpty();
    rows.put(
        "k",
        Row.copyOf(
            Schema.builder().column("a", ColumnType.LONG).column("b", ColumnType.LONG).build(),
            own));
    assertThat(rows.get("k")).contains(own);
  }

  interface ColumnCall {
    void on(Store<Player> store, String column);
  }

  static Stream<Arguments> callsOnAColumn() {
    return Stream.of(
        column("getLong", "whole number", (s, c) -> s.getLong("k", c), "n", "small"),
        column("getDouble", "floating number", (s, c) -> s.getDouble("k", c), "d", "f"),
        column("getBoolean", "boolean", (s, c) -> s.getBoolean("k", c), "flag"),
        column("getString", "text", (s, c) -> s.getString("k", c), "text"),
        column("getBytes", "bytes", (s, c) -> s.getBytes("k", c), "bytes"),
        column(
            "increment",
            "whole number (for a floating column give a double)",
            (s, c) -> s.increment("k", c, 1),
            "n",
            "small"),
        column(
            "increment floating", "floating number", (s, c) -> s.increment("k", c, 1.0), "d", "f"));
  }

  private static Arguments column(String name, String wanted, ColumnCall call, String... fitting) {
    return Arguments.of(name, wanted, call, List.of(fitting));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("callsOnAColumn")
  void aColumnOfAnotherTypeIsRefused(
      String name, String wanted, ColumnCall call, List<String> fitting) {
    for (Column column : SCHEMA.columns()) {
      if (fitting.contains(column.name())) {
        call.on(store, column.name());
        assertThat(backend.calls).isNotEmpty();
        backend.calls.clear();
      } else {
        refused(
            SchemaException.class,
            ErrorCode.COLUMN_TYPE,
            () -> call.on(store, column.name()),
            "Column '" + column.name() + "' is " + column.type(),
            "needs a " + wanted);
      }
    }
    refused(
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> call.on(store, "level"),
        "'level'",
        SCHEMA.toString());
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aPatchOrComparisonThatDoesNotFitIsRefused() {
    refused(
        SchemaException.class,
        ErrorCode.UNKNOWN_COLUMN,
        () -> store.patch("k", Patch.set("level", 1)),
        "'level'",
        SCHEMA.toString());
    refused(
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.patch("k", Patch.set("n", "secret")),
        "Column 'n' is LONG",
        "takes Long",
        "found String");
    refused(
        CapacityException.class,
        ErrorCode.NUMBER_OUT_OF_RANGE,
        () -> store.patch("k", Patch.set("small", 128)),
        "Column 'small' is BYTE");
    refused(
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.patch("k", Patch.set("text", "x".repeat(9))),
        "Column 'text'",
        "has 9");
    refused(
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.compareAndSet("k", "text", 1, "x"),
        "Column 'text' is TEXT",
        "found Integer");
    refused(
        SchemaException.class,
        ErrorCode.COLUMN_TYPE,
        () -> store.compareAndSet("k", "n", "1", 1),
        "Column 'n' is LONG",
        "found String");
    refused(
        CapacityException.class,
        ErrorCode.VALUE_TOO_LONG,
        () -> store.compareAndSet("k", "text", "x", "x".repeat(9)),
        "has 9");
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> store.compareAndSet("k", "text", "\ud800", "x"),
        "lone surrogate");
    assertThat(backend.calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void aDeltaThatIsNotFiniteIsRefused(double delta) {
    for (String column : List.of("d", "f")) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> store.increment("k", column, delta),
          "delta for column '" + column + "' is " + delta,
          "Use a finite number");
    }
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aDeltaOutsideTheRangeOfAFloatColumnIsRefused() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> store.increment("k", "f", 1e300),
        "delta for column 'f'",
        "outside the range of FLOAT",
        "Use");
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aTtlOutsideItsRangeIsRefused() {
    for (Duration ttl : List.of(Duration.ofNanos(-1), Duration.ofDays(365_001))) {
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> store.put("k", player("x"), ttl),
          "ttl is " + ttl,
          "Use zero");
      refused(
          InvalidArgumentException.class,
          ErrorCode.INVALID_ARGUMENT,
          () -> store.touch("k", ttl),
          "ttl is " + ttl);
    }
    assertThat(backend.calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void aPageLimitBelowOneIsRefused(int limit) {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_ARGUMENT,
        () -> store.page("", limit),
        "page limit is " + limit,
        "Use 1 or more");
    assertThat(backend.calls).isEmpty();
  }

  @Test
  void aCursorIsAKeyOrEmpty() {
    refused(
        InvalidArgumentException.class,
        ErrorCode.INVALID_KEY,
        () -> store.page("k".repeat(64), 1),
        "64 bytes");
    assertThat(backend.calls).isEmpty();
  }

  static Stream<Method> methodsWithReferences() {
    return Proxies.methods(Store.class)
        .filter(method ->
            Arrays.stream(method.getParameterTypes()).anyMatch(type -> !type.isPrimitive()));
  }

  @ParameterizedTest
  @MethodSource("methodsWithReferences")
  void nullIsRefusedAndNamedWhereverItIsPassed(Method method) throws Exception {
    for (int i = 0; i < method.getParameterCount(); i++) {
      if (!method.getParameterTypes()[i].isPrimitive()) {
        Object[] arguments = arguments(method);
        arguments[i] = null;
        assertThat(thrown(method, store, arguments))
            .as("%s with null for %s", method, method.getParameters()[i].getName())
            .isInstanceOf(NullPointerException.class)
            .message()
            .isNotEmpty()
            .doesNotStartWith("Cannot invoke");
      }
    }
    assertThat(backend.calls).isEmpty();
  }

  // After the end

  static Stream<Method> methodsThatNeedTheBackend() {
    return Proxies.methods(Store.class).filter(method -> !ATTRIBUTES.contains(method.getName()));
  }

  @ParameterizedTest
  @MethodSource("methodsThatNeedTheBackend")
  void afterCloseEveryMethodSaysThatItIsClosed(Method method) throws Exception {
    Object[] arguments = arguments(method);
    zeal.close();

    assertThat(thrown(method, store, arguments))
        .isInstanceOf(ZealClosedException.class)
        .hasMessageContainingAll("backend 'fake'", "is closed", ErrorCode.CLOSED.id());
    assertThat(backend.calls).isEmpty();
  }

  /** S15.1: whatever else is wrong with the arguments. */
  @ParameterizedTest
  @MethodSource("methodsThatNeedTheBackend")
  void afterCloseNoOtherArgumentIsLookedAt(Method method) throws Exception {
    zeal.close();

    for (int i = 0; i < method.getParameterCount(); i++) {
      Object[] arguments = arguments(method);
      for (Object bad : badArguments(method.getParameters()[i])) {
        arguments[i] = bad;
        assertThat(thrown(method, store, arguments))
            .as("%s with a bad %s after close", method, method.getParameters()[i].getName())
            .isInstanceOf(ZealClosedException.class);
      }
    }
  }

  /** Arguments that an open store refuses. */
  private static List<Object> badArguments(Parameter parameter) {
    return switch (parameter.getName()) {
      case "key", "after" -> List.of("k".repeat(64), "\ud800");
      case "keys" -> List.of(List.of(""));
      case "rows" -> List.of(Map.of("", player("x")), Map.of("k", player("x".repeat(9))));
      case "limit" -> List.of(0);
      case "ttl" -> List.of(Duration.ofNanos(-1));
      case "patch" -> List.of(Patch.set("level", 1), Patch.set("n", "x"));
      case "row" -> List.of(player("x".repeat(9)), player("\ud800"));
      case "expected", "next" ->
          parameter.getDeclaringExecutable().getName().equals("compareAndSet")
              ? List.of("x", 1.5)
              : List.of(player("\ud800"));
      case "delta" -> parameter.getType() == double.class ? List.of(Double.NaN, 1e300) : List.of();
      case "column" -> List.of("level", "flag", "text", "bytes", "d", "n");
      case "options", "action" -> List.of();
      default -> throw new AssertionError("Say what is bad for " + parameter);
    };
  }

  @Test
  void whatAStoreIsStaysKnownAfterClose() {
    zeal.close();

    assertThat(store.name()).isEqualTo("players");
    assertThat(store.schema()).isSameAs(SCHEMA);
    assertThat(store.options().keyLimit()).isEqualTo(63);
    assertThat(store.toString()).contains("players");
  }

  @Test
  void aStreamThatIsOpenEndsInTheSameError() {
    store.put("k", player("x"));
    Stream<Entry<Player>> stream = store.stream();
    zeal.close();

    refused(ZealClosedException.class, ErrorCode.CLOSED, stream::toList, "is closed");
  }

  /** Arguments that would be taken, by the names of the parameters. */
  private static Object[] arguments(Method method) {
    return Arrays.stream(method.getParameters()).map(it -> argument(method, it)).toArray();
  }

  private static Object argument(Method method, Parameter parameter) {
    boolean ofColumn = method.getName().equals("compareAndSet");
    return switch (parameter.getName()) {
      case "key" -> "k";
      case "keys" -> List.of("k");
      case "rows" -> Map.of("k", player("x"));
      case "after" -> "";
      case "limit" -> 1;
      case "ttl" -> Duration.ofSeconds(1);
      case "options" -> ReadOptions.defaults();
      case "patch" -> Patch.set("n", 1);
      case "action" -> (BiConsumer<Object, Object>) (_, _) -> {};
      case "row" -> player("x");
      case "expected", "next" -> ofColumn ? 1 : player("x");
      case "delta" -> parameter.getType() == double.class ? 1.0 : (Object) 1L;
      case "column" ->
          switch (method.getName()) {
            case "getDouble" -> "d";
            case "getBoolean" -> "flag";
            case "getString" -> "text";
            case "getBytes" -> "bytes";
            case "increment" -> method.getParameterTypes()[2] == double.class ? "d" : "n";
            default -> "n";
          };
      default -> throw new AssertionError("Say what to pass for " + parameter + " of " + method);
    };
  }

  private static Throwable thrown(Method method, Object target, Object[] arguments)
      throws IllegalAccessException {
    try {
      return new AssertionError(
          "answered " + Optional.ofNullable(method.invoke(target, arguments)));
    } catch (InvocationTargetException e) {
      return e.getCause();
    }
  }
}
